import type { App } from '../../platform/app.ts'
import type { CommandGroup } from '../../platform/command.ts'
import { addMappingCommands } from './mappings/commands.ts'

/** `gatehouse claim …` */
export const commands: CommandGroup<Pick<App, 'db' | 'clock'>> = (program, open) => {
  const group = program.command('claim').description('what tokens say besides what the protocol does')
  addMappingCommands(group, open)
}
