import { errors as joseErrors } from 'jose'
import * as openid from 'openid-client'

import { Problem } from '../../../platform/errors.ts'
import { errors } from '../errors.ts'

/** openid-client's codes of what says nothing of trust: the network, a server in trouble. */
const unavailable = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_HTTP_REQUEST_FORBIDDEN'])

/** A server that says of itself that it cannot (RFC 6749, section 4.1.2.1). */
const inTrouble = new Set(['server_error', 'temporarily_unavailable'])

/**
 * What went wrong between a provider and us, as a problem of ours. The provider's own words go nowhere, not even to the log:
 * whoever writes them is a stranger (CASES FD-15).
 */
export function upstreamProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  if (thrown instanceof openid.AuthorizationResponseError || thrown instanceof openid.ResponseBodyError) {
    const cause = withoutBody(thrown)
    return inTrouble.has(thrown.error)
      ? errors.upstream_unavailable({ cause })
      : errors.upstream_refused({ cause })
  }
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

/** Name, code and our libraries' own messages: causes hold whole answers, tokens included. */
function withoutBody(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error('a provider failed')
  const { code, error } = thrown as { code?: unknown; error?: unknown } // openid-client's and jose's errors name themselves so
  const named = [code, error].filter((part) => typeof part === 'string' && isName.test(part))
  return new Error(
    [said(thrown), ...(thrown.cause instanceof Error ? [said(thrown.cause)] : []), ...named].join(' '),
  )
}

/** What could be a code of a library or of OAuth (RFC 6749, section 5.2), and no text. */
const isName = /^[A-Za-z_]{1,60}$/

/** Whoever could not read a text quotes from it. */
const said = ({ name, message }: Error): string =>
  name === 'SyntaxError' ? name : `${name}: ${message.slice(0, 200)}`
