import type { Command } from 'commander'

import { clientRoutes } from '../../src/features/administration/clients/admin.routes.ts'
import { lockoutRoutes } from '../../src/features/administration/lockouts/admin.routes.ts'
import { clientCommands } from '../../src/features/clients/index.ts'
import { lockoutCommands } from '../../src/features/lockout/index.ts'
import type { App } from '../../src/platform/app.ts'
import { gatewayTo } from '../../src/platform/http/index.ts'

/** Commands that call operations of features/administration, on what `open` gives. */
export function addManagedCommands(program: Command, open: () => Promise<App>): void {
  clientCommands(
    program,
    gatewayTo(async () => clientRoutes(await open())),
  )
  lockoutCommands(
    program,
    gatewayTo(async () => lockoutRoutes(await open())),
  )
}
