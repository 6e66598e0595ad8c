import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup, onDatabaseAlone } from '../../platform/command.ts'
import { rewrapSeeds } from './rewrap-seeds.ts'

/** `gatehouse factor rewrap` */
export const commands: CommandGroup<Pick<App, 'config' | 'db' | 'clock'>> = (program, open) => {
  const group = program.command('factor').description('what confirms people’s sign-ins a second time')
  onDatabaseAlone(group.command('rewrap'), 'factor rewrap')
    .description(
      'seal the seeds of all authenticator apps, and all phone numbers, under the first of KEY_ENCRYPTION_KEY',
    )
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const done = await rewrapSeeds(await open(), byCommandLine)
      const text = `Sealed ${done.rewrapped} anew; ${done.alreadyCurrent} had the current seal already.`
      const lost = `${done.unopened} do not open under any key; their owners must add the app again.`
      answer(options, done, done.unopened === 0 ? text : `${text}\n${lost}`)
    })
}
