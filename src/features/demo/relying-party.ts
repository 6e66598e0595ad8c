import { decodeJwt, decodeProtectedHeader } from 'jose'
import { LRUCache } from 'lru-cache'
import type * as Openid from 'openid-client'

import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import {
  addresses,
  type AppId,
  callbackOf,
  clientIdOf,
  type Known,
  type Machinery,
  type SampleApp,
} from './sample-apps.ts'

/** A sign-in under way: what its answer must match. */
export interface Pending {
  app: SampleApp
  clientId: string
  codeVerifier: string
  state: string
  nonce: string
}

export interface Tokens {
  access: string
  id: string
  refresh: string | null
  expiresAt: Date
}

/** The protocol as an application speaks it, by openid-client. Every function but `decode` calls the issuer over HTTP. */
export interface RelyingParty {
  begin(app: SampleApp): Promise<{ url: string; pending: Pending }>
  /** Redeems the code in the address the browser was sent back to. Whoever calls has compared `state`. */
  finish(pending: Pending, callback: URL): Promise<Tokens>
  refresh(clientId: string, tokens: Tokens): Promise<Tokens>
  /** Calls an API with the access token. A refusal is an answer too. */
  callApi(tokens: Tokens, path: string): Promise<{ status: number; body: unknown }>
  /** Ends everything the person has anywhere, as our own applications may ask for. @throws Error when it is refused. */
  signOutEverywhere(tokens: Tokens): Promise<void>
  /** Where the browser goes to sign out at the issuer as well. */
  signOutUrl(clientId: string, tokens: Tokens): Promise<string>
}

/** Seconds the demo waits for the issuer, which is itself: a longer wait could only be a fault. */
const patienceSeconds = 10

/** Milliseconds after which discovery is asked again. */
const discoveredMs = 600_000

/**
 * Opens the relying party; the library is loaded at its first use. It calls the issuer with plain `fetch` instead of the
 * guarded client for outbound calls: the only address it ever calls is the operator's own, often on this machine.
 */
export function openRelyingParty(app: Machinery): RelyingParty {
  const known: Known = new Map<AppId, string>()
  const discovered = new LRUCache<string, Openid.Configuration>({ max: 10, ttl: discoveredMs })

  async function configurationOf(clientId: string): Promise<Openid.Configuration> {
    const found = discovered.get(clientId) ?? (await discover(app, clientId))
    discovered.set(clientId, found)
    return found
  }

  return {
    async begin(sample) {
      const clientId = await clientIdOf(app, known, sample)
      return begin(app, await configurationOf(clientId), { app: sample, clientId })
    },
    async finish(pending, callback) {
      const openid = await import('openid-client')
      const reply = await openid.authorizationCodeGrant(await configurationOf(pending.clientId), callback, {
        pkceCodeVerifier: pending.codeVerifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      })
      return received(app, reply, null)
    },
    async refresh(clientId, tokens) {
      const openid = await import('openid-client')
      const configuration = await configurationOf(clientId)
      return received(app, await openid.refreshTokenGrant(configuration, tokens.refresh ?? ''), tokens)
    },
    async callApi(tokens, path) {
      const reply = await fetch(new URL(path, app.config.issuer), {
        headers: { authorization: `Bearer ${tokens.access}`, accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(patienceSeconds * 1000),
      })
      return { status: reply.status, body: await reply.json() }
    },
    async signOutEverywhere(tokens) {
      const reply = await fetch(new URL('/auth/logout-all', app.config.issuer), {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens.access}`, accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(patienceSeconds * 1000),
      })
      if (reply.status !== 204) throw new Error(`signing out everywhere was answered with ${reply.status}`)
    },
    async signOutUrl(clientId, tokens) {
      const openid = await import('openid-client')
      const parameters = { id_token_hint: tokens.id, post_logout_redirect_uri: addresses(app).home }
      return openid.buildEndSessionUrl(await configurationOf(clientId), parameters).href
    },
  }
}

/**
 * Reads the issuer's metadata. Plain http is allowed only where the issuer itself is (its start refuses that in
 * production), and ID tokens are verified by signature too, which OpenID Connect Core 1.0, section 3.1.3.7 would let a
 * client skip.
 */
async function discover({ config }: Pick<App, 'config'>, clientId: string): Promise<Openid.Configuration> {
  const openid = await import('openid-client')
  const insecure = config.issuer.startsWith('http:') ? [allowHttp(openid)] : []
  return openid.discovery(new URL(config.issuer), clientId, undefined, openid.None(), {
    execute: [openid.enableNonRepudiationChecks, ...insecure],
    timeout: patienceSeconds,
  })
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only that nobody uses it by accident
const allowHttp = (openid: typeof Openid) => openid.allowInsecureRequests

type Begun = Pick<Pending, 'app' | 'clientId'>

async function begin(
  app: Pick<App, 'config'>,
  configuration: Openid.Configuration,
  begun: Begun,
): Promise<{ url: string; pending: Pending }> {
  const openid = await import('openid-client')
  const codeVerifier = openid.randomPKCECodeVerifier()
  const [state, nonce] = [openid.randomState(), openid.randomNonce()]
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: callbackOf(app, begun.app),
    scope: 'openid profile email',
    code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  })
  return { url: url.href, pending: { ...begun, codeVerifier, state, nonce } }
}

type Reply = Openid.TokenEndpointResponse & Openid.TokenEndpointResponseHelpers

/** What a refresh leaves out stays as it was (RFC 6749, section 6; OpenID Connect Core 1.0, section 12.2). */
function received({ clock }: Pick<App, 'clock'>, reply: Reply, before: Tokens | null): Tokens {
  const id = reply.id_token ?? before?.id
  if (id === undefined) throw new Error('the issuer gave no ID token')
  return {
    access: reply.access_token,
    id,
    refresh: reply.refresh_token ?? before?.refresh ?? null,
    expiresAt: secondsAfter(clock.now(), reply.expiresIn() ?? 0),
  }
}

/** A token as a person can read it. Nothing is verified: the library did that when it arrived. */
export const decode = (token: string) => ({ header: decodeProtectedHeader(token), claims: decodeJwt(token) })

/** What went wrong, for the page that says so. */
export interface Refusal {
  code: string
  description: string | null
}

/**
 * What the issuer's refusal says: of the sign-in (RFC 6749, section 4.1.2.1) or of a token request (section 5.2). Null when
 * it is no refusal but a fault.
 */
export async function refusalIn(error: unknown): Promise<Refusal | null> {
  const { AuthorizationResponseError, ResponseBodyError } = await import('openid-client')
  if (!(error instanceof AuthorizationResponseError) && !(error instanceof ResponseBodyError)) return null
  return { code: error.error, description: error.error_description ?? null }
}
