import type * as Openid from 'openid-client'

import { secondsAfter, systemClock } from '../../lib/clock.ts'
import { keep, type Tokens } from './kept.ts'
import { discover, explaining } from './server.ts'

/** What a person is to type where. */
export interface Begun {
  userCode: string
  verificationUri: string
  verificationUriComplete: string | null
  expiresIn: number
}

/** Who somebody is, as the server says. */
export type Identity = { sub: string } & Record<string, unknown>

const scope = 'openid profile email offline_access'

/**
 * Signs this command line in (RFC 8628): `show` tells the person where to go, and it waits until they have decided there.
 * `fresh` has them prove who they are although their browser is signed in.
 *
 * @throws what `explaining` says
 */
export async function signIn(
  path: string,
  server: string,
  { fresh, show }: { fresh: boolean; show: (begun: Begun) => void },
): Promise<Identity> {
  const openid = await import('openid-client')
  const configuration = await discover(server)
  const wanted = { scope, ...(fresh && { max_age: '1' }) }
  const begun = await explaining(server, () => openid.initiateDeviceAuthorization(configuration, wanted))
  show({
    userCode: begun.user_code,
    verificationUri: begun.verification_uri,
    verificationUriComplete: begun.verification_uri_complete ?? null,
    expiresIn: begun.expires_in,
  })
  const reply = await explaining(server, () => openid.pollDeviceAuthorizationGrant(configuration, begun))
  const tokens = toTokens(reply, null)
  keep(path, server, tokens)
  return identityOf(configuration, server, tokens)
}

/** Who the tokens belong to, asked of the server now. */
export const identityOf = async (
  configuration: Openid.Configuration,
  server: string,
  { access, subject }: Tokens,
): Promise<Identity> => {
  const { fetchUserInfo } = await import('openid-client')
  return explaining(server, () => fetchUserInfo(configuration, access, subject))
}

type Reply = Openid.TokenEndpointResponse & Openid.TokenEndpointResponseHelpers

/** A refresh token that is not answered anew stays good (RFC 6749, section 6). */
export const toTokens = (reply: Reply, before: Tokens | null): Tokens => ({
  subject: reply.claims()?.sub ?? before?.subject ?? '',
  access: reply.access_token,
  refresh: reply.refresh_token ?? before?.refresh ?? null,
  expiresAt: secondsAfter(systemClock.now(), reply.expiresIn() ?? 0),
})
