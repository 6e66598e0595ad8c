import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { Problem } from '../../../platform/errors.ts'
import type { RegistrationPolicy } from '../../settings/index.ts'
import { checkAddresses } from '../check-addresses.ts'
import { checkedClient } from '../create-client.ts'
import { checkSector } from '../requests/sector.ts'
import type { ClientInput } from '../schema.ts'
import { demandPublicAddresses } from '../self/addresses.ts'
import { withinPolicy } from '../self/policy.ts'
import { defaultMethods, RequestedMetadata, toNewClient } from '../self/requested-metadata.ts'

/** What came of reading a document. `unreachable` may pass, `refused` is the answer of its owner. */
export type Reading =
  | { outcome: 'read'; client: ClientInput; freshSeconds: number }
  | { outcome: 'unreachable' | 'refused'; reason: string }

/** Bytes; the draft recommends 5 KB. */
const largest = 16 * 1024

/** Seconds a document is believed: what it says, within these (section 4.4). */
const fresh = { least: 60, most: 24 * 3600, usual: 3600 }

const Document = RequestedMetadata.extend({
  client_id: z.string(),
  redirect_uris: z.array(z.string().max(2_000)).min(1).max(50),
  /** There is no way to agree on a secret (section 4.1). */
  token_endpoint_auth_method: z.enum(['none', 'private_key_jwt']).nullish(),
  client_secret: z.undefined().optional(),
  client_secret_expires_at: z.undefined().optional(),
})

/**
 * Fetches and checks a metadata document, by the guarded client: public addresses, no redirects, 2.5 seconds
 * (draft-ietf-oauth-client-id-metadata-document, section 4).
 */
export async function readDocument(
  app: Pick<App, 'outbound' | 'clock'>,
  address: string,
  policy: RegistrationPolicy,
): Promise<Reading> {
  const fetched = await fetchDocument(app, address)
  if ('outcome' in fetched) return fetched
  try {
    const document = Document.safeParse(JSON.parse(fetched.text))
    if (!document.success)
      return refused(`${document.error.issues[0]?.path.join('.') ?? ''} is not as it must be`)
    if (document.data.client_id !== address) return refused('client_id is not the address it was read from')
    const asked = withinPolicy(
      toNewClient(document.data, defaultMethods.document),
      { ...policy, lifetimeDays: null }, // it lives as long as its document
      { requirePkce: true, since: app.clock.now() },
    )
    await demandPublicAddresses(app, asked)
    const client = checkedClient(asked)
    await checkAddresses(app, client)
    await checkSector(app, client)
    return { outcome: 'read', client, freshSeconds: fetched.freshSeconds }
  } catch (error) {
    if (error instanceof SyntaxError) return refused('no JSON')
    if (error instanceof Problem) return refused(error.options.detail ?? error.code)
    throw error
  }
}

const refused = (reason: string): Reading => ({ outcome: 'refused', reason })

async function fetchDocument(
  { outbound }: Pick<App, 'outbound'>,
  address: string,
): Promise<{ text: string; freshSeconds: number } | Exclude<Reading, { outcome: 'read' }>> {
  try {
    const reply = await outbound.fetch(address, { headers: { accept: 'application/json' } })
    const bytes = await reply.arrayBuffer()
    const { status, headers } = reply
    if (status >= 500 || status === 429) return { outcome: 'unreachable', reason: `status ${status}` }
    if (status !== 200) return { outcome: 'refused', reason: `status ${status}` }
    if (!/^application\/([\w.-]+\+)?json *(;|$)/i.test(headers.get('content-type') ?? ''))
      return { outcome: 'refused', reason: 'another content type than JSON' }
    if (bytes.byteLength > largest) return { outcome: 'refused', reason: `more than ${largest} bytes` }
    return { text: new TextDecoder().decode(bytes), freshSeconds: freshFor(headers.get('cache-control')) }
  } catch {
    return { outcome: 'unreachable', reason: 'no answer, or none that may be asked for' }
  }
}

/** RFC 9111, section 5.2.2, as far as it matters here. */
export function freshFor(cacheControl: string | null): number {
  const said = cacheControl?.toLowerCase() ?? ''
  if (/\bno-(store|cache)\b/.test(said)) return fresh.least
  const [, age] = /\bmax-age="?(\d{1,9})/.exec(said) ?? []
  if (age === undefined) return fresh.usual
  return Math.min(fresh.most, Math.max(fresh.least, Number(age)))
}
