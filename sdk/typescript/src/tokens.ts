import { discovery } from './discovery.ts'
import { basic, type Fetch, patiently } from './http.ts'
import { errorOf } from './problem.ts'

/** Where access tokens come from. */
export interface TokenSource {
  /** One that is good for a while yet. */
  token(): Promise<string>
  /** Says that this one was refused: the next is a new one. */
  refused(token: string): void
}

interface Granted {
  access_token: string
  expires_in?: number
  refresh_token?: string
}

interface Application {
  issuer: string
  clientId: string
  /** None for an application in a browser or on a phone. */
  clientSecret?: string
  fetch?: Fetch
  /** Milliseconds since 1970. */
  now?: () => number
}

/** A new one is fetched this long before the old one ends. */
const earlySeconds = 20

/** Tokens of an application that acts for itself. Any number of callers at once cause one request. */
export function clientCredentials(options: Application & { scope?: string; resource?: string }): TokenSource {
  const { scope, resource } = options
  const ask = tokenEndpoint(options)
  const wanted = {
    grant_type: 'client_credentials',
    ...(scope !== undefined && { scope }),
    ...(resource !== undefined && { resource }),
  }
  return kept(options.now, undefined, () => ask(wanted))
}

/** What the application has to keep after each refresh. */
export interface Rotated {
  accessToken: string
  refreshToken: string
  expiresAt: Date
}

/**
 * Tokens of a person who signed in. Each refresh token is good once: two requests with the same one end the whole sign-in
 * (RFC 9700, section 4.14.2), so there is one at a time, and `rotated` has kept the new one before anybody gets the new
 * access token.
 */
export function refreshing(
  options: Application & {
    refreshToken: string
    accessToken?: string
    expiresAt?: Date
    rotated?: (tokens: Rotated) => void | Promise<void>
  },
): TokenSource {
  const { accessToken, expiresAt, rotated, now = Date.now } = options
  const ask = tokenEndpoint(options)
  let refreshToken = options.refreshToken
  const first =
    accessToken !== undefined && expiresAt !== undefined
      ? { token: accessToken, until: expiresAt.getTime() - earlySeconds * 1000 }
      : undefined
  return kept(now, first, async () => {
    const granted = await ask({ grant_type: 'refresh_token', refresh_token: refreshToken })
    refreshToken = granted.refresh_token ?? refreshToken
    const ends = new Date(now() + (granted.expires_in ?? 0) * 1000)
    await rotated?.({ accessToken: granted.access_token, refreshToken, expiresAt: ends })
    return granted
  })
}

interface Kept {
  token: string
  /** Milliseconds since 1970. */
  until: number
}

/** Keeps a token until shortly before its end; whoever asks meanwhile waits for the same new one. */
function kept(now = Date.now, first: Kept | undefined, grant: () => Promise<Granted>): TokenSource {
  let held = first
  let flight: Promise<string> | undefined
  const renew = async () => {
    const { access_token: token, expires_in: seconds = 0 } = await grant()
    held = { token, until: now() + Math.max(seconds - earlySeconds, seconds / 2) * 1000 }
    return token
  }
  return {
    async token() {
      if (held && now() < held.until) return held.token
      flight ??= renew().finally(() => (flight = undefined))
      return flight
    },
    refused(token) {
      if (held?.token === token) held = undefined
    },
  }
}

function tokenEndpoint({ issuer, clientId, clientSecret, fetch = globalThis.fetch }: Application) {
  const discover = discovery(issuer, fetch)
  return async (parameters: Record<string, string>): Promise<Granted> => {
    const { token_endpoint: endpoint } = await discover()
    const body = new URLSearchParams(
      clientSecret === undefined ? { ...parameters, client_id: clientId } : parameters,
    )
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...(clientSecret !== undefined && { authorization: basic(clientId, clientSecret) }),
    }
    const reply = await patiently({}, undefined, () =>
      fetch(endpoint, { method: 'POST', headers, body: body.toString(), redirect: 'error' }),
    )
    if (!reply.ok) throw await errorOf(reply)
    return (await reply.json()) as Granted
  }
}
