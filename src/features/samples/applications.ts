import type { NewApi } from '../apis/index.ts'
import type { NewClient } from '../clients/index.ts'

/** What the registry needs besides defaults. */
type Described = Partial<NewClient> & { name: string }

const code = { grants: ['authorization_code', 'refresh_token'] } as const
const device = 'urn:ietf:params:oauth:grant-type:device_code'
const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'

export const ordersApi = 'https://orders.example.com/api'

/**
 * Applications of every kind: on servers, in browsers, on phones, on devices without a keyboard, machines by themselves. Where
 * their addresses are nobody answers (RFC 2606, section 3). People sign in to those with an address.
 */
export const applications: readonly Described[] = [
  { name: 'Web shop', redirectUris: ['https://shop.example.com/callback'], firstParty: true, ...list(code) },
  {
    name: 'Staff portal',
    redirectUris: ['https://staff.example.com/callback'],
    firstParty: true,
    ...list(code),
  },
  {
    ...{ name: 'Dashboard (single page)', redirectUris: ['https://dashboard.example.com/'] },
    ...{ authentication: 'none', corsOrigins: ['https://dashboard.example.com'], ...list(code) },
  },
  {
    ...{ name: 'Phone app', applicationType: 'native', redirectUris: ['com.example.app:/callback'] },
    ...{ authentication: 'none', firstParty: true, ...list(code) },
  },
  {
    ...{ name: 'Partner bookings', redirectUris: ['https://bookings.example.net/oidc'], ...list(code) },
    ...{ clientUri: 'https://bookings.example.net/', policyUri: 'https://bookings.example.net/privacy' },
  },
  { name: 'Help desk', redirectUris: ['https://help.example.org/sso/callback'], ...list(code) },
  {
    name: 'Television',
    grants: [device, 'refresh_token'],
    authentication: 'none',
    applicationType: 'native',
  },
  { name: 'Nightly reports', grants: ['client_credentials'] },
  { name: 'Order service', grants: ['client_credentials', exchange], exchangeTo: [ordersApi] },
  { name: 'Stock service', grants: ['client_credentials'], audiences: [ordersApi] },
]

/** A new list each time: the types of the registry want one that may change. */
function list({ grants }: typeof code): Pick<NewClient, 'grants'> {
  return { grants: [...grants] }
}

/** The name of the one that marks that samples are there says what they were made of. */
const mark = /^Orders \(sample data, seed (\d{1,9}), (\d{1,4}) people\)$/

export interface Made {
  seed: number
  count: number
}

export const markOf = ({ seed, count }: Made): string => `Orders (sample data, seed ${seed}, ${count} people)`

export function madeOf(name: string): Made | null {
  const [, seed, count] = mark.exec(name) ?? []
  return seed === undefined || count === undefined ? null : { seed: Number(seed), count: Number(count) }
}

const scope = (name: string, en: string, de: string) => ({ name, description: { en, de } })

export const apis = (made: Made, clientIds: readonly string[]): NewApi[] => [
  {
    ...{ identifier: ordersApi, name: markOf(made), ...usual, open_to: 'listed' },
    clients: clientIds.map((id) => ({ client_id: id, scopes: null })),
    scopes: [
      scope('orders:read', 'See your orders', 'Ihre Bestellungen sehen'),
      scope('orders:write', 'Order in your name', 'In Ihrem Namen bestellen'),
    ],
  },
  {
    ...{ identifier: 'https://stock.example.com/api', name: 'Stock', ...usual, open_to: 'first-party' },
    scopes: [scope('stock:read', 'See what is in stock', 'Den Lagerbestand sehen')],
  },
  {
    ...{ identifier: 'https://reports.example.org/', name: 'Reports', ...usual, open_to: 'all' },
    ...{ token_format: 'opaque', scopes: [scope('reports:read', 'Read reports', 'Berichte lesen')] },
  },
]

const usual = {
  ...{ token_format: 'jwt', signing_algorithm: 'ES256', access_token_seconds: 300 },
  ...{ authorization_details_types: [], clients: [] },
} satisfies Partial<NewApi>

export const apiIdentifiers: readonly string[] = apis({ seed: 0, count: 0 }, []).map((api) => api.identifier)
