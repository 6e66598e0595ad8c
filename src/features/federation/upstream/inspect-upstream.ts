import type * as Openid from 'openid-client'

import type { App } from '../../../platform/app.ts'
import type { Place } from '../connectors/connector.ts'
import { placeOf } from '../providers/check-provider.ts'
import type { ProviderRecord } from '../providers/provider.ts'

type Machinery = Pick<App, 'outbound'>

export type Inspection =
  { ok: true; issuer: string; endpoints: Record<string, string> } | { ok: false; reason: string }

/**
 * Looks whether a provider is where its record says: metadata, issuer and keys of an OpenID Provider, and whether anybody
 * answers at the addresses of an OAuth 2 server. Reasons are sentences of ours with a status at most; what was answered is
 * never repeated, so that nobody reads other people's servers by it (OWASP Server-Side Request Forgery Prevention).
 */
export async function inspectUpstream(app: Machinery, provider: ProviderRecord): Promise<Inspection> {
  const where = placeOf(provider.connector, provider.options)
  if (!where) return failed('its options do not fit its connector any more')
  const { place } = where
  return place.protocol === 'oidc'
    ? inspectOidc(app, provider, place.discovery)
    : inspectOAuth2(app, provider, place)
}

const failed = (reason: string): Inspection => ({ ok: false, reason })

async function inspectOidc(app: Machinery, provider: ProviderRecord, discovery: string): Promise<Inspection> {
  const heard: { status?: number; failure?: string } = {}
  const metadata = await metadataAt(app, provider.clientId, discovery, heard)
  if (!metadata)
    return failed(heard.failure ?? `its metadata cannot be used (status ${heard.status ?? 'unknown'})`)
  if (metadata.issuer !== provider.issuer)
    return failed('its metadata name another issuer than the one set up here; a slash at the end counts')
  const endpoints = endpointsIn(metadata)
  const { authorization_endpoint: authorization, token_endpoint: token, jwks_uri: keys } = endpoints
  if (authorization === undefined || token === undefined || keys === undefined)
    return failed('its metadata lack an address: authorization, token or keys')
  const fault = (await refusedAmong(app, endpoints)) ?? (await faultOfKeys(app, keys))
  return fault === null ? { ok: true, issuer: provider.issuer, endpoints } : failed(fault)
}

/** The metadata, whose issuer is not compared yet: one with many tenants names a template (Discovery 1.0, section 4.3). */
async function metadataAt(
  { outbound }: Machinery,
  clientId: string,
  discovery: string,
  heard: { status?: number; failure?: string },
): Promise<Record<string, unknown> | null> {
  const openid = await import('openid-client')
  const guarded: Openid.CustomFetch = async (url, { method, headers, signal }) => {
    try {
      const reply = await outbound.fetch(url, { method, headers, ...(signal && { signal }) })
      heard.status = reply.status
      const { status, headers: told } = reply
      const text = await reply.text()
      return new Response(text === '' ? null : text, { status, headers: [...told] }) // the runtime's class, not undici's
    } catch (cause) {
      heard.failure = `its metadata could not be fetched: ${sayWhy(cause)}`
      throw cause
    }
  }
  const url = new URL(`${discovery.replace(/\/$/, '')}/.well-known/openid-configuration`)
  try {
    const found = await openid.discovery(url, clientId, undefined, openid.None(), {
      [openid.customFetch]: guarded,
      ...(url.protocol === 'http:' && { execute: [allowHttp(openid)] }),
    })
    return { ...found.serverMetadata() }
  } catch {
    return null // told by what was heard
  }
}

/** The guarded client has the say on http: it lets it through only where OUTBOUND_ALLOW names the host. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only that nobody uses it by accident
const allowHttp = (openid: typeof Openid) => openid.allowInsecureRequests

const addresses = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'end_session_endpoint',
  'revocation_endpoint',
]

const endpointsIn = (metadata: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    addresses.flatMap((name) => {
      const value = metadata[name]
      return typeof value === 'string' ? [[name, value.slice(0, 500)]] : []
    }),
  )

/** The first address that the guarded client would not call. */
async function refusedAmong(
  { outbound }: Machinery,
  endpoints: Readonly<Record<string, string>>,
): Promise<string | null> {
  for (const [name, url] of Object.entries(endpoints)) {
    const prospect = await outbound.check(url)
    if (prospect.outcome === 'refused') return `${name} is refused: ${prospect.reason}`
    if (prospect.outcome === 'unresolved') return `the name in ${name} does not resolve`
  }
  return null
}

async function faultOfKeys(app: Machinery, url: string): Promise<string | null> {
  const reply = await call(app, url)
  if (typeof reply === 'string') return `its keys could not be fetched: ${reply}`
  if (reply.status !== 200) return `its keys could not be fetched: status ${reply.status}`
  return holdsKeys(reply.text) ? null : 'what stands for its keys is no set of keys'
}

/** RFC 7517, section 5. */
function holdsKeys(text: string): boolean {
  try {
    const { keys } = Object(JSON.parse(text)) as { keys?: unknown } // looked at in the next line
    return Array.isArray(keys) && keys.length > 0
  } catch {
    return false
  }
}

/** There is no metadata to compare: somebody has to answer, whatever they say to a stranger. */
async function inspectOAuth2(
  app: Machinery,
  { issuer }: ProviderRecord,
  { authorizationEndpoint, tokenEndpoint, profile }: Extract<Place, { protocol: 'oauth2' }>,
): Promise<Inspection> {
  const endpoints = {
    authorization_endpoint: authorizationEndpoint,
    token_endpoint: tokenEndpoint,
    userinfo_endpoint: profile.url,
  }
  const refused = await refusedAmong(app, endpoints)
  if (refused !== null) return failed(refused)
  for (const name of ['token_endpoint', 'userinfo_endpoint'] as const) {
    const reply = await call(app, endpoints[name])
    if (typeof reply === 'string') return failed(`${name} does not answer: ${reply}`)
    if (reply.status === 404 || reply.status >= 500)
      return failed(`${name} answers with status ${reply.status}`)
  }
  return { ok: true, issuer, endpoints }
}

/** What was answered, or why nothing was. */
async function call(
  { outbound }: Machinery,
  url: string,
): Promise<{ status: number; text: string } | string> {
  try {
    const reply = await outbound.fetch(url, { headers: { accept: 'application/json' } })
    return { status: reply.status, text: await reply.text() }
  } catch (error) {
    return sayWhy(error)
  }
}

/** Why a call came to nothing, in words of ours or a code of the system's. */
function sayWhy(error: unknown): string {
  const { name, message, cause } = Object(error) as { name?: unknown; message?: unknown; cause?: unknown } // whatever was thrown
  if (name === 'TimeoutError') return 'no answer in time'
  if (typeof message === 'string' && message.startsWith('outbound call refused')) return message
  const { code } = Object(cause) as { code?: unknown } // undici tells there what happened to the connection
  if (typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code)) return code
  return cause instanceof Error && cause !== error ? sayWhy(cause) : 'no connection'
}
