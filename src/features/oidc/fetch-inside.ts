import type { RequestListener } from 'node:http'
import { inject } from 'light-my-request'

/** What is asked, and for whom: whose network is counted. */
export interface InsideRequest {
  method: string
  headers: Record<string, string>
  body?: string | undefined
  ip?: string | undefined
}

/**
 * Asks the provider as any request over HTTP would, through all that stands before it, but without a network: a process often
 * cannot reach its own public address.
 */
export async function fetchInside(
  handle: RequestListener,
  url: string,
  { method, headers, body, ip }: InsideRequest,
): Promise<Response> {
  const { pathname, search } = new URL(url)
  const reply = await inject(handle, {
    method: method === 'POST' ? 'POST' : 'GET',
    url: `${pathname}${search}`,
    headers,
    ...(body !== undefined && { payload: body }),
    ...(ip !== undefined && { remoteAddress: ip }),
  })
  const headersShown = new Headers()
  for (const [name, value] of Object.entries(reply.headers))
    if (value !== undefined) headersShown.set(name, String(value))
  return new Response(reply.payload, { status: reply.statusCode, headers: headersShown })
}
