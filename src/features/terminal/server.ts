import type * as Openid from 'openid-client'

import { isLoopback } from '../../lib/loopback.ts'
import { errors } from './errors.ts'

/** The client that a migration of features/clients makes at every installation. */
export const clientId = 'gh_command_line_gatehouse'

const patienceSeconds = 15

/** A server as a person names it: its origin. @throws bad_server (400) */
export function serverNamed(text: string): string {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw errors.bad_server({ detail: `${text} is not like https://id.example.com` })
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw errors.bad_server({
      detail: `Tokens are not sent in clear to another machine: use https://${url.host}`,
    })
  return url.origin
}

/** What the server says of itself. It calls with plain `fetch`: the address is the one that the person named. */
export async function discover(server: string): Promise<Openid.Configuration> {
  const openid = await import('openid-client')
  const insecure = server.startsWith('http:') ? [allowHttp(openid)] : []
  const options = { execute: [openid.enableNonRepudiationChecks, ...insecure], timeout: patienceSeconds }
  return explaining(server, () =>
    openid.discovery(new URL(server), clientId, undefined, openid.None(), options),
  )
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only that nobody uses it by accident
const allowHttp = (openid: typeof Openid) => openid.allowInsecureRequests

/**
 * Runs a call to the server and says what went wrong in words for a person.
 *
 * @throws server_unreachable (503), server_unsuitable (502), login_denied (403), login_expired (400), not_signed_in (401)
 */
export async function explaining<Result>(server: string, call: () => Promise<Result>): Promise<Result> {
  const { ResponseBodyError, WWWAuthenticateChallengeError } = await import('openid-client')
  try {
    return await call()
  } catch (cause) {
    if (cause instanceof ResponseBodyError) throw refusal(server, cause)
    if (cause instanceof WWWAuthenticateChallengeError) throw notSignedIn(server, cause)
    const { code } = Object(cause) as { code?: unknown } // the library's own errors have one
    if (cause instanceof TypeError || code === 'OAUTH_TIMEOUT')
      throw errors.server_unreachable({
        detail: `Nothing answers at ${server}: see whether it runs, and whether the address is right (--server).`,
        cause,
      })
    throw errors.server_unsuitable({
      detail: `${server} answers, but not as a Gatehouse that this command knows.`,
      cause,
    })
  }
}

function refusal(server: string, cause: Openid.ResponseBodyError): Error {
  const { error } = cause
  if (error === 'access_denied')
    return errors.login_denied({ detail: 'Nothing was signed in. If that was not you, begin again.', cause })
  if (error === 'expired_token')
    return errors.login_expired({ detail: 'Nobody let this command in for ten minutes. Begin again.', cause })
  if (error === 'invalid_grant' || error === 'invalid_token') return notSignedIn(server, cause)
  if (error === 'temporarily_unavailable')
    return errors.server_unreachable({ detail: `${server} has too much to do. Try again in a while.`, cause })
  return errors.server_unsuitable({
    detail: `${server} refuses (${error}). Perhaps its operator has disabled the client ${clientId}.`,
    cause,
  })
}

export const notSignedIn = (server: string, cause?: unknown): Error =>
  errors.not_signed_in({
    detail: `Sign in with: gatehouse login ${server}`,
    ...(cause !== undefined && { cause }),
  })
