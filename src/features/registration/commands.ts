import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'

import { act, inPages, listing, wholeNumber } from '../../platform/act.ts'
import type { App } from '../../platform/app.ts'
import type { ApiCall, CommandGroup } from '../../platform/command.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { RegistrationPolicy } from '../settings/index.ts'
import { adminRoutes } from './admin.routes.ts'

/** `gatehouse registration-token …` */
export const commands: CommandGroup<Pick<App, 'config' | 'db' | 'clock'>> = (program, open, elsewhere) => {
  const call = gatewayTo(async () => adminRoutes(await open()), elsewhere)
  const group = program
    .command('registration-token')
    .description('rights of applications to register themselves (initial access tokens)')
  addCreate(group, call)
  addKept(group, call)
}

interface Wanted {
  name?: string
  uses: number
  expires: number
  policy?: RegistrationPolicy
}

interface Made {
  id: string
  token: string
  expires_at: string
}

function addCreate(group: Command, call: ApiCall): void {
  act<Made, Wanted>(group, call, {
    name: 'create',
    description: 'make a right to register applications; it is shown this once',
    example: 'registration-token create --name Partners --uses 2 --expires 12h',
    does: 'POST /admin/registration-tokens',
    body: ({ name, uses, expires, policy }) => ({ name, uses, lifetime_seconds: expires, policy }),
    json: ({ id, token, expires_at }, { uses }) => ({ id, token, uses, expires_at }),
    text: ({ id, token, expires_at: until }) => `id:    ${id}\ntoken: ${token} (shown once)\nuntil: ${until}`,
  })
    .option('--name <name>', 'what you will know it by')
    .option(
      '--uses <number>',
      'how many applications may be registered with it',
      wholeNumber(1, 1_000_000),
      1,
    )
    .option('--expires <time>', 'until when, from now: like 30m, 12h or 7d', toSeconds, 7 * 86_400)
    .option(
      '--policy <json>',
      'what they may have, as JSON or a file with it; what it leaves out is the default, and without it the setting registration.policy holds',
      toPolicy,
    )
}

interface Token {
  id: string
  name: string | null
  state: string
  uses: number
  uses_left: number
  expires_at: string
}

function addKept(group: Command, call: ApiCall): void {
  inPages(
    listing<Token>(group, call, {
      name: 'list',
      description: 'initial access tokens, newest first',
      example: 'registration-token list --json',
      does: 'GET /admin/registration-tokens',
      line: ({ id, name, state, uses, uses_left: left, expires_at: until }) =>
        [id, name ?? '-', state, `${left} of ${uses} uses left`, `until ${until}`].join('  '),
    }),
    1000,
  )
  act(group, call, {
    name: 'revoke <id>',
    description: 'take one back; what was registered with it stays',
    example: 'registration-token revoke 019ab3c0-…',
    does: 'DELETE /admin/registration-tokens/:id',
    json: (_, { id }) => ({ id, revoked: true }),
    text: (_, { id }) => `${id} is revoked`,
  })
}

const unitSeconds: Record<string, number> = { m: 60, h: 3_600, d: 86_400 }

function toSeconds(value: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,4})([mhd])$/.exec(value) ?? []
  const seconds = Number(amount) * (unitSeconds[unit] ?? 0)
  if (seconds < 60 || seconds > 365 * 86_400)
    throw new InvalidArgumentError('must be like 30m, 12h or 7d, and at most 365d')
  return seconds
}

function toPolicy(value: string): RegistrationPolicy {
  const parsed = RegistrationPolicy.safeParse(toJson(value))
  if (parsed.success) return parsed.data
  const told = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new InvalidArgumentError(told.join('; '))
}

function toJson(value: string): unknown {
  try {
    return JSON.parse(value.trimStart().startsWith('{') ? value : readFileSync(value, 'utf8'))
  } catch {
    throw new InvalidArgumentError('is neither JSON nor a file with it')
  }
}
