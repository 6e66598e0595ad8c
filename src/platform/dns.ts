import { Resolver } from 'node:dns/promises'

/**
 * What the name servers say of a name. `none` is their word that nothing is there; `unknown` is no word at all, of which
 * nothing may follow.
 */
export type TextAnswer =
  | { outcome: 'found'; texts: readonly string[] }
  | { outcome: 'none' }
  | { outcome: 'unknown'; reason: string }

export interface Dns {
  /** TXT records of a name, each with its parts put together (RFC 7208, section 3.3). */
  texts(name: string): Promise<TextAnswer>
}

/** Milliseconds that a server is given for its first answer; it is asked twice. */
const timeoutMs = 2_000

/** NODATA and NXDOMAIN (RFC 2308, section 2), as the resolver calls them. */
const nothingThere: ReadonlySet<unknown> = new Set(['ENODATA', 'ENOTFOUND'])

/** Asks these name servers, or the system's. No answer is kept: who asks wants to know what is there now. */
export function openDns(servers: readonly string[]): Dns {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 })
  if (servers.length > 0) resolver.setServers(servers)
  return {
    async texts(name) {
      try {
        const records = await resolver.resolveTxt(name)
        return { outcome: 'found', texts: records.map((parts) => parts.join('')) }
      } catch (error) {
        const { code } = Object(error) as { code?: unknown } // a resolver's error says there what happened
        return nothingThere.has(code)
          ? { outcome: 'none' }
          : { outcome: 'unknown', reason: typeof code === 'string' ? code : 'failed' }
      }
    },
  }
}
