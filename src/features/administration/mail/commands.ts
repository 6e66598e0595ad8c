import { type Command, Option } from 'commander'

import { act } from '../../../platform/act.ts'
import { type ApiCall, groupNamed } from '../../../platform/command.ts'
import { Bounce } from './schema.ts'

/** `gatehouse mail bounce` */
export function bounceCommand(program: Command, call: ApiCall): void {
  act<null, Bounce>(groupNamed(program, 'mail'), call, {
    name: 'bounce <address>',
    description: 'report that mail to an address came back, or was complained about',
    example: 'mail bounce ann@example.com --reason complained',
    does: 'POST /admin/mail/bounces',
    body: ({ address, reason }) => ({ address, reason }),
    json: (_, { address, reason }) => ({ address, reason }),
    text: (_, { address }) => `Nothing more is sent to ${address}.`,
  }).addOption(
    new Option('--reason <what>', 'what became of it')
      .choices(Bounce.shape.reason.options)
      .default('bounced'),
  )
}
