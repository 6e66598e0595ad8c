import type { CustomFetch } from 'openid-client'

import type { Outbound } from '../../../platform/outbound/index.ts'

/** openid-client's calls through the guarded client, whatever they are. */
export const guardedFetch =
  (outbound: Outbound): CustomFetch =>
  async (url, { method, headers, body, signal }) => {
    const text = body instanceof URLSearchParams ? body.toString() : body
    if (text !== undefined && text !== null && typeof text !== 'string')
      throw new Error('a request to a provider has a body that is no text')
    const reply = await outbound.fetch(url, {
      method,
      headers,
      ...(typeof text === 'string' && { body: text }),
      ...(signal && { signal }),
    })
    const said = await reply.text()
    const { status, headers: told } = reply
    return new Response(said === '' ? null : said, { status, headers: [...told] }) // the runtime's class, not undici's
  }
