import type { App } from '../../platform/app.ts'
import type { CommandGroup } from '../../platform/command.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { adminRoutes } from './admin.routes.ts'
import { addDomainCommands } from './domains/commands.ts'
import { addProviderCommands } from './providers/commands.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock' | 'dns' | 'log' | 'outbound'> & WithSettings

/** `gatehouse provider …`; secrets come from files or standard input, for everybody on a machine can read arguments. */
export const commands: CommandGroup<Parts> = (program, open, elsewhere) => {
  const call = gatewayTo(async () => adminRoutes(await open()), elsewhere)
  const group = program.command('provider').description('identity providers that people may sign in with')
  addProviderCommands(group, open, call)
  addDomainCommands(group, call)
}
