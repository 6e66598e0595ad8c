import { domainToUnicode } from 'node:url'

import type { FieldProblem } from '../../platform/errors.ts'
import { errors } from './errors.ts'

export type ApplicationType = 'web' | 'native'

interface Candidate {
  uri: string
  url: URL
  type: ApplicationType
}

/** Why a text cannot be a redirect URI whatever it points to; asked before it is parsed. */
const textFaults: readonly { found: RegExp; detail: string }[] = [
  { found: /^.{2001,}$/s, detail: 'has more than 2000 characters' },
  { found: /[^\x21-\x7e]/, detail: 'holds a space, a control character or a character outside ASCII' },
  { found: /%(?:[01][\da-f]|7f)/i, detail: 'holds a percent-encoded control character' },
  { found: /\\/, detail: 'holds a backslash' },
  { found: /\*/, detail: 'holds a wildcard; register every address' },
  { found: /#/, detail: 'has a fragment (RFC 6749, section 3.1.2)' },
]

/** Schemes that run code, read files or show attacker's text instead of leading anywhere. */
const forbiddenSchemes = new Set([
  'javascript:',
  'vbscript:',
  'data:',
  'file:',
  'blob:',
  'about:',
  'filesystem:',
])

/** What we add to the address; registered with it, the client could not tell ours from a stranger's. */
const responseParameters = [
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'error_uri',
  'response',
  'id_token',
]

/** Why a parsed address is refused; the first that applies is told. */
const addressFaults: readonly { applies(candidate: Candidate): boolean; detail: string }[] = [
  {
    applies: ({ url }) => forbiddenSchemes.has(url.protocol),
    detail: 'has a scheme that leads to no application',
  },
  {
    applies: ({ uri, url }) => url.username + url.password !== '' || /^[^/]*\/\/[^/?]*@/.test(uri),
    detail: 'holds a user name or password',
  },
  {
    applies: ({ uri, url }) => url.href !== uri && url.href !== `${uri}/`,
    detail:
      'is not in normal form (scheme and host in lower case, no default port, no dot segments); programs would read it differently',
  },
  {
    applies: ({ url }) => responseParameters.some((name) => url.searchParams.has(name)),
    detail: `has a query parameter that an answer uses (${responseParameters.join(', ')})`,
  },
  {
    applies: ({ url }) => url.hostname.includes('xn--') && domainToUnicode(url.hostname) === '',
    detail: 'has a host that cannot be shown',
  },
  {
    applies: ({ url }) => url.protocol === 'http:' && !isLoopback(url),
    detail: 'must begin with https://; http is for 127.0.0.1, [::1] and localhost (RFC 9700, section 2.6)',
  },
  {
    applies: ({ url, type }) => type === 'web' && !isWeb(url),
    detail: 'must begin with https://; a scheme of one’s own is for native clients',
  },
  {
    applies: ({ url, type }) => type === 'native' && url.protocol === 'https:' && isLoopback(url),
    detail: 'must use http on a loopback address (RFC 8252, section 7.3)',
  },
  {
    applies: ({ url, type }) => type === 'native' && !isWeb(url) && !isReverseDomain(url.protocol),
    detail: 'must have a scheme built from a domain name, like com.example.app (RFC 8252, section 7.1)',
  },
  {
    applies: ({ url }) => isWeb(url) && !/^([a-z\d._-]+|\[[\da-f:.]+\])$/.test(url.hostname),
    detail: 'has a host with signs that no name has',
  },
]

const loopbacks = new Set(['127.0.0.1', '[::1]', 'localhost'])

const isLoopback = (url: URL): boolean => loopbacks.has(url.hostname)

const isWeb = (url: URL): boolean => url.protocol === 'https:' || url.protocol === 'http:'

const isReverseDomain = (scheme: string): boolean => /^[a-z][a-z\d+-]*(?:\.[a-z\d+-]+)+:$/.test(scheme)

/** Why this redirect URI is refused, or null when it may be registered. */
export function redirectUriFault(uri: string, type: ApplicationType): string | null {
  const fault = textFaults.find(({ found }) => found.test(uri))
  if (fault) return fault.detail
  const url = URL.parse(uri)
  if (!url) return 'is not an absolute URI'
  return addressFaults.find(({ applies }) => applies({ uri, url, type }))?.detail ?? null
}

/** More than any application needs, and few enough to compare one by one. */
export const maximumRedirectUris = 50

/**
 * Checks the redirect URIs of one client. They are stored and later compared as exact strings (RFC 9700, section 2.1),
 * so nothing is repaired here.
 *
 * @throws invalid_redirect_uri (400): names each refused one by its field.
 */
export function validateRedirectUris(field: string, uris: readonly string[], type: ApplicationType): void {
  if (uris.length > maximumRedirectUris)
    throw refusal([{ field, detail: `more than ${maximumRedirectUris}` }])
  const faults = uris.flatMap((uri, index): FieldProblem[] => {
    const detail = redirectUriFault(uri, type)
    return detail === null ? [] : [{ field: `${field}.${index}`, detail }]
  })
  if (faults.length > 0) throw refusal(faults)
}

const refusal = (fields: FieldProblem[]) =>
  errors.invalid_redirect_uri({
    detail: fields.map(({ field, detail }) => `${field} ${detail}`).join('; '),
    fields,
  })

/**
 * Whether an address reaches only the person's own machine, unencrypted. A web client that has one is in development:
 * whoever runs a program on that machine can receive its codes.
 */
export function isDevelopmentAddress(address: string): boolean {
  const url = URL.parse(address)
  return url?.protocol === 'http:' && isLoopback(url)
}

/**
 * The host of an address as a person should read it: an internationalized name decoded, with its ASCII form beside it,
 * because letters of another alphabet may look like a name they trust (Unicode Technical Report 36, section 2).
 */
export function displayHost(address: string): string {
  const url = URL.parse(address)
  if (!url) return ''
  if (url.host === '' || !isWeb(url)) return url.protocol
  const decoded = domainToUnicode(url.hostname)
  return decoded === url.hostname || decoded === '' ? url.host : `${decoded} (${url.host})`
}

/** Why this is no exact web origin (RFC 6454, section 6.1), or null when a browser may send it as `Origin`. */
export function originFault(origin: string): string | null {
  const url = URL.parse(origin)
  if (url?.origin !== origin) return 'is not an exact origin like https://app.example'
  if (url.protocol === 'https:' || isDevelopmentAddress(origin)) return null
  return 'must begin with https://; http is for 127.0.0.1, [::1] and localhost'
}

/**
 * Whether a client is registered to be returned to there: exactly, or, at a loopback address of a native one, on whatever
 * port its system gave it (RFC 8252, section 7.3; RFC 9700, section 4.1.3).
 */
export function mayReturnTo(
  { metadata }: { metadata: { redirect_uris: readonly string[]; application_type: ApplicationType } },
  uri: string,
): boolean {
  if (metadata.redirect_uris.includes(uri)) return true
  if (metadata.application_type !== 'native' || !URL.canParse(uri)) return false
  const asked = new URL(uri)
  if (asked.protocol !== 'http:' || !isLoopback(asked)) return false
  asked.port = ''
  return metadata.redirect_uris.some((registered) => {
    const known = new URL(registered)
    known.port = ''
    return known.href === asked.href
  })
}
