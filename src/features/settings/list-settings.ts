import type { App } from '../../platform/app.ts'
import { type ScopeKind, type SettingKey, settingDefinitions, settingKeys } from './definitions.ts'
import * as settings from './repository.ts'

export interface SettingView {
  key: SettingKey
  description: string
  /** What holds for the system. */
  value: unknown
  default: unknown
  scopes: readonly ScopeKind[]
  /** Organizations and clients with a value of their own. */
  exceptions: { scope: ScopeKind; id: string; value: unknown }[]
}

/** Every setting with what is stored of it, straight from Postgres, for people who look after the service. */
export async function listSettings(app: Pick<App, 'db'>): Promise<SettingView[]> {
  const stored = await settings.listAll(app.db)
  return settingKeys.map((key) => {
    const definition = settingDefinitions[key]
    const own = stored.filter((row) => row.key === key)
    const system = own.find(({ place }) => place.kind === 'system')
    return {
      key,
      description: definition.description,
      value: system ? system.value : definition.default,
      default: definition.default,
      scopes: definition.scopes,
      exceptions: own
        .filter(({ place }) => place.kind !== 'system')
        .map(({ place, value }) => ({ scope: place.kind, id: place.id, value })),
    }
  })
}
