import type { Console } from '../parts.ts'
import { actionsOf, type ScreenShown } from '../screen-page.ts'
import { badge, found, type Found, text, words } from '../shown.ts'
import type { Visit } from '../visit/at-console.ts'
import { clientUrl, path } from './client-acts.ts'

/** What the pages of clients show. */
export const read = {
  list: 'GET /admin/clients',
  one: 'GET /admin/clients/:id',
  secrets: 'GET /admin/clients/:id/secrets',
  settings: 'GET /admin/settings',
  access: 'GET /admin/clients/:id/roles',
}

export async function clientOf(
  desk: Console,
  { caller }: Visit,
  params: Record<string, string>,
): Promise<Found> {
  return found((await desk.operations.run(caller, read.one, { params })).body)
}

export const stateOf = ({ enabled, development }: Found): string =>
  enabled !== true ? 'disabled' : development === true ? 'development' : 'enabled'

/** What all pages of one client have in common. */
export function frameOf(
  desk: Console,
  visit: Visit,
  client: Found,
  at: string,
): Omit<ScreenShown, 'sections'> {
  const url = clientUrl(text(client.client_id))
  const write = 'PATCH /admin/clients/:id'
  const hasSecret = words(client.secrets).length > 0
  return {
    title: text(client.client_name),
    back: { href: path, labelKey: 'console.clients.title' },
    badges: [
      badge(stateOf(client)),
      badge(client.type),
      ...(client.first_party === true ? [badge('first-party')] : []),
    ],
    tabs: tabsOf(desk, visit, client).map((name) => ({
      href: name === 'client' ? url : `${url}/${name}`,
      labelKey: `console.tabs.${name}`,
      current: name === at,
    })),
    actions: actionsOf(desk, visit, [
      { href: `${url}/edit`, name: 'edit_client', operation: write },
      {
        href: `${url}/access/give`,
        name: 'give_permission',
        operation: 'POST /admin/clients/:id/permissions',
        when: at === 'access',
      },
      {
        href: `${url}/rotate-secret`,
        name: 'rotate_secret',
        operation: 'POST /admin/clients/:id/secrets',
        when: hasSecret,
      },
      {
        href: `${url}/enable`,
        name: 'enable_client',
        operation: 'POST /admin/clients/:id/enable',
        when: client.enabled !== true,
      },
      {
        href: `${url}/disable`,
        name: 'disable_client',
        operation: 'POST /admin/clients/:id/disable',
        danger: true,
        when: client.enabled === true,
      },
      { href: `${url}/delete`, name: 'delete_client', operation: 'DELETE /admin/clients/:id', danger: true },
    ]),
  }
}

/** Only who acts for itself holds rights of its own. */
function tabsOf({ operations }: Console, { caller }: Visit, { type }: Found): string[] {
  const [rights, settings] = [
    operations.allows(caller, read.access),
    operations.allows(caller, read.settings),
  ]
  return [
    'client',
    ...(type === 'service' && rights ? ['access'] : []),
    ...(settings ? ['settings'] : []),
    'code',
  ]
}
