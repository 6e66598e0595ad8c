import type { App } from '../../platform/app.ts'
import type { CommandGroup } from '../../platform/command.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { adminRoutes } from './admin.routes.ts'
import { addHookCommands } from './hooks/commands.ts'
import { addMappingCommands } from './mappings/commands.ts'

/** `gatehouse claim …` */
export const commands: CommandGroup<Pick<App, 'config' | 'db' | 'clock' | 'outbound'>> = (
  program,
  open,
  elsewhere,
) => {
  const call = gatewayTo(async () => adminRoutes(await open()), elsewhere)
  const group = program.command('claim').description('what tokens say besides what the protocol does')
  addMappingCommands(group, call)
  addHookCommands(group, open, call)
}
