import { Option } from 'commander'

import { act, inPages, listing, wholeNumber } from '../../platform/act.ts'
import type { App } from '../../platform/app.ts'
import type { CommandGroup } from '../../platform/command.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { routes } from './admin.routes.ts'
import { invitationStates } from './repository.ts'

interface Typed {
  email?: string
  days: number
  send?: boolean
  language?: string
}

interface Listed {
  id: string
  email: string | null
  state: string
  expires_at: string
}

/** `gatehouse invitation create | list | withdraw` */
export const commands: CommandGroup<Pick<App, 'config' | 'db' | 'clock'>> = (program, open, elsewhere) => {
  const call = gatewayTo(async () => routes(await open()), elsewhere)
  const group = program.command('invitation').description('links by which people make an account')
  act<{ url: string | null }, Typed>(group, call, {
    name: 'create',
    description: 'make a link that is good for one account',
    example: ['invitation create --days 3', 'invitation create --email ann@example.com --send'],
    does: 'POST /admin/invitations',
    body: ({ email, days, send, language }) => ({ email, days, send, language }),
    text: ({ url }, { email = '' }) => url ?? `The invitation is on its way to ${email}.`,
  })
    .option('--email <address>', 'for this address only; replaces earlier invitations of it')
    .option('--days <number>', 'days the link is good for', wholeNumber(1, 90), 7)
    .option('--send', 'mail the link to the address, and show it to nobody else')
    .option('--language <tag>', 'of the mail, like de; else the setting languages.default')
  inPages(
    listing<Listed, { state?: string }>(group, call, {
      name: 'list',
      description: 'invitations, newest first; their links are shown to nobody again',
      example: 'invitation list --state open',
      does: 'GET /admin/invitations',
      query: ({ state }) => ({ state }),
      line: ({ id, email, state, expires_at: until }) =>
        [id, state.padEnd(9), `until ${until}`, email ?? 'anybody'].join('  '),
      none: 'Nobody is invited.',
    }),
  ).addOption(new Option('--state <state>', 'only those').choices(invitationStates))
  act(group, call, {
    name: 'withdraw <id>',
    description: 'take an invitation back: its link works no more',
    example: 'invitation withdraw 019ab3c0-…',
    does: 'DELETE /admin/invitations/:id',
    json: (_, { id }) => ({ id, withdrawn: true }),
    text: (_, { id }) => `${id} is withdrawn`,
  })
}
