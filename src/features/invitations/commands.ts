import { InvalidArgumentError } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup } from '../../platform/command.ts'
import { errors } from './errors.ts'
import { createInvitation, sendInvitation } from './create-invitation.ts'

interface Options {
  email?: string
  days: number
  send?: boolean
  language?: string
  json?: boolean
}

/** `gatehouse invitation create` */
export const commands: CommandGroup<Pick<App, 'config' | 'db' | 'clock'>> = (program, open) => {
  program
    .command('invitation')
    .description('links by which people make an account')
    .command('create')
    .description('make a link that is good for one account')
    .option('--email <address>', 'for this address only; replaces earlier invitations of it')
    .option('--days <number>', 'days the link is good for', toDays, 7)
    .option('--send', 'mail the link to the address, and show it to nobody else')
    .option('--language <tag>', 'of the mail, like de; else the setting languages.default')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      if (options.send) return send(options, await open())
      const wanted = { email: options.email ?? null, lifetimeSeconds: options.days * 24 * 3600 }
      const made = await createInvitation(await open(), byCommandLine, wanted)
      answer(options, { id: made.id, url: made.url, expires_at: made.expiresAt.toISOString() }, made.url)
    })
}

async function send(options: Options, app: Pick<App, 'config' | 'db' | 'clock'>): Promise<void> {
  const { email, days, language } = options
  if (email === undefined) throw errors.invitation_email_invalid({ detail: 'Name the address with --email.' })
  const made = await sendInvitation(app, byCommandLine, {
    email,
    lifetimeSeconds: days * 24 * 3600,
    language,
  })
  answer(
    options,
    { id: made.id, url: null, expires_at: made.expiresAt.toISOString() },
    `The invitation is on its way to ${email}.`,
  )
}

function toDays(value: string): number {
  const days = Number(value)
  if (!Number.isInteger(days) || days < 1 || days > 90)
    throw new InvalidArgumentError('must be a whole number from 1 to 90')
  return days
}
