import * as openid from 'openid-client'

import type { Gatehouse } from '../../src/app.ts'
import { createClient, type NewClient } from '../../src/features/clients/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { type Browser, type Landing, openBrowser } from './browser.ts'
import { keepSecret } from './canary.ts'
import type { Person } from './people.ts'

/** A registered client, driven by openid-client as an application would. */
export interface RelyingParty {
  clientId: string
  secret: string | null
  redirectUri: string
  configuration: openid.Configuration
  /** Begins a sign-in: the URL to open and what the callback is checked against. */
  begin(parameters?: Record<string, string>): Promise<Begun>
  /** Redeems the code in the URL that the browser was sent back to. */
  finish(begun: Begun, callback: string): Promise<Tokens>
  refresh(refreshToken: string): Promise<Tokens>
  /** The whole of it: opens the URL, signs the person in, consents where asked, redeems the code. */
  signIn(
    person: Person,
    options?: { browser?: Browser; parameters?: Record<string, string> },
  ): Promise<SignedIn>
}

export type Tokens = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers

export interface Begun {
  url: string
  checks: { pkceCodeVerifier: string; expectedState: string; expectedNonce: string }
}

export interface SignedIn {
  browser: Browser
  tokens: Tokens
  landing: Landing
}

const redirectUri = 'http://localhost:9/callback'

export async function relyingParty(app: Gatehouse, given: Partial<NewClient> = {}): Promise<RelyingParty> {
  const { client, secret } = await createClient(app, bySystem, {
    name: 'Sample application',
    redirectUris: [redirectUri],
    postLogoutRedirectUris: ['http://localhost:9/bye'],
    grants: ['authorization_code', 'refresh_token'],
    firstParty: true,
    ...given,
  })
  const authenticate = secret === null ? openid.None() : openid.ClientSecretBasic(secret)
  const configuration = await discover(app, client.id, authenticate)
  keepSecret(secret)
  return drive({
    clientId: client.id,
    secret,
    configuration,
    redirectUri: given.redirectUris?.[0] ?? redirectUri,
  })
}

/** What openid-client finds out about us; plain http, since this is the developer's machine. */
export const discover = (
  app: { config: { issuer: string } },
  clientId: string,
  authenticate: openid.ClientAuth,
  metadata?: Partial<openid.ClientMetadata>,
): Promise<openid.Configuration> =>
  openid.discovery(new URL(app.config.issuer), clientId, metadata, authenticate, {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only to be noticed; tests have no TLS
    execute: [openid.allowInsecureRequests],
  })

type Known = Pick<RelyingParty, 'clientId' | 'secret' | 'redirectUri' | 'configuration'>

/** The same client seen through another configuration, for example with another way to authenticate. */
export function drive(known: Known): RelyingParty {
  const { configuration, redirectUri } = known
  const begin = async (parameters: Record<string, string> = {}): Promise<Begun> => {
    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()]
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
      ...parameters,
    })
    return { url: url.href, checks: { pkceCodeVerifier, expectedState, expectedNonce } }
  }
  const finish = async (begun: Begun, callback: string) => {
    keepSecret(new URL(callback).searchParams.get('code'))
    return remember(await openid.authorizationCodeGrant(configuration, new URL(callback), begun.checks))
  }
  return {
    ...known,
    begin,
    finish,
    refresh: async (refreshToken) => remember(await openid.refreshTokenGrant(configuration, refreshToken)),
    async signIn(person, { browser = openBrowser(), parameters = {} } = {}) {
      const begun = await begin(parameters)
      const landing = await signInAt(browser, begun.url, redirectUri, person)
      return { browser, landing, tokens: await finish(begun, landing.url) }
    },
  }
}

/** The canary learns what must not be logged. */
function remember(tokens: Tokens): Tokens {
  keepSecret(tokens.access_token, tokens.refresh_token, tokens.id_token)
  return tokens
}

/** Opens an authorization URL and answers whatever page comes, until the browser is sent back to the client. */
export async function signInAt(
  browser: Browser,
  url: string,
  callback: string,
  person: Person,
): Promise<Landing> {
  const until = (next: string) => next.startsWith(callback)
  let landing = await browser.go(url, { until })
  for (let step = 0; step < 5 && !until(landing.url) && landing.status < 400; step++) {
    if (landing.url.endsWith('/login'))
      landing = await browser.submit({ login: person.email, password: person.password }, { until })
    else if (landing.url.endsWith('/consent'))
      landing = await browser.submit({ decision: 'approve' }, { until })
    else if (landing.html.includes('/logout/confirm'))
      landing = await browser.submit({}, { until }) // somebody else was signed in: a page that sends itself
    else break
  }
  if (!until(landing.url))
    throw new Error(`the sign-in ended at ${landing.url} (${landing.status}): ${landing.html.slice(0, 2000)}`)
  return landing
}
