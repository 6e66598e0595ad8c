import { InvalidArgumentError } from 'commander'

import type { App } from '../../platform/app.ts'
import {
  answer,
  byCommandLine,
  type CommandGroup,
  onDatabaseAlone,
  groupNamed,
} from '../../platform/command.ts'
import { newId } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import { canonicalEmail } from '../accounts/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { errors } from './errors.ts'
import { findKept } from './mailbox.ts'
import type { WithMailer } from './mailer.ts'
import { renderMail } from './render-mail.ts'
import * as mails from './repository.ts'
import { smsCommands } from './sms/commands.ts'
import { suppressAddress, unsuppressAddress } from './suppress-address.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock' | 'sms' | 'views'> & WithSettings & WithMailer

interface Json {
  json?: boolean
}

/** `gatehouse mail list|show|test|suppress|unsuppress`, and those of text messages. */
export const commands: CommandGroup<Parts> = (program, open) => {
  smsCommands(program, open)
  const mail = groupNamed(program, 'mail').description('letters to people, and whether they arrive')

  onDatabaseAlone(mail.command('list'), 'mail list --limit 20')
    .description('what was written lately and what became of it; neither addresses nor links')
    .option('--limit <number>', 'how many', toLimit, 50)
    .option('--json', 'print JSON')
    .action(async (options: Json & { limit: number }) => {
      const found = await mails.list((await open()).db, { limit: options.limit })
      answer(options, { mails: found.map(toView) }, found.map(toLine).join('\n'))
    })

  onDatabaseAlone(mail.command('show'), 'mail show 019ab3c0-…')
    .description('one mail of the local mailbox, as text')
    .argument('<id>')
    .option('--json', 'print JSON')
    .action(async (id: string, options: Json) => {
      const kept = await findKept(await open(), id)
      if (!kept) throw errors.mail_not_found()
      const { to, subject, text, url } = kept
      answer(options, { id, to, subject, text, url }, `${to}\n${subject}\n\n${text}`)
    })

  onDatabaseAlone(mail.command('test'), 'mail test ops@example.com')
    .description('send a test message at once, without the queue, and say what the server said')
    .argument('<address>')
    .option('--json', 'print JSON')
    .action(async (address: string, options: Json) => {
      const app = await open()
      const to = canonicalEmail(address)
      if (to === null) throw errors.mail_address_invalid()
      const letter = await renderMail(app, { letter: 'test', language: null }, { told: {} })
      const outcome = await app.mailer.send({ ...letter, id: newId(app.clock.now()), to })
      const said = 'reason' in outcome ? `${outcome.result}: ${outcome.reason}` : outcome.result
      answer(options, outcome, said)
    })

  onDatabaseAlone(mail.command('suppress'), 'mail suppress ann@example.com')
    .description('send nothing more to an address')
    .argument('<address>')
    .option('--json', 'print JSON')
    .action(async (address: string, options: Json) => {
      const app = await open()
      const given = { address, reason: 'operator' } as const
      const changed = await transaction(app.db, (tx) =>
        suppressAddress(app, tx, app.clock.now(), byCommandLine, given),
      )
      answer(options, { changed }, changed ? 'Nothing more is sent there.' : 'Nothing was sent there before.')
    })

  onDatabaseAlone(mail.command('unsuppress'), 'mail unsuppress ann@example.com')
    .description('send to an address again that had refused our mail')
    .argument('<address>')
    .option('--json', 'print JSON')
    .action(async (address: string, options: Json) => {
      const app = await open()
      const changed = await transaction(app.db, (tx) =>
        unsuppressAddress(app, tx, app.clock.now(), byCommandLine, address),
      )
      answer(options, { changed }, changed ? 'Mail is sent there again.' : 'Nothing stood in its way.')
    })
}

const toView = ({ id, letter, userId, state, createdAt, attempts, endedAt }: mails.MailRecord) => ({
  id,
  letter,
  user_id: userId,
  state,
  created_at: createdAt.toISOString(),
  attempts,
  ended_at: endedAt?.toISOString() ?? null,
})

const toLine = ({ id, letter, userId, state, createdAt, attempts }: mails.MailRecord): string =>
  [createdAt.toISOString(), id, state.padEnd(10), letter.padEnd(18), userId ?? '-', `${attempts} tried`].join(
    '  ',
  )

function toLimit(value: string): number {
  const limit = Number(value)
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new InvalidArgumentError('must be a whole number from 1 to 1000')
  return limit
}
