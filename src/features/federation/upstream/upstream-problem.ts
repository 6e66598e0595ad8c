import { errors as joseErrors } from 'jose'
import * as openid from 'openid-client'

import { Problem } from '../../../platform/errors.ts'
import { errors } from '../errors.ts'

/** openid-client's codes of what says nothing of trust: the network, a server in trouble. */
const unavailable = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_HTTP_REQUEST_FORBIDDEN'])

/**
 * What went wrong between a provider and us, as a problem of ours. The provider's own words are for the log, never for a
 * page: whoever writes them is a stranger (CASES FD-15).
 */
export function upstreamProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  if (thrown instanceof openid.AuthorizationResponseError || thrown instanceof openid.ResponseBodyError)
    return errors.upstream_refused({ cause: withoutBody(thrown) })
  if (isAnswer(thrown)) return errors.upstream_answer_invalid({ cause: withoutBody(thrown) })
  return errors.upstream_unavailable({ cause: withoutBody(thrown) })
}

/** Something came back, and it is not what it should be. */
function isAnswer(thrown: unknown): boolean {
  if (thrown instanceof joseErrors.JOSEError) return thrown.code !== 'ERR_JWKS_TIMEOUT'
  if (!(thrown instanceof openid.ClientError)) return false
  return thrown.code !== undefined && !unavailable.has(thrown.code) && !isServerError(thrown)
}

const isServerError = ({ code, cause }: openid.ClientError): boolean =>
  code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' && cause instanceof Response && cause.status >= 500

/** Name, message and code alone: causes hold whole answers, tokens included. */
function withoutBody(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error('a provider failed')
  const { code, error } = thrown as { code?: unknown; error?: unknown } // openid-client's and jose's errors name themselves so
  const named = [code, error].filter((part) => typeof part === 'string').map((part) => part.slice(0, 100))
  const inner = thrown.cause instanceof Error ? `: ${thrown.cause.message.slice(0, 200)}` : ''
  return new Error([`${thrown.name}: ${thrown.message.slice(0, 200)}${inner}`, ...named].join(' '))
}
