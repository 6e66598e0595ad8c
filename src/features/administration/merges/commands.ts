import type { Command } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import { mergeByAdministrator, mergeErrors, undoByAdministrator } from '../../merging/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { isId } from '../users/find-users.ts'
import { named } from '../users/named.ts'
import { mergeShown } from './schema.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

interface Options {
  json?: boolean
  reason: string
}

/** `gatehouse user merge|unmerge` */
export function mergeCommands(group: Command, open: () => Promise<Parts>): void {
  group
    .command('merge <from>')
    .description('make two accounts of one person one; can be undone for some days')
    .requiredOption('--into <who>', 'the account that stays, by id, address or user name')
    .requiredOption('--reason <text>', 'why; stands in the audit log')
    .option('--json', 'print JSON')
    .action(async (from: string, { into, ...options }: Options & { into: string }) => {
      const parts = await open()
      const [merged, surviving] = [await named(parts, from), await named(parts, into)]
      const two = { survivingUserId: surviving.id, mergedUserId: merged.id }
      const merge = await mergeByAdministrator(parts, byCommandLine, two, options.reason)
      const shown = mergeShown(merge, parts.clock.now())
      const until = shown.undoable
        ? `until ${shown.undo_until?.toISOString() ?? ''}: gatehouse user unmerge ${merge.id} --reason …`
        : 'not any more'
      answer(options, shown, `Merged ${merged.id} into ${surviving.id}. It can be undone ${until}`)
    })

  group
    .command('unmerge <merge-id>')
    .description('undo a merge: what moved goes back')
    .requiredOption('--reason <text>', 'why; stands in the audit log')
    .option('--json', 'print JSON')
    .action(async (id: string, options: Options) => {
      if (!isId(id)) throw mergeErrors.merge_not_found()
      const parts = await open()
      const merge = await undoByAdministrator(parts, byCommandLine, id, options.reason)
      answer(options, mergeShown(merge, parts.clock.now()), `Undone: ${merge.mergedUserId} is back.`)
    })
}
