import type { Command } from 'commander'

import { act, listing } from '../../platform/act.ts'
import type { App } from '../../platform/app.ts'
import type { ApiCall, CommandGroup } from '../../platform/command.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { adminRoutes } from './admin.routes.ts'
import { settingKey } from './change-setting.ts'
import { type SettingKey, settingDefinitions } from './definitions.ts'

interface Typed {
  key: string
  value: string
  organization?: string
  client?: string
}

/** What is shown of a setting. */
interface Setting {
  key: string
  value: unknown
  description: string
  exceptions?: { scope: string; id: string; value: unknown }[]
}

/** `gatehouse settings …` */
export const commands: CommandGroup<Pick<App, 'db' | 'clock'>> = (program, open, elsewhere) => {
  const call = gatewayTo(async () => adminRoutes(await open()), elsewhere)
  const group = program.command('settings').alias('setting').description('look at settings and change them')
  scoped(
    listing<Setting, Typed>(group, call, {
      name: 'list',
      description: 'all settings, with their values',
      example: 'settings list --json',
      does: 'GET /admin/settings',
      query: scopeOf,
      line: ({ key, value, description, exceptions = [] }) =>
        [
          `${key} = ${JSON.stringify(value)}`,
          `    ${description}`,
          ...exceptions.map((own) => `    ${own.scope} ${own.id}: ${JSON.stringify(own.value)}`),
        ].join('\n'),
    }),
  )
  addOne(group, call)
}

function addOne(group: Command, call: ApiCall): void {
  const json = ({ key, value }: Setting) => ({ key, value })
  const text = ({ key, value }: Setting) => `${key} = ${JSON.stringify(value)}`
  scoped(
    act<Setting, Typed>(group, call, {
      name: 'get <key>',
      description: 'the value that holds',
      example: 'settings get registration.mode',
      does: 'GET /admin/settings/:key',
      query: scopeOf,
      json,
      text: ({ value }) => (typeof value === 'string' ? value : JSON.stringify(value)),
    }),
  )
  scoped(
    act<Setting, Typed>(group, call, {
      name: 'set <key> <value>',
      description: 'change it; the value is JSON or plain text',
      example: ['settings set registration.mode closed', 'settings set token.access_seconds 120'],
      does: 'PUT /admin/settings/:key',
      query: scopeOf,
      body: ({ key, value }) => ({ value: valueOf(settingKey(key), value) }),
      json,
      text,
    }),
  )
  scoped(
    act<Setting, Typed>(group, call, {
      name: 'reset <key>',
      description: 'back to the wider value or the default',
      example: 'settings reset registration.mode',
      does: 'DELETE /admin/settings/:key',
      query: scopeOf,
      json,
      text,
    }),
  )
}

const scoped = (command: Command): Command =>
  command.option('--organization <id>', 'for one organization').option('--client <id>', 'for one client')

const scopeOf = ({ organization, client }: Typed) => ({ organization, client })

/** The text itself where that fits, so that `set registration.mode closed` needs no quotes; otherwise JSON. */
function valueOf(key: SettingKey, typed: string): unknown {
  if (settingDefinitions[key].schema.safeParse(typed).success) return typed
  try {
    return JSON.parse(typed)
  } catch {
    return typed
  }
}
