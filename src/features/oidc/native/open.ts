import type { RequestListener } from 'node:http'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { inject } from 'light-my-request'
import { z } from 'zod'

import type { App, Origin } from '../../../platform/app.ts'
import type { Problem } from '../../../platform/errors.ts'
import { httpErrors } from '../../../platform/http/index.ts'
import { limitErrors } from '../../../platform/limits/index.ts'
import { nativeErrors, refusedAs } from './errors.ts'
import type { Inside, Insides, Login } from './inside.ts'
import { NativeTokens } from './tokens.ts'

/** A client as it presents itself. */
export interface PresentedClient {
  id: string
  /** Null for a public one. */
  secret: string | null
}

/**
 * The provider for applications of our own that ask for e-mail address and password themselves. What it issues is issued
 * by the token endpoint, which is asked from inside: the same admission, tables, rotation, audit and commit.
 */
export interface Native {
  /**
   * Begins a session and gives its tokens.
   *
   * @throws invalid_client (401): the client is not what it says.
   * @throws invalid_scope (400): the client may not have it.
   * @throws invalid_grant (400): the person is not admitted.
   * @throws sign_in_overtaken (409): every session of the person was ended since they proved who they are.
   */
  issue(call: {
    origin: Origin
    client: PresentedClient
    login: Login
    scope: string | undefined
  }): Promise<NativeTokens>
  /**
   * The next tokens for a refresh token, wherever that came from.
   *
   * @throws invalid_client (401): the client is not what it says.
   * @throws invalid_scope (400): more than was granted.
   * @throws invalid_grant (400): unknown, expired, used before, its session has ended, or it began on another device.
   */
  refresh(call: {
    origin: Origin
    client: PresentedClient
    refreshToken: string
    scope: string | undefined
    /** What the application presents as its device; undefined where it presents none. */
    device: string | undefined
  }): Promise<NativeTokens>
}

interface Door {
  insides: Insides
  grantType: string
  /** The provider as it is now. */
  handle: RequestListener
}

export function openNative({ config }: Pick<App, 'config'>, { insides, grantType, handle }: Door): Native {
  const { host, protocol } = new URL(config.issuer)

  async function ask(
    inside: Inside,
    { id, secret }: PresentedClient,
    form: Record<string, string>,
  ): Promise<NativeTokens> {
    const credentials = { client_id: id, ...(secret !== null && { client_secret: secret }) }
    const dispatch: RequestListener = (request, response) => {
      insides.set(request, inside)
      handle(request, response)
    }
    const reply = await inject(dispatch, {
      method: 'POST',
      url: '/token',
      headers: {
        host,
        'x-forwarded-proto': protocol.replace(':', ''),
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      payload: new URLSearchParams({ ...credentials, ...form }).toString(),
    })
    if (reply.statusCode !== 200)
      throw problemOf(reply.statusCode, reply.payload, Number(reply.headers['retry-after']))
    return complete(reply.payload, inside)
  }

  return {
    issue: ({ origin, client, ...handOff }) => ask({ origin, handOff }, client, { grant_type: grantType }),
    refresh: ({ origin, client, refreshToken, scope, device }) =>
      ask({ origin, ...(device !== undefined && { device }) }, client, {
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        ...(scope !== undefined && { scope }),
      }),
  }
}

/** What the token endpoint answered, with what stands in the tokens themselves. */
function complete(payload: string, { refreshSeconds }: Inside): NativeTokens {
  const answered = JSON.parse(payload) as { access_token: string } // the provider's own answer
  const { kid } = decodeProtectedHeader(answered.access_token)
  const { iat, sid } = decodeJwt(answered.access_token)
  return NativeTokens.parse({
    ...answered,
    ...(refreshSeconds !== undefined && { refresh_expires_in: refreshSeconds }),
    kid,
    issued_at: iat,
    session_id: sid,
  })
}

const Refusal = z.object({ error: z.string(), error_description: z.string().optional() })

function problemOf(status: number, payload: string, retryAfter: number): Problem {
  const { error, error_description: description } = Refusal.parse(JSON.parse(payload))
  const retryAfterSeconds = retryAfter || 1
  if (status === 429) return limitErrors.too_many_requests({ retryAfterSeconds })
  if (status === 503) return httpErrors.unavailable({ retryAfterSeconds })
  if (error === 'invalid_grant' || error === 'invalid_client') return refusedAs(error)
  if (error === 'invalid_scope')
    return refusedAs(error, description === undefined ? {} : { detail: description })
  // The provider's words for a commit that was lost; our own requests have no other fault.
  if (error === 'invalid_request') return nativeErrors.sign_in_overtaken()
  return httpErrors.internal({
    cause: new Error(`the provider answered ${status} ${error} to a request of ours`),
  })
}
