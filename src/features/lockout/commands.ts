import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup } from '../../platform/command.ts'
import { liftByHand, standingsOf } from './lift-lockout.ts'
import type { Standing } from './repository.ts'
import { blockedUntil, isStopped, viewOf } from './standing-view.ts'

type Parts = Pick<App, 'cache' | 'clock' | 'config' | 'db'>

interface Options {
  login: string
  json?: true
}

/** `gatehouse lockout show|lift` */
export const commands: CommandGroup<Parts> = (program, open) => {
  const group = program.command('lockout').description('wrong passwords tried on an account')
  group
    .command('show')
    .description('what stands against a name')
    .requiredOption('--login <name>', 'e-mail address or user name')
    .option('--json', 'answer as JSON')
    .action(async (options: Options) => {
      const app = await open()
      const now = app.clock.now()
      const found = await standingsOf(app, options.login)
      const lines = found.map((standing) => describe(standing, now))
      answer(options, found.map(viewOf(now)), lines.join('\n') || 'Nothing stands against this name.')
    })
  group
    .command('lift')
    .description('forget all of it')
    .requiredOption('--login <name>', 'e-mail address or user name')
    .option('--json', 'answer as JSON')
    .action(async (options: Options) => {
      const lifted = await liftByHand(await open(), byCommandLine, options.login)
      answer(options, { lifted }, lifted === 0 ? 'Nothing stood against this name.' : 'Lifted.')
    })
}

function describe(standing: Standing, now: Date): string {
  const until = blockedUntil(standing, now)?.toISOString()
  const state = isStopped(standing) ? 'refused until lifted' : until ? `refused until ${until}` : 'open'
  return `${standing.kind.padEnd(18)} ${String(standing.failures).padStart(4)} in a row  ${state}`
}
