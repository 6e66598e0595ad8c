import { type Command, Option } from 'commander'

import { answer, type ApiCall, overApi } from '../../../platform/command.ts'

/** What of a session is shown in a line. */
interface Shown {
  id: string
  user: { id: string; email: string | null }
  last_ip: string
  last_used_at: string
}

interface Options {
  user?: string
  client?: string
  ip?: string
  state: 'live' | 'ended' | 'all'
  limit: string
  json?: true
}

/** `gatehouse session list | end` */
export function sessionCommands(program: Command, call: ApiCall): void {
  const group = program.command('session').description('where people are signed in')
  overApi(group.command('list'))
    .description('sessions, newest first')
    .option('--user <id>', 'only theirs')
    .option('--client <id>', 'only those that reached it')
    .option('--ip <address>', 'only those that began there')
    .addOption(new Option('--state <state>', 'only those').choices(['live', 'ended', 'all']).default('live'))
    .option('--limit <number>', 'how many, 200 at most', '50')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatehouse session list --client gh_… --json')
    .action(async ({ user, client, ip, state, limit, json }: Options) => {
      const query = { user_id: user, client_id: client, ip, state, limit }
      const { body } = await call({ does: 'GET /admin/sessions', query })
      const { items: found } = body as { items: Shown[] } // SessionPage, as JSON
      const lines = found.map((one) =>
        [one.id, one.user.email ?? one.user.id, one.last_ip, `used ${one.last_used_at}`].join('  '),
      )
      answer({ json }, { sessions: found }, lines.join('\n'))
    })
  overApi(group.command('end <id>'))
    .description('end a session, by its own id or the sid in its tokens')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatehouse session end 2Vq…')
    .action(async (id: string, options: { json?: true }) => {
      await call({ does: 'POST /admin/sessions/:id/revoke', at: { id } })
      answer(options, { id, ended: true }, `${id} is ended`)
    })
}
