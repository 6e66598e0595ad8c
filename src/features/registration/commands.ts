import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup } from '../../platform/command.ts'
import { RegistrationPolicy } from '../settings/index.ts'
import { createInitialToken, revokeInitialToken } from './initial-tokens.ts'
import * as registrations from './repository.ts'
import { lineOf, viewOf } from './token-view.ts'

type Open = () => Promise<Pick<App, 'db' | 'clock'>>

/** `gatehouse registration-token …` */
export const commands: CommandGroup<Pick<App, 'db' | 'clock'>> = (program, open) => {
  const group = program
    .command('registration-token')
    .description('rights of applications to register themselves (initial access tokens)')
  addCreate(group, open)
  addList(group, open)
  addRevoke(group, open)
}

interface CreateOptions {
  name?: string
  uses: number
  expires: number
  policy?: RegistrationPolicy
  json?: true
}

function addCreate(group: Command, open: Open): void {
  group
    .command('create')
    .description('make a right to register applications; it is shown this once')
    .option('--name <name>', 'what you will know it by')
    .option('--uses <number>', 'how many applications may be registered with it', toUses, 1)
    .option('--expires <time>', 'until when, from now: like 30m, 12h or 7d', toSeconds, 7 * 86_400)
    .option(
      '--policy <json>',
      'what they may have, as JSON or a file with it; what it leaves out is the default, and without it the setting registration.policy holds',
      toPolicy,
    )
    .option('--json', 'answer as JSON')
    .action(async (options: CreateOptions) => {
      const wanted = {
        name: options.name ?? null,
        uses: options.uses,
        lifetimeSeconds: options.expires,
        policy: options.policy ?? null,
      }
      const { id, token, expiresAt } = await createInitialToken(await open(), byCommandLine, wanted)
      const until = expiresAt.toISOString()
      answer(
        options,
        { id, token, uses: options.uses, expires_at: until },
        `id:    ${id}\ntoken: ${token} (shown once)\nuntil: ${until}`,
      )
    })
}

function addList(group: Command, open: Open): void {
  group
    .command('list')
    .description('all of them, newest first')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      const { db, clock } = await open()
      const found = await registrations.listTokens(db, { from: null, limit: 1_000 })
      const now = clock.now()
      answer(
        options,
        found.map((token) => viewOf(token, now)),
        found.map((token) => lineOf(token, now)).join('\n'),
      )
    })
}

function addRevoke(group: Command, open: Open): void {
  group
    .command('revoke <id>')
    .description('take one back; what was registered with it stays')
    .option('--json', 'answer as JSON')
    .action(async (id: string, options: { json?: true }) => {
      if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id))
        throw new InvalidArgumentError('the id stands in the list; it is not the token')
      const revoked = await revokeInitialToken(await open(), byCommandLine, id)
      answer(
        options,
        { id, revoked },
        revoked ? `${id} is revoked` : `there is none ${id} that could be revoked`,
      )
    })
}

function toUses(value: string): number {
  const uses = Number(value)
  if (!Number.isInteger(uses) || uses < 1 || uses > 1_000_000)
    throw new InvalidArgumentError('must be a whole number from 1 to 1000000')
  return uses
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
