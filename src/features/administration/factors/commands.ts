import type { Command } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import type { WithSettings } from '../../settings/index.ts'
import { named } from '../users/named.ts'
import { Reason } from '../users/schema.ts'
import { resetFactorsOf } from './reset-factors.ts'

/** `gatehouse user reset-factors` */
export function factorCommands(
  group: Command,
  open: () => Promise<Pick<App, 'config' | 'db' | 'clock'> & WithSettings>,
): void {
  group
    .command('reset-factors <who>')
    .description('remove all second factors of somebody who lost them, and sign them out everywhere')
    .requiredOption('--reason <text>', 'why, and how you know who it is; stands in the audit log')
    .option('--json', 'print JSON')
    .action(async (who: string, options: { reason: string; json?: boolean }) => {
      const reason = Reason.parse(options.reason)
      const parts = await open()
      const { id: userId } = await named(parts, who)
      const { passkeysLeft } = await resetFactorsOf(parts, byCommandLine, { userId, reason })
      const said = passkeysLeft ? ' Passkeys stay; delete those that are lost as well.' : ''
      answer(
        options,
        { id: userId, passkeysLeft },
        `Removed the second factors of ${who}, who was told by letter.${said}`,
      )
    })
}
