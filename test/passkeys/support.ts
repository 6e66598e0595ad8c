import { isDeepStrictEqual } from 'node:util'

import type { Gatehouse } from '../../src/app.ts'
import { changeSetting, type SettingKey } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { type Assertion, type Authenticator, type Lies, openAuthenticator } from '../support/authenticator.ts'
import { type Browser, type Landing, openBrowser } from '../support/browser.ts'
import { type Answer, type Me, type MeOptions, signedIn } from '../support/my-api.ts'
import type { Begun, RelyingParty } from '../support/relying-party.ts'
import { until } from '../support/process.ts'
import type { Stage } from '../support/stage.ts'

/** Somebody with a passkey on a device of theirs, beside their password. */
export interface Keyed extends Me {
  device: Authenticator
  passkeyId: string
}

export async function keyed(
  stage: Stage,
  { synced = false, ...options }: MeOptions & { synced?: boolean } = {},
): Promise<Keyed> {
  const me = await signedIn(stage, options)
  const device = openAuthenticator({ origin: stage.issuer, synced })
  const added = await register(me, device)
  if (added.status !== 201) throw new Error(`no passkey was made: ${JSON.stringify(added.body)}`)
  return { ...me, device, passkeyId: String(added.body.id) }
}

export type Purpose = 'passkey' | 'security-key'

export const optionsFor = async (
  me: Pick<Me, 'call'>,
  purpose: Purpose = 'passkey',
): Promise<Record<string, unknown>> =>
  (await me.call('POST', '/users/me/passkeys/options', purpose === 'passkey' ? undefined : { purpose })).body

/** Makes a passkey by API and brings it. */
export async function register(
  me: Pick<Me, 'call'>,
  device: Authenticator,
  { lies = {}, name = 'Phone', purpose }: { lies?: Lies; name?: string; purpose?: Purpose } = {},
): Promise<Answer> {
  const credential = device.create(await optionsFor(me, purpose), lies)
  return me.call('POST', '/users/me/passkeys', { name, credential })
}

/** A browser at the form of a sign-in. */
export interface AtLogin {
  browser: Browser
  begun: Begun
  /** What a passkey is to sign. */
  options(): Promise<Record<string, unknown>>
  /** Sends what one signed. */
  send(credential: Assertion | string): Promise<Landing>
  /** Sends it apart from the browser, with its cookies: many may be under way at once. */
  post(credential: Assertion): Promise<Response>
  /** Both, and where that leads to: the client's callback, or a page of ours. */
  signIn(device: Authenticator, lies?: Lies): Promise<Landing>
}

export async function atLogin(client: RelyingParty, browser: Browser = openBrowser()): Promise<AtLogin> {
  const begun = await client.begin()
  const { url } = await browser.go(begun.url)
  const action = url.replace(/login$/, 'passkey')
  const csrf = browser.forms()[0]?.fields.csrf ?? ''
  const cookieHeader = () =>
    browser
      .cookies()
      .filter(({ path }) => new URL(url).pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')

  const post = (to: string, fields: Record<string, string>) =>
    fetch(to, {
      method: 'POST',
      headers: { cookie: cookieHeader(), origin: new URL(url).origin, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ csrf, ...fields }),
      redirect: 'manual',
    })
  const options = async () => {
    const reply = await post(`${action}/options`, {})
    if (reply.status !== 200) throw new Error(`no options: ${reply.status}`)
    return (await reply.json()) as Record<string, unknown>
  }
  const send = (credential: Assertion | string) => {
    const form = browser.forms().findIndex((one) => one.action.endsWith('/passkey'))
    const text = typeof credential === 'string' ? credential : JSON.stringify(credential)
    const until = (next: string) => next.startsWith(client.redirectUri)
    return browser.submit({ credential: text }, { form, until })
  }
  return {
    browser,
    begun,
    options,
    send,
    post: (credential) => post(action, { credential: JSON.stringify(credential) }),
    signIn: async (device, lies) => send(device.get(await options(), lies)),
  }
}

/** What an ID token says after a sign-in with a passkey. */
export async function claimsOf(
  client: RelyingParty,
  device: Authenticator,
): Promise<Record<string, unknown>> {
  const login = await atLogin(client)
  const landing = await login.signIn(device)
  const tokens = await client.finish(login.begun, landing.url)
  return { ...tokens.claims() }
}

/** Whether a passkey opens the account. */
export async function opens(client: RelyingParty, device: Authenticator): Promise<boolean> {
  const { url, status, html } = await (await atLogin(client)).signIn(device)
  if (url.startsWith(client.redirectUri)) return true
  if (status !== 403 || !html.includes(refusedText))
    throw new Error(`${url}: ${status} ${html.slice(0, 500)}`)
  return false
}

/** What everybody is told whose passkey does not do. */
export const refusedText = 'This passkey was not accepted'

/** Changes a setting, and waits until the service has heard of it by the bus. */
export async function set(app: Gatehouse, key: SettingKey, value: unknown): Promise<void> {
  await changeSetting(app, bySystem, key, value)
  await until(async () => isDeepStrictEqual(await app.settings.get(key), value))
}
