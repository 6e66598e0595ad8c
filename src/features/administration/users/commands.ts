import type { Command } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import { transaction } from '../../../platform/db/index.ts'
import { startupError } from '../../../platform/startup-error.ts'
import { changeUserStatus, fieldFromText } from '../../accounts/index.ts'
import { demandRootRemains } from '../../authorization/index.ts'
import { listSessionsOf } from '../../sessions/index.ts'
import type { CustomFields, WithSettings } from '../../settings/index.ts'
import { endSessionsOf } from '../sessions/end-sessions.ts'
import { changeUser, deleteUser, restoreUser } from './change-user.ts'
import { listConsentsOf, withdrawConsentOf } from './consents.ts'
import { findPerson, findWhole, listUsers, shown } from './find-users.ts'
import { sendPasswordReset } from './mail-password-link.ts'
import { named } from './named.ts'
import { ChangeUser, ListUsers, Removal, type UserView } from './schema.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

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
export function userCommands(group: Command, open: () => Promise<Parts>): void {
  group
    .command('list')
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
    .action(async ({ json, ...asked }: ListOptions) => {
      const { items } = await listUsers(await open(), ListUsers.parse(asked))
      answer({ json }, items, items.map(line).join('\n'))
    })

  one('show', 'one person, by id, address or user name', async (parts, user) =>
    findWhole(parts.db, user.id, parts.clock.now()),
  )

  one('update', 'change what is told of a person, their address or user name', async (parts, user, typed) => {
    const schema = await parts.settings.get('users.custom_fields')
    return changeUser(parts, byCommandLine, user.id, changeOf(schema, typed))
  })
    .option('--email <address>', 'another address; the one before is told')
    .option('--verified', 'the address is known to be theirs')
    .option('--username <name>', 'another name to sign in with')
    .option('--name <name>', 'name to show')
    .option('--locale <tag>', 'language they are written to in')
    .option(
      '--set <field=value...>',
      'members of the profile, and fields of users.custom_fields as custom.<name>; empty clears',
    )
    .addHelpText(
      'after',
      '\nExample:\n  gatehouse user update ann@example.com --name "Ann B." --set custom.team=red',
    )

  one('disable', 'nothing works for them any more, at once', async (parts, user, { reason }) => {
    await transaction(parts.db, async (tx) => {
      const at = parts.clock.now()
      await demandRootRemains(tx, at, user.id)
      await changeUserStatus(tx, at, byCommandLine, { userId: user.id, status: 'disabled', reason })
    })
    return shown(await findPerson(parts.db, user.id, parts.clock.now()))
  })

  one('enable', 'they may sign in again', async (parts, user, { reason }) => {
    const change = { userId: user.id, status: 'active', reason } as const
    await transaction(parts.db, (tx) => changeUserStatus(tx, parts.clock.now(), byCommandLine, change))
    return shown(await findPerson(parts.db, user.id, parts.clock.now()))
  })

  one('end-sessions', 'they are signed out everywhere, at once', async (parts, user) => ({
    id: user.id,
    ended: await endSessionsOf(parts, byCommandLine, user.id),
  }))

  one('delete', 'delete the account and what is known about the person', async (parts, user, typed) => {
    const { grace_days: graceDays } = Removal.parse({ grace_days: typed.graceDays })
    const deleteAt = await deleteUser(parts, byCommandLine, user.id, { reason: typed.reason, graceDays })
    return { id: user.id, status: deleteAt ? 'disabled' : 'deleted', delete_at: deleteAt }
  }).option('--grace-days <days>', 'in which the account is disabled and can be restored', '0')

  one('restore', 'call a deletion off whose days are not over', async (parts, user, { reason }) => {
    await restoreUser(parts, byCommandLine, user.id, reason)
    return shown(await findPerson(parts.db, user.id, parts.clock.now()))
  })

  one('reset-password', 'mail them a link to another password', async (parts, user) => {
    await sendPasswordReset(parts, byCommandLine, user.id)
    return { id: user.id, mailed: true }
  })

  one('sessions', 'where they are signed in', async (parts, user) => ({
    sessions: (await listSessionsOf(parts, user.id)).map(({ id, ip, browser, lastUsedAt }) => ({
      ...{ id, ip, browser, last_used_at: lastUsedAt },
    })),
  }))

  one('consents', 'what they let applications have', async (parts, user) => ({
    consents: await listConsentsOf(parts, user.id),
  }))

  one('withdraw-consent', 'take back what they let an application have', async (parts, user, typed) => {
    await withdrawConsentOf(parts, byCommandLine, user.id, typed.client ?? '')
    return { id: user.id, client_id: typed.client }
  }).requiredOption('--client <id>', 'the application')

  /** A command about one person. */
  function one(
    name: string,
    description: string,
    act: (parts: Parts, user: { id: string }, options: Options) => Promise<object>,
  ): Command {
    return group
      .command(`${name} <who>`)
      .description(description)
      .option('--reason <text>', 'why; stands in the audit log', 'command line')
      .option('--json', 'print JSON')
      .action(async (who: string, options: Options) => {
        const parts = await open()
        const done = await act(parts, await named(parts, who), options)
        const said = Object.entries(done).map(([key, value]) => `${key.padEnd(16)}${textOf(value)}`)
        answer(options, done, said.join('\n'))
      })
  }
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

const line = ({ id, status, email, username, roles }: UserView): string =>
  [id, status.padEnd(8), email ?? username ?? '', roles.filter((role) => role !== 'user').join(' ')]
    .join('  ')
    .trimEnd()
