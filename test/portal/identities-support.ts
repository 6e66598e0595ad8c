import { signInThrough } from '../federation/upstream-providers.ts'
import type { Gatehouse } from '../../src/app.ts'
import { type Browser, type Landing, openBrowser } from '../support/browser.ts'
import { relyingParty } from '../support/relying-party.ts'
import type { Stage } from '../support/stage.ts'
import type { Upstream, UpstreamName, UpstreamPerson } from '../support/upstream/index.ts'

let last = 5000

/** Somebody whom a provider knows, and who signs in there next. */
export async function there(
  upstream: Upstream,
  name: UpstreamName,
  given: Partial<UpstreamPerson> = {},
): Promise<UpstreamPerson & { email: string }> {
  const sub = String(++last)
  const someone = { sub, email: `p${sub}@example.com`, email_verified: true, name: 'Pat Example', ...given }
  await upstream.person(name, someone)
  return someone
}

export interface Federated {
  id: string
  email: string
  browser: Browser
  token: string
  go(path: string): Promise<Landing>
}

/** Somebody whose account was made by a provider: without a password, signed in, at no page yet. */
export async function federated(
  { app, issuer }: Pick<Stage, 'app' | 'issuer'>,
  upstream: Upstream,
  name: UpstreamName,
): Promise<Federated> {
  const { email } = await there(upstream, name)
  const browser = openBrowser()
  const { tokens } = await signInThrough(await relyingParty(app), name, { browser })
  const id = tokens.claims()?.sub ?? ''
  return { id, email, browser, token: tokens.access_token, go: (path) => browser.go(issuer + path) }
}

/** Goes from the page of a person's identities to a provider, and signs in there. Ends where `until` says, or at a page of ours. */
export async function connectAt(
  browser: Browser,
  issuer: string,
  slug: string,
  until: (url: string) => boolean = () => false,
): Promise<Landing> {
  await browser.go(`${issuer}/account/identities`)
  let landing = await submitHere(browser, { connect: slug }, { until })
  for (let step = 0; step < 4 && !landing.url.startsWith(issuer) && !until(landing.url); step++)
    landing = await browser.submit({}, { until })
  return landing
}

/** Where a browser comes back to from a provider. */
export const comingBack = (url: string): boolean => url.includes('/account/identities/connected/')

/** Sends a form of the page of a person's identities. */
export function submitHere(
  browser: Browser,
  fields: Record<string, string>,
  options: Parameters<Browser['submit']>[1] = {},
): Promise<Landing> {
  const form = browser.forms().findIndex(({ action }) => action === '/account/identities')
  return browser.submit(fields, { form, ...options })
}

/** What opens an account besides its own sign-in, by label. */
export const labelsOf = async (app: Gatehouse, userId: string): Promise<string[]> => {
  const rows = await app
    .db('user_identities')
    .select<{ label: string }[]>('label')
    .where({ user_id: userId })
    .whereNot({ issuer: 'urn:gatehouse:native' })
    .orderBy('label')
  return rows.map(({ label }) => label)
}

export async function identityId(app: Gatehouse, userId: string, label: string): Promise<string> {
  const row = await app
    .db('user_identities')
    .select<{ id: string }[]>('id')
    .where({ user_id: userId, label })
    .first()
  if (!row) throw new Error(`there is no identity ${label}`)
  return row.id
}
