import type { App } from '../../platform/app.ts'
import type { FieldProblem } from '../../platform/errors.ts'
import { redirectUriFault } from './redirect-uris.ts'
import type { ClientInput } from './schema.ts'

/** What is wrong with the addresses at which a client hears of a sign-out; empty when nothing is. */
export async function logoutFaults(
  { outbound }: Pick<App, 'outbound'>,
  { backchannelLogout, frontchannelLogout, redirectUris }: ClientInput,
): Promise<FieldProblem[]> {
  const back = backchannelLogout && (await backChannelFault(outbound, backchannelLogout.uri))
  const front = frontchannelLogout && frontChannelFault(frontchannelLogout.uri, redirectUris)
  return [
    ...(back ? [{ field: 'backchannelLogout.uri', detail: back }] : []),
    ...(front ? [{ field: 'frontchannelLogout.uri', detail: front }] : []),
  ]
}

/**
 * We call it, so it must be one that we would call: https, and nothing of our own network. It may have a query, and no fragment
 * (OpenID Connect Back-Channel Logout 1.0, section 2.2). Judged again at every call.
 */
async function backChannelFault(outbound: App['outbound'], uri: string): Promise<string | null> {
  if (!/^[\x21-\x7e]+$/.test(uri) || uri.includes('#')) return 'must be an absolute URI without fragment'
  const prospect = await outbound.check(uri)
  return prospect.outcome === 'refused' ? `cannot be called: ${prospect.reason}` : null
}

/** A page of ours frames it, so it lies where the client's people are sent anyway (Front-Channel Logout 1.0, section 2). */
function frontChannelFault(uri: string, redirectUris: readonly string[]): string | null {
  const fault = redirectUriFault(uri, 'web')
  if (fault !== null) return fault
  const { origin, searchParams } = new URL(uri)
  if (searchParams.has('sid')) return 'has a query parameter that we add (iss, sid)'
  return redirectUris.some((redirect) => URL.parse(redirect)?.origin === origin)
    ? null
    : 'must have the scheme, host and port of a redirect URI'
}
