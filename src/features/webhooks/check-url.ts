import { isLoopback } from '../../lib/loopback.ts'
import type { App } from '../../platform/app.ts'
import { invalid } from './read-input.ts'

/**
 * Judges an address by the rules of the guarded client before it is kept; every message is judged anew by what its name then
 * resolves to. Without TLS only this very machine is told anything, and never in production.
 *
 * @throws webhook_invalid (422)
 */
export async function demandReachable(
  { config, outbound }: Pick<App, 'config' | 'outbound'>,
  url: string,
): Promise<void> {
  const { protocol, hostname, hash } = new URL(url)
  if (hash !== '') throw invalid([{ field: 'url', detail: 'has a fragment, which no server gets' }])
  if (protocol === 'http:' && (config.production || !isLoopback(hostname)))
    throw invalid([{ field: 'url', detail: 'must be an https URL' }])
  const prospect = await outbound.check(url)
  if (prospect.outcome === 'refused')
    throw invalid([{ field: 'url', detail: `is not called: ${prospect.reason}` }])
}
