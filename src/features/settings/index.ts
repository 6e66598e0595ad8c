/**
 * Settings: what an operator decides while the service runs, for the system, one organization or one client. The
 * environment holds only what a process needs to start.
 *
 * Owns table `settings`. Publishes `auth.setting.changed`; tells other processes over the bus, topic `settings`.
 * definitions.ts is the list of all settings with their limits.
 */
export { adminRoutes } from './admin.routes.ts'
export { acceptedValue, changeSetting, resetSetting, settingKey } from './change-setting.ts'
export { commands } from './commands.ts'
export { type SettingKey, settingDefinitions, type SettingValue } from './definitions.ts'
export { forgetSettingsOfClient } from './forget-client.ts'
export type { CustomField, CustomFields } from './custom-field-schemas.ts'
export { openSettings, readSetting, type Settings, type WithSettings } from './open-settings.ts'
export { listAll as listStoredSettings, type StoredSetting } from './repository.ts'
export { type Publisher, RegistrationPolicy } from './registration-schemas.ts'
export type { Scope } from './scope.ts'
export { showSetting, showSettings, type ShownSetting } from './show-setting.ts'
