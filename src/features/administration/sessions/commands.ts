import { type Command, Option } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import { stillAlive } from '../../sessions/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { revokeSession } from './end-sessions.ts'
import * as sessions from './repository.ts'
import { ListSessions } from './schema.ts'

type Open = () => Promise<Pick<App, 'db' | 'clock'> & WithSettings>

interface Options {
  user?: string
  client?: string
  ip?: string
  state: 'live' | 'ended' | 'all'
  limit: string
  json?: true
}

/** `gatehouse session list | end` */
export function sessionCommands(program: Command, open: Open): void {
  const group = program.command('session').description('where people are signed in')
  group
    .command('list')
    .description('sessions, newest first')
    .option('--user <id>', 'only theirs')
    .option('--client <id>', 'only those that reached it')
    .option('--ip <address>', 'only those that began there')
    .addOption(new Option('--state <state>', 'only those').choices(['live', 'ended', 'all']).default('live'))
    .option('--limit <number>', 'how many, 200 at most', '50')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample: gatehouse session list --client gh_… --json')
    .action(async ({ user, client, ip, state, limit, json }: Options) => {
      const asked = ListSessions.parse({ user_id: user, client_id: client, ip, state, limit })
      const { sort, limit: rows, ...filters } = asked
      const app = await open()
      const found = await sessions.list(app.db, {
        ...{ filters, sort, from: null, rows },
        alive: await stillAlive(app),
      })
      const lines = found.map((one) =>
        [one.id, one.user.email ?? one.user.id, one.last_ip, `used ${one.last_used_at.toISOString()}`].join(
          '  ',
        ),
      )
      answer({ json }, { sessions: found }, lines.join('\n'))
    })
  group
    .command('end <id>')
    .description('end a session, by its own id or the sid in its tokens')
    .option('--json', 'answer as JSON')
    .action(async (id: string, options: { json?: true }) => {
      await revokeSession(await open(), byCommandLine, id)
      answer(options, { id, ended: true }, `${id} is ended`)
    })
}
