import { InvalidArgumentError } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, type CommandGroup, onDatabaseAlone } from '../../../platform/command.ts'
import { newId } from '../../../platform/crypto/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { renderSms } from './render-sms.ts'
import * as messages from './repository.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock' | 'sms' | 'views'> & WithSettings

interface Json {
  json?: boolean
}

/** How many messages are told of at once. */
const listed = 50

/** `gatehouse sms list|test` */
export const smsCommands: CommandGroup<Parts> = (program, open) => {
  const sms = program.command('sms').description('text messages to people, and whether they go out')

  onDatabaseAlone(sms.command('list'), 'sms list')
    .description('what was written lately and what became of it; neither numbers nor codes')
    .option('--json', 'print JSON')
    .action(async (options: Json) => {
      const found = await messages.list((await open()).db, { limit: listed })
      answer(options, { messages: found.map(toView) }, found.map(toLine).join('\n'))
    })

  onDatabaseAlone(sms.command('test'), 'sms test +14155550100')
    .description(
      'send a message without a real code at once, without the queue, and say what the provider said',
    )
    .argument('<number>', 'like +14155550100', toNumber)
    .option('--json', 'print JSON')
    .action(async (to: string, options: Json) => {
      const app = await open()
      const text = await renderSms(app, { message: 'code', language: null }, { told: { code: '000000' } })
      const outcome = await app.sms.send({ id: newId(app.clock.now()), to, text })
      const said = 'reason' in outcome ? `${outcome.result}: ${outcome.reason}` : outcome.result
      answer(options, outcome, said)
    })
}

const toView = ({ id, message, userId, state, createdAt, attempts, endedAt }: messages.SmsRecord) => ({
  id,
  message,
  user_id: userId,
  state,
  created_at: createdAt.toISOString(),
  attempts,
  ended_at: endedAt?.toISOString() ?? null,
})

const toLine = ({ id, message, userId, state, createdAt, attempts }: messages.SmsRecord): string =>
  [createdAt.toISOString(), id, state.padEnd(8), message, userId, `${attempts} tried`].join('  ')

function toNumber(value: string): string {
  if (!/^\+[1-9]\d{6,14}$/.test(value))
    throw new InvalidArgumentError('must be a number with its country, like +14155550100')
  return value
}
