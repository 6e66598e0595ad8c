import { createPrivateKey } from 'node:crypto'

import { type JWTVerifyGetKey, SignJWT } from 'jose'
import * as openid from 'openid-client'
import { z } from 'zod'

import { epochSeconds } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import type { Connector, Place } from '../connectors/connector.ts'
import { connectorNamed } from '../connectors/connectors.ts'
import type { ProviderRecord } from '../providers/provider.ts'
import { openValue } from '../providers/sealed-secret.ts'
import { guardedFetch } from './guarded-fetch.ts'
import { untrusted } from './untrusted.ts'

export type Machinery = Pick<App, 'clock' | 'config' | 'outbound'>

/** A provider, ready to be asked. */
export interface ProviderClient {
  provider: ProviderRecord
  connector: Connector
  /** As the connector's schema leaves them. */
  options: Record<string, unknown>
  place: Place
  issuer: string
  secret: string | null
  metadata: openid.ServerMetadata
  configuration: openid.Configuration
  /** The same client of a server that says something else about itself, or is asked by other means. */
  configure(metadata: openid.ServerMetadata, fetch?: openid.CustomFetch): openid.Configuration
  /** Its key set, once it was needed. */
  held: { keys?: JWTVerifyGetKey }
}

const Authentication = z.object({
  authentication: z.enum(['client_secret_basic', 'client_secret_post']).optional(),
})

/**
 * Reads what a provider says about itself and puts a client for it together. Metadata is believed where it names the very
 * issuer that the connector expects (OpenID Connect Discovery 1.0, section 4.3).
 *
 * @throws whatever openid-client and the guarded client throw; see `upstreamProblem`.
 */
export async function openProviderClient(app: Machinery, provider: ProviderRecord): Promise<ProviderClient> {
  const connector = connectorNamed(provider.connector)
  const options = connector.options.parse(provider.options) as Record<string, unknown> // schemas are of objects
  const place = connector.place(options)
  const issuer = connector.issuer(options)
  const secret = provider.secret && openValue(app.config, `identity-provider:${provider.id}`, provider.secret)
  const fetch = guardedFetch(app.outbound)
  const metadata = await metadataOf(app, place, issuer)
  const authenticate = await authenticationOf(app, { provider, connector, options, issuer, secret })
  const configure: ProviderClient['configure'] = (about, by = fetch) => {
    const configuration = new openid.Configuration(about, provider.clientId, {}, authenticate)
    configuration[openid.customFetch] = by
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only to be noticed; the guard decides about http
    openid.allowInsecureRequests(configuration)
    openid.enableNonRepudiationChecks(configuration) // ID tokens are checked by signature, not by the channel alone
    return configuration
  }
  const configuration = configure(metadata)
  return { provider, connector, options, place, issuer, secret, metadata, configuration, configure, held: {} }
}

async function metadataOf(
  { outbound }: Pick<Machinery, 'outbound'>,
  place: Place,
  issuer: string,
): Promise<openid.ServerMetadata> {
  if (place.protocol === 'oauth2') {
    const { authorizationEndpoint, tokenEndpoint, respondsAs = issuer } = place
    return {
      issuer: respondsAs,
      authorization_endpoint: authorizationEndpoint,
      token_endpoint: tokenEndpoint,
    }
  }
  const found = await discover(place.discovery, guardedFetch(outbound))
  if (found.issuer !== issuer) throw untrusted('the metadata names another issuer')
  await demandCallable(outbound, found)
  return found
}

/** No scripts and nothing inside our network: neither is kept, though no call would be made to either. */
async function demandCallable(
  outbound: Machinery['outbound'],
  { authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri }: openid.ServerMetadata,
): Promise<void> {
  const named = [authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri]
  const urls = named.filter((url) => url !== undefined)
  const prospects = await Promise.all(urls.map((url) => outbound.check(url)))
  if (prospects.some(({ outcome }) => outcome === 'refused'))
    throw untrusted('the metadata names an address that may not be called')
}

/** What stands at the well-known place below an issuer. */
export async function discover(issuer: string, fetch: openid.CustomFetch): Promise<openid.ServerMetadata> {
  const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  const found = await openid.discovery(url, 'unknown', {}, openid.None(), {
    [openid.customFetch]: fetch,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
    execute: [openid.allowInsecureRequests],
  })
  return found.serverMetadata()
}

type Authenticating = Pick<ProviderClient, 'provider' | 'connector' | 'options' | 'issuer' | 'secret'>

async function authenticationOf(app: Machinery, client: Authenticating): Promise<openid.ClientAuth> {
  const { connector, options, secret } = client
  if (secret === null) return openid.None()
  if (connector.authentication === 'apple-jwt') return openid.ClientSecretPost(await appleSecret(app, client))
  const { authentication = connector.authentication } = Authentication.parse(options)
  return authentication === 'client_secret_basic'
    ? openid.ClientSecretBasic(secret)
    : openid.ClientSecretPost(secret)
}

/** Seconds; Apple takes up to six months, and we sign a new one with every reading of the metadata. */
const appleSecretSeconds = 1_800

const AppleOptions = z.object({ team_id: z.string(), key_id: z.string() })

/** The client secret of Sign in with Apple: a JWT signed with the team's key (Apple, Creating a client secret). */
function appleSecret(
  { clock }: Machinery,
  { provider, options, issuer, secret }: Authenticating,
): Promise<string> {
  const { team_id: team, key_id: kid } = AppleOptions.parse(options)
  const now = epochSeconds(clock.now())
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuer(team)
    .setSubject(provider.clientId)
    .setAudience(issuer)
    .setIssuedAt(now)
    .setExpirationTime(now + appleSecretSeconds)
    .sign(createPrivateKey(secret ?? ''))
}
