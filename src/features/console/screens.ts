import type { Caller } from '../../platform/app.ts'
import { allowsAny, type Console } from './parts.ts'

export interface Screen {
  name: string
  path: string
  /** What it shows: an operation of the management API, whose permission is the screen's. */
  needs: string
  group: 'people' | 'applications' | 'security' | 'system'
}

/** THE list of screens. Who may not do what a screen shows does not see that there is one. */
export const screens: readonly Screen[] = [
  { name: 'people', path: '/console/people', needs: 'GET /admin/users', group: 'people' },
  { name: 'sessions', path: '/console/sessions', needs: 'GET /admin/sessions', group: 'people' },
  { name: 'live', path: '/console/live', needs: 'GET /admin/audit-logs', group: 'people' },
  { name: 'invitations', path: '/console/invitations', needs: 'GET /admin/invitations', group: 'people' },
  { name: 'imports', path: '/console/imports', needs: 'GET /admin/imports', group: 'people' },
  { name: 'clients', path: '/console/clients', needs: 'GET /admin/clients', group: 'applications' },
  { name: 'apis', path: '/console/apis', needs: 'GET /admin/apis', group: 'applications' },
  { name: 'providers', path: '/console/providers', needs: 'GET /admin/providers', group: 'applications' },
  { name: 'claims', path: '/console/claims', needs: 'GET /admin/claims', group: 'applications' },
  { name: 'keys', path: '/console/keys', needs: 'GET /admin/keys', group: 'security' },
  { name: 'roles', path: '/console/roles', needs: 'GET /admin/roles', group: 'security' },
  { name: 'audit', path: '/console/audit', needs: 'GET /admin/audit-logs', group: 'security' },
  { name: 'settings', path: '/console/settings', needs: 'GET /admin/settings', group: 'system' },
  { name: 'jobs', path: '/console/jobs', needs: 'GET /admin/jobs', group: 'system' },
  { name: 'webhooks', path: '/console/webhooks', needs: 'GET /admin/webhooks', group: 'system' },
  { name: 'streams', path: '/console/streams', needs: 'GET /admin/streams', group: 'system' },
]

export const everyOperation: readonly string[] = screens.map(({ needs }) => needs)

const groups = ['people', 'applications', 'security', 'system'] as const

/** The screens somebody may see, as each page lists them; keys of texts. */
export function screensShown(desk: Pick<Console, 'operations'>, caller: Caller, at: string) {
  const shown = ({ name, path }: Pick<Screen, 'name' | 'path'>) => ({
    name,
    href: path,
    labelKey: `console.${name}.title`,
    current: name === at,
  })
  const open = screens.filter(({ needs }) => allowsAny(desk, caller, [needs]))
  return [
    { labelKey: null, screens: [shown({ name: 'dashboard', path: '/console' })] },
    ...groups
      .map((group) => ({
        labelKey: `console.groups.${group}`,
        screens: open.filter((screen) => screen.group === group).map(shown),
      }))
      .filter((group) => group.screens.length > 0),
  ]
}

/** Where a screen stands. */
export const pathOf = (name: string): string =>
  screens.find((screen) => screen.name === name)?.path ?? '/console'
