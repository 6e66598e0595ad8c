import type { App } from '../../platform/app.ts'
import type { CommandGroup } from '../../platform/command.ts'
import { deliveryCommands } from '../jobs/index.ts'
import { kind } from './back-channel.ts'

/** `gatehouse logout-delivery list|retry` */
export const commands: CommandGroup<Pick<App, 'config' | 'db' | 'clock'>> = (program, open, elsewhere) => {
  const group = program
    .command('logout-delivery')
    .description('whether applications were told that somebody signed out')
  deliveryCommands(group, open, elsewhere, { kind, destination: 'client' })
}
