import type { Browser } from '../../support/browser.ts'
import type { RelyingParty } from '../../support/relying-party.ts'

/** What /authorize answered, without following it anywhere. */
export interface Asked {
  status: number
  headers: Headers
  /** Null: the browser is sent nowhere. */
  location: string | null
  html: string
}

type Parameters = Record<string, string | undefined>

/** The query of a good request of this client; `undefined` leaves a parameter out. */
export async function queryOf(client: RelyingParty, parameters: Parameters = {}): Promise<URLSearchParams> {
  const { searchParams } = new URL((await client.begin()).url)
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) searchParams.delete(name)
    else searchParams.set(name, value)
  }
  return searchParams
}

export async function send(
  issuer: string,
  query: URLSearchParams | string,
  headers: Record<string, string> = {},
): Promise<Asked> {
  const reply = await fetch(`${issuer}/authorize?${String(query)}`, {
    headers: { accept: 'text/html', ...headers },
    redirect: 'manual',
  })
  return {
    status: reply.status,
    headers: reply.headers,
    location: reply.headers.get('location'),
    html: await reply.text(),
  }
}

/** Sends a good request of this client with these changes. */
export const ask = async (
  issuer: string,
  client: RelyingParty,
  parameters: Parameters = {},
): Promise<Asked> => send(issuer, await queryOf(client, parameters))

/** What stands in the URL that leads back to a client: in its query, or, for types that are refused, its fragment. */
export function answerIn(location: string | null): Record<string, string> {
  const { searchParams, hash } = new URL(location ?? '', 'http://nowhere.test')
  return Object.fromEntries([...searchParams, ...new URLSearchParams(hash.slice(1))])
}

/** Goes to /authorize with the cookies of a browser; where it ends: a page of ours, or the client's callback. */
export async function visit(
  browser: Browser,
  client: RelyingParty,
  parameters: Record<string, string> = {},
): Promise<{ url: URL; answer: Record<string, string>; html: string; status: number }> {
  const { url } = await client.begin(parameters)
  const landing = await browser.go(url, { until: (next) => next.startsWith(client.redirectUri) })
  return {
    url: new URL(landing.url),
    answer: answerIn(landing.url),
    html: landing.html,
    status: landing.status,
  }
}

/** The cookies that this browser sends everywhere, for a request of one's own. */
export const cookieHeader = (browser: Browser): Record<string, string> => ({
  cookie: browser
    .cookies()
    .filter(({ path }) => path === '/')
    .map(({ name, value }) => `${name}=${value}`)
    .join('; '),
})
