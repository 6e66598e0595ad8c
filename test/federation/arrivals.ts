import type { Gatehouse } from '../../src/app.ts'
import { nativeIssuer } from '../../src/features/accounts/native-issuer.ts'
import { randomMark } from '../../src/platform/crypto/index.ts'
import { type Browser, type Landing, openBrowser } from '../support/browser.ts'
import { keepSecret } from '../support/canary.ts'
import { linkIn, mailTo } from '../support/mailbox.ts'
import type { RelyingParty, Tokens } from '../support/relying-party.ts'
import type { Upstream, UpstreamName, UpstreamPerson } from '../support/upstream/index.ts'
import { atSignIn, back, through, type Traveller } from './upstream-providers.ts'

/** What nobody used before, in any test. */
export const unique = (): string =>
  randomMark()
    .toLowerCase()
    .replace(/[^a-z0-9]/g, 'x')

export const freshEmail = (): string => `bob-${unique()}@example.com`

export const freshPassword = (): string => {
  const password = `a quiet harbour ${unique()}`
  keepSecret(password)
  return password
}

type Somebody = UpstreamPerson & { email: string }

/** Somebody new at a provider, who signs in there next; an address that it verified, unless told otherwise. */
export async function someone(
  upstream: Upstream,
  name: UpstreamName,
  given: Partial<UpstreamPerson> = {},
): Promise<Somebody> {
  const somebody = {
    sub: `sub-${unique()}`,
    email: freshEmail(),
    email_verified: true,
    name: 'Bob Builder',
    ...given,
  }
  await upstream.person(name, somebody)
  return somebody
}

export interface Arrived extends Traveller {
  rp: RelyingParty
  slug: string
}

/** Somebody comes to an application through a provider; `landing` is where they end. */
export async function arrives(
  rp: RelyingParty,
  slug: string,
  options: { browser?: Browser; parameters?: Record<string, string> } = {},
): Promise<Arrived> {
  const traveller = await atSignIn(rp, options)
  const landing = await through(traveller, slug)
  return { ...traveller, landing, rp, slug }
}

/** The tokens of who arrived at their application. */
export function tokensOf({ rp, begun, landing, until }: Arrived): Promise<Tokens> {
  if (!until(landing.url))
    throw new Error(`ended at ${landing.url} (${landing.status}): ${landing.html.slice(0, 2000)}`)
  return rp.finish(begun, landing.url)
}

/** The interaction of a browser, where its pages are. */
export const interactionOf = ({ landing }: Pick<Arrived, 'landing'>): string =>
  /^.*\/interaction\/[^/]+/.exec(landing.url)?.[0] ?? ''

/** Signs in by password in the sign-in that waits. */
export async function signsInHere(
  arrived: Arrived,
  { login, password }: { login: string; password: string },
): Promise<Arrived> {
  const { browser, until } = arrived
  if (!browser.forms().some(({ action }) => action.endsWith('/login')))
    await browser.go(`${interactionOf(arrived)}/login`)
  return { ...arrived, landing: await browser.submit({ login, password }, { until }) }
}

/** Answers the page that asks whether to connect, and goes through the provider where that leads. */
export async function decides(arrived: Arrived, decision: 'connect' | 'skip'): Promise<Arrived> {
  const landing = await arrived.browser.submit({ decision }, { until: arrived.until })
  return { ...arrived, landing: await back(arrived, landing) }
}

export const atConnect = ({ url, status }: Landing): boolean => status === 200 && /\/connect$/.test(url)

/** Forgets every session that the browser has at providers. */
export function signOutUpstream(browser: Browser): void {
  browser.setCookies(browser.cookies().filter(({ name }) => !name.startsWith('upstream_')))
}

/** Opens the form for a new account and sends it; `landing` is where that ends. */
export async function registers(
  rp: RelyingParty,
  { email, password, browser = openBrowser() }: { email: string; password: string; browser?: Browser },
): Promise<Arrived> {
  const traveller = await atSignIn(rp, { browser, parameters: { screen_hint: 'signup' } })
  const { until } = traveller
  const landing = await browser.submit({ email, username: '', name: 'Bob', password }, { until })
  return { ...traveller, landing, rp, slug: '' }
}

/** Asks for a new password by mail, opens the link and chooses one. */
export async function resetsByMail(
  app: Gatehouse,
  { email, password, browser = openBrowser() }: { email: string; password: string; browser?: Browser },
): Promise<Landing> {
  await browser.go(`${app.config.issuer}/recovery`)
  await browser.submit({ login: email })
  await browser.go(linkIn(await mailTo(app, email, 'reset-password')))
  return browser.submit({ password })
}

export const opensAccount = (
  rp: RelyingParty,
  { email, password }: { email: string; password: string },
): Promise<boolean> =>
  rp.signIn({ id: '', username: '', email, password }).then(
    () => true,
    () => false,
  )

/** The identities elsewhere that open the account of an address. */
export async function identitiesOf(app: Gatehouse, email: string): Promise<string[]> {
  const rows = await app
    .db('user_identities as i')
    .join('users as u', 'u.id', 'i.user_id')
    .where('u.email', email)
    .whereNot('i.issuer', nativeIssuer)
    .select<{ subject: string }[]>('i.subject')
  return rows.map(({ subject }) => subject)
}

/** Whose an identity is; undefined when nobody's. */
export async function ownerOf(app: Gatehouse, subject: string): Promise<string | undefined> {
  const row = await app.db('user_identities').where({ subject }).first<{ user_id: string } | undefined>()
  return row?.user_id
}

export const accountsOf = (app: Gatehouse, email: string): Promise<{ id: string; status: string }[]> =>
  app.db('users').where({ email }).select<{ id: string; status: string }[]>('id', 'status')
