import type { Command } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup } from '../../platform/command.ts'
import { changeSetting, resetSetting, settingKey } from './change-setting.ts'
import { type SettingKey, settingDefinitions } from './definitions.ts'
import { listSettings } from './list-settings.ts'
import { readSetting } from './open-settings.ts'
import type { Scope } from './scope.ts'

type Parts = Pick<App, 'db' | 'clock'>

interface Options {
  json?: boolean
  organization?: string
  client?: string
}

/** `gatehouse settings …` */
export const commands: CommandGroup<Parts> = (program, open) => {
  const group = program.command('settings').description('look at settings and change them')

  group
    .command('list')
    .description('all settings, with their values')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const views = await listSettings(await open())
      const lines = views.flatMap(({ key, value, description, exceptions }) => [
        `${key} = ${JSON.stringify(value)}`,
        `    ${description}`,
        ...exceptions.map((own) => `    ${own.scope} ${own.id}: ${JSON.stringify(own.value)}`),
      ])
      answer(options, views, lines.join('\n'))
    })

  scoped(group.command('get <key>').description('the value that holds')).action(
    async (key: string, options: Options) => {
      const known = settingKey(key)
      const { db } = await open()
      const value = await readSetting(db, known, scopeOf(options))
      answer(options, { key: known, value }, text(value))
    },
  )

  scoped(group.command('set <key> <value>').description('change it; the value is JSON or plain text')).action(
    async (key: string, typed: string, options: Options) => {
      const value = valueOf(settingKey(key), typed)
      await changeSetting(await open(), byCommandLine, key, value, scopeOf(options))
      answer(options, { key, value }, `${key} = ${JSON.stringify(value)}`)
    },
  )

  scoped(group.command('reset <key>').description('back to the wider value or the default')).action(
    async (key: string, options: Options) => {
      const app = await open()
      await resetSetting(app, byCommandLine, key, scopeOf(options))
      const value = await readSetting(app.db, settingKey(key), scopeOf(options))
      answer(options, { key, value }, `${key} = ${JSON.stringify(value)}`)
    },
  )
}

function scoped(command: Command): Command {
  return command
    .option('--organization <id>', 'for one organization')
    .option('--client <id>', 'for one client')
    .option('--json', 'print JSON')
}

const scopeOf = ({ organization, client }: Options): Scope => ({
  organizationId: organization,
  clientId: client,
})

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** The text itself where that fits, so that `set registration.mode closed` needs no quotes; otherwise JSON. */
function valueOf(key: SettingKey, typed: string): unknown {
  if (settingDefinitions[key].schema.safeParse(typed).success) return typed
  try {
    return JSON.parse(typed)
  } catch {
    return typed
  }
}
