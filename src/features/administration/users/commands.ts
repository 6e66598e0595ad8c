import { type Command, Option } from 'commander'

import { inPages, listing } from '../../../platform/act.ts'
import { answer, type ApiAnswer, type ApiCall, overApi } from '../../../platform/command.ts'
import { startupError } from '../../../platform/startup-error.ts'
import { fieldFromText } from '../../accounts/index.ts'
import { auditRecordLine } from '../../audit/index.ts'
import type { CustomFields } from '../../settings/index.ts'
import { idOf } from './id-of.ts'
import { ChangeUser, type UserView } from './schema.ts'

type Shown = Pick<UserView, 'id' | 'status' | 'email' | 'username' | 'roles'>

interface Options {
  json?: boolean
  reason: string
  graceDays?: string
  client?: string
  email?: string
  verified?: true
  username?: string
  name?: string
  locale?: string
  set?: string[]
}

interface ListOptions extends Options {
  q?: string
  search?: string
  sort?: string
  status?: string
  role?: string
  limit: string
}

/** `gatehouse user list|show|update|disable|enable|end-sessions|delete|restore|…`: all but what has a file of its own. */
export function userCommands(group: Command, call: ApiCall): void {
  overApi(group.command('list'))
    .description('people, the newest first')
    .option('--q <text>', 'beginning of the address, user name or name')
    .option('--search <text>', 'words in the address, user name or name; part of a telephone number')
    .option('--status <status>', 'pending, active, locked, disabled or deleted')
    .option('--role <role>', 'who holds it')
    .option(
      '--sort <order>',
      'created_at, updated_at, email, name or last_sign_in_at; a minus turns it around',
    )
    .option('--limit <number>', 'at most', '50')
    .option('--json', 'print JSON')
    .addHelpText('after', example('list --search ann --status active'))
    .action(async ({ q, search, status, role, sort, limit, json }: ListOptions) => {
      const query = { q, search, status, role, sort, limit }
      const { body } = await call({ does: 'GET /admin/users', query })
      const { items } = body as { items: Shown[] } // UserPage, as JSON
      answer({ json }, items, items.map(line).join('\n'))
    })

  one('show', 'one person, by id, address or user name', async (at) =>
    bodyOf(await call({ does: 'GET /admin/users/:id', at })),
  )

  addUpdate(group, call)
  addEvents(group, call)

  one('disable', 'nothing works for them any more, at once', async (at, { reason }) =>
    bodyOf(await call({ does: 'PATCH /admin/users/:id', at, body: { status: 'disabled', reason } })),
  )

  one('enable', 'they may sign in again', async (at, { reason }) =>
    bodyOf(await call({ does: 'PATCH /admin/users/:id', at, body: { status: 'active', reason } })),
  )

  one('end-sessions', 'they are signed out everywhere, at once', async (at) => ({
    ...at,
    ...bodyOf(await call({ does: 'DELETE /admin/users/:id/sessions', at })),
  }))

  one('delete', 'delete the account and what is known about the person', async (at, typed) => {
    const query = { reason: typed.reason, grace_days: typed.graceDays }
    const { status, body } = await call({ does: 'DELETE /admin/users/:id', at, query })
    if (status === 202) return { ...at, status: 'disabled', ...bodyOf({ status, body }) }
    return { ...at, status: 'deleted', delete_at: null }
  }).option('--grace-days <days>', 'in which the account is disabled and can be restored', '0')

  one('restore', 'call a deletion off whose days are not over', async (at, { reason }) => {
    await call({ does: 'POST /admin/users/:id/restore', at, body: { reason } })
    return bodyOf(await call({ does: 'GET /admin/users/:id', at }))
  })

  one('reset-password', 'mail them a link to another password', async (at) => {
    await call({ does: 'POST /admin/users/:id/password-reset', at })
    return { ...at, mailed: true }
  })

  one('sessions', 'where they are signed in', async (at) => {
    const { items } = bodyOf(await call({ does: 'GET /admin/users/:id/sessions', at }))
    return { sessions: items }
  })

  one('consents', 'what they let applications have', async (at) => {
    const { items } = bodyOf(await call({ does: 'GET /admin/users/:id/consents', at }))
    return { consents: items }
  })

  one('withdraw-consent', 'take back what they let an application have', async (at, { client }) => {
    await call({ does: 'DELETE /admin/users/:id/consents', at, query: { client_id: client } })
    return { ...at, client_id: client }
  }).requiredOption('--client <id>', 'the application')

  /** A command about one person, who is found first. */
  function one(
    name: string,
    description: string,
    act: (at: { id: string }, options: Options) => Promise<object>,
  ): Command {
    return overApi(group.command(`${name} <who>`))
      .description(description)
      .option('--reason <text>', 'why; stands in the audit log', 'command line')
      .option('--json', 'print JSON')
      .addHelpText(
        'after',
        example(`${name} ann@example.com${name === 'withdraw-consent' ? ' --client gh_…' : ''}`),
      )
      .action(async (who: string, options: Options) => {
        answerAbout(options, await act({ id: await idOf(call, who) }, options))
      })
  }
}

