/**
 * The pages of an account, by the names that come back from a sign-in: whatever else stands there leads to the first one,
 * never to an address from outside (RFC 9700, section 4.11).
 */
export const places = {
  overview: '/account',
  profile: '/account/profile',
  email: '/account/email',
  password: '/account/password',
  passkeys: '/account/passkeys',
  security: '/account/security',
  identities: '/account/identities',
  requests: '/account/requests',
  sessions: '/account/sessions',
  apps: '/account/apps',
  events: '/account/events',
  merge: '/account/merge',
  data: '/account/data',
  delete: '/account/delete',
} as const

export type Place = keyof typeof places

const isPlace = (name: string): name is Place => Object.hasOwn(places, name)

export const placeNamed = (name: string): Place => (isPlace(name) ? name : 'overview')

/** The pages as each of them lists them; keys of texts. The first says what it is by itself. */
export const placesShown = (at: Place) =>
  Object.entries(places).map(([name, href]) => ({
    name,
    href,
    labelKey: `account.${name}.label`,
    aboutKey: href === places.overview ? null : `account.${name}.about`,
    current: name === at,
  }))
