import { z } from 'zod'

import { isLoopback } from '../../../lib/loopback.ts'
import type { App } from '../../../platform/app.ts'
import { errors } from '../errors.ts'

/** What decides a client's sector. */
export interface Sectoral {
  subjectType: 'public' | 'pairwise'
  sectorIdentifierUri?: string | undefined
  redirectUris: string[]
}

/**
 * The host that clients which may know a person by the same `sub` have in common (OpenID Connect Core 1.0, section 8.1);
 * undefined where there is none: an address on the person's own device says nothing of who made the application, so such a
 * client is a sector of its own.
 */
export function sectorHostOf({ sectorIdentifierUri, redirectUris }: Sectoral): string | undefined {
  if (sectorIdentifierUri !== undefined) return new URL(sectorIdentifierUri).hostname
  const [host, another] = hostsOf(redirectUris)
  return another === undefined ? host : undefined
}

const hostsOf = (uris: readonly string[]): string[] => [
  ...new Set(
    uris.flatMap((uri) => {
      const { protocol, hostname } = URL.parse(uri) ?? { protocol: '', hostname: '' }
      if (!/^https?:$/.test(protocol)) return [] // a scheme of one's own belongs to no host
      return hostname === '' || isLoopback(hostname) ? [] : [hostname]
    }),
  ),
]

/** "If there are multiple hostnames in the registered redirect_uris, the Client MUST register a sector_identifier_uri." */
export function sectorFault({
  subjectType,
  sectorIdentifierUri,
  redirectUris,
}: Sectoral): 'several hosts' | null {
  if (subjectType === 'public' || sectorIdentifierUri !== undefined) return null
  const mixed = new Set(redirectUris.map((uri) => URL.parse(uri)?.hostname ?? ''))
  return hostsOf(redirectUris).length > 0 && mixed.size > 1 ? 'several hosts' : null
}

const UriList = z.array(z.string().max(2000)).max(1000)

/**
 * Reads the list of a sector once, when a client is registered, and demands that all of the client's redirect URIs are in it
 * (OpenID Connect Core 1.0, section 8.1): else anybody could claim another's sector and with it what people are known by there.
 *
 * @throws invalid_client_metadata (400): it cannot be read, is no list, or does not name all of them.
 */
export async function checkSector(
  { outbound }: Pick<App, 'outbound'>,
  { sectorIdentifierUri, redirectUris }: Sectoral,
): Promise<void> {
  if (sectorIdentifierUri === undefined) return
  const listed = new Set(await readList(outbound, sectorIdentifierUri))
  const missing = redirectUris.filter((uri) => !listed.has(uri))
  if (missing.length > 0) throw refused(`does not list ${missing.join(', ')}`)
}

async function readList(outbound: App['outbound'], address: string): Promise<string[]> {
  try {
    const reply = await outbound.fetch(address, { headers: { accept: 'application/json' } })
    const body = await reply.text()
    if (reply.status !== 200) throw new Error(`answered ${reply.status}`)
    return UriList.parse(JSON.parse(body))
  } catch (cause) {
    throw refused('cannot be read as a JSON list of redirect URIs', cause)
  }
}

const refused = (detail: string, cause?: unknown) =>
  errors.invalid_client_metadata({
    detail: `sectorIdentifierUri ${detail}`,
    fields: [{ field: 'sectorIdentifierUri', detail }],
    cause,
  })