function addEvents(group: Command, call: ApiCall): void {
  const first = async (_: ApiCall, { who }: { who: string }) => ({ id: await idOf(call, who) })
  inPages(
    listing<Parameters<typeof auditRecordLine>[0], { who: string; side?: string }>(group, call, {
      name: 'events <who>',
      description: 'records of the audit log about them or by them, newest first; the reading is recorded',
      example: 'user events ann@example.com --side by --limit 20',
      does: 'GET /admin/users/:id/events',
      first,
      query: ({ side }) => ({ side }),
      as: 'records',
      line: auditRecordLine,
    }),
  ).addOption(new Option('--side <side>', 'about them, or by them').choices(['about', 'by']).default('about'))
  listing<Held, { who: string }>(group, call, {
    name: 'roles <who>',
    description: 'roles and permissions they hold, now or later',
    example: 'user roles ann@example.com',
    does: 'GET /admin/users/:id/roles',
    first,
    line: ({ role, permission, effect, starts_at: from, ends_at: until }) =>
      [
        role ?? `${effect ?? ''} ${permission ?? ''}`,
        from ? `from ${from}` : '',
        until ? `until ${until}` : '',
      ]
        .filter((word) => word !== '')
        .join('  '),
  })
}

/** What is shown of an assignment. */
interface Held {
  role?: string | null
  permission?: string | null
  effect?: string
  starts_at?: string | null
  ends_at?: string | null
}

/** The operator's own fields are typed as a setting says, which is asked for where one is named. */
function addUpdate(group: Command, call: ApiCall): void {
  overApi(group.command('update <who>'))
    .description('change what is told of a person, their address or user name')
    .option('--reason <text>', 'why; stands in the audit log', 'command line')
    .option('--json', 'print JSON')
    .option('--email <address>', 'another address; the one before is told')
    .option('--verified', 'the address is known to be theirs')
    .option('--username <name>', 'another name to sign in with')
    .option('--name <name>', 'name to show')
    .option('--locale <tag>', 'language they are written to in')
    .option(
      '--set <field=value...>',
      'members of the profile, and fields of users.custom_fields as custom.<name>; empty clears',
    )
    .addHelpText('after', example('update ann@example.com --name "Ann B." --set custom.team=red'))
    .action(async (who: string, options: Options) => {
      const at = { id: await idOf(call, who) }
      const body = { ...changeOf(await ownFields(call, options), options), reason: options.reason }
      answerAbout(options, bodyOf(await call({ does: 'PATCH /admin/users/:id', at, body })))
    })
}

async function ownFields(call: ApiCall, { set = [] }: Options): Promise<CustomFields> {
  if (!set.some((typed) => typed.startsWith('custom.'))) return {}
  const { value } = bodyOf(
    await call({ does: 'GET /admin/settings/:key', at: { key: 'users.custom_fields' } }),
  )
  return value as CustomFields // as JSON
}

const example = (words: string): string => `\nExample:\n  gatehouse user ${words}`

/** What an operation answered that answers with an object. */
const bodyOf = ({ body }: ApiAnswer): Record<string, unknown> =>
  ({ ...Object(body) }) as Record<string, unknown>

function answerAbout(options: Options, done: object): void {
  const said = Object.entries(done).map(([key, value]) => `${key.padEnd(16)}${textOf(value)}`)
  answer(options, done, said.join('\n'))
}

const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && !(value instanceof Date)
    ? JSON.stringify(value)
    : String(value)

/** What was typed, as the API would be sent it; what is wrong with it is told in the same words. */
function changeOf(
  schema: CustomFields,
  { email, verified, username, name, locale, set = [] }: Options,
): ChangeUser {
  const pairs = set.map(pairOf)
  const isOwn = ([field]: Pair): boolean => field.startsWith('custom.')
  const members = pairs.filter((pair) => !isOwn(pair)).map(([field, text]): Pair => [field, text])
  const custom = pairs.filter(isOwn).map(([field, text]): [string, unknown] => {
    const own = field.slice('custom.'.length)
    return [own, text === null ? null : fieldFromText(schema, own, text)]
  })
  const parsed = ChangeUser.safeParse({
    ...{ email, email_verified: verified, username, name, locale },
    ...Object.fromEntries(members),
    ...(custom.length > 0 && { custom: Object.fromEntries(custom) }),
  })
  if (parsed.success) return parsed.data
  const { issues } = parsed.error
  throw startupError(issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; '))
}

/** A field and its text; null clears it. */
type Pair = [string, string | null]

function pairOf(typed: string): Pair {
  const at = typed.indexOf('=')
  if (at < 1) throw startupError(`--set takes field=value, and "${typed}" is none.`)
  return [typed.slice(0, at), typed.slice(at + 1) || null]
}

const line = ({ id, status, email, username, roles }: Shown): string =>
  [id, status.padEnd(8), email ?? username ?? '', roles.filter((role) => role !== 'user').join(' ')]
    .join('  ')
    .trimEnd()
