import type { App } from '../../platform/app.ts'
import type { CommandGroup } from '../../platform/command.ts'
import type { WithSettings } from '../settings/index.ts'
import { addDomainCommands } from './domains/commands.ts'
import { addProviderCommands } from './providers/commands.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock' | 'dns' | 'log' | 'outbound'> & WithSettings

/** `gatehouse provider …`; secrets come from files or standard input, for everybody on a machine can read arguments. */
export const commands: CommandGroup<Parts> = (program, open) => {
  const group = program.command('provider').description('identity providers that people may sign in with')
  addProviderCommands(group, open)
  addDomainCommands(group, open)
}
