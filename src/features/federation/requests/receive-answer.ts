import type { Context } from 'koa'
import { z } from 'zod'

import { secondsAfter } from '../../../lib/clock.ts'
import type { App, By } from '../../../platform/app.ts'
import { randomToken, sha256 } from '../../../platform/crypto/index.ts'
import * as audit from '../../audit/index.ts'
import { errors } from '../errors.ts'
import type { WithFederation } from '../open.ts'
import type { ProviderRecord } from '../providers/provider.ts'
import { openValue, sealValue } from '../providers/sealed-secret.ts'
import { recordFailure } from '../record-failure.ts'
import type { Returned } from '../upstream/redeem-code.ts'
import { requestSecrets } from '../upstream/request-secrets.ts'
import { callbackOf } from './begin-request.ts'
import { browserSecret } from './browser-cookie.ts'
import type { Failure, Outcome } from './outcome.ts'
import * as requests from './repository.ts'
import type { RequestRecord } from './repository.ts'

type Machinery = Pick<App, 'clock' | 'config' | 'db' | 'limits' | 'log' | 'outbound'> & WithFederation

/** What a provider may add to our callback; anything else is dropped. */
export const CallbackQuery = z.object({
  state: z.string().max(200).default(''),
  code: z.string().max(4_000).optional(),
  iss: z.string().max(500).optional(),
  error: z.string().max(200).optional(),
  /** Apple's, at the first sign-in. */
  user: z.string().max(2_000).optional(),
})
export type CallbackQuery = z.infer<typeof CallbackQuery>

/** What was sent of it. */
export const textsOf = (query: CallbackQuery): [string, string][] =>
  Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )

/**
 * Takes the answer of a provider, for the one browser that asked, once; where the browser goes on to. What came of it, a
 * failure too, waits there under the request's id.
 *
 * @throws upstream_request_ended (400): never asked, of another provider or browser, answered before, or too old.
 */
export async function receiveAnswer(
  app: Machinery,
  ctx: Context,
  by: By,
  { provider, query }: { provider: ProviderRecord; query: CallbackQuery },
): Promise<string> {
  const secret = browserSecret(app, ctx)
  if (secret === null) throw errors.upstream_request_ended()
  const request = await requests.claim(app.db, {
    stateHash: sha256(query.state),
    browserHash: sha256(secret),
    providerId: provider.id,
    at: app.clock.now(),
  })
  if (!request?.waiting) throw errors.upstream_request_ended()
  const outcome = await outcomeOf(app, by, { provider, query, secret, request })
  return goOn(app, request, request.waiting, outcome)
}

interface Answering {
  provider: ProviderRecord
  query: CallbackQuery
  secret: string
  request: RequestRecord
}

async function outcomeOf(app: Machinery, by: By, answering: Answering): Promise<Outcome> {
  const { provider, query } = answering
  if (refusalsByPerson.has(query.error ?? '')) {
    await audit.record(app.db, app.clock.now(), by, {
      action: 'upstream.failed',
      outcome: 'denied',
      reason: 'upstream_denied',
      target: { type: 'provider', id: provider.id },
    })
    return { failed: 'denied' }
  }
  const { redeemCode, upstreamProblem } = await import('../upstream/index.ts')
  try {
    return {
      answer: await redeemCode(app, await app.federation.clientOf(provider), returned(app, answering)),
    }
  } catch (error) {
    const problem = upstreamProblem(error)
    await recordFailure(app, by, provider, problem)
    return { failed: failures[problem.code] ?? 'answer_invalid' }
  }
}

/** The person would rather not: as OAuth says it (RFC 6749, section 4.1.2.1), Apple, and LinkedIn in two ways. */
const refusalsByPerson = new Set(['access_denied', 'user_cancelled_authorize', 'user_cancelled_login'])

const failures: Record<string, Failure> = {
  upstream_refused: 'refused',
  upstream_unavailable: 'unavailable',
  upstream_answer_invalid: 'answer_invalid',
}

/** Our callback as the browser came to it, by the address that we gave the provider. */
function returned(app: Pick<App, 'config'>, { provider, query, secret, request }: Answering): Returned {
  const url = new URL(callbackOf(app, provider))
  for (const [name, value] of textsOf(query)) url.searchParams.set(name, value)
  const { state } = query
  const freshSince = request.fresh ? request.createdAt : null
  return { url, state, secrets: requestSecrets(secret, state), freshSince }
}

/** Seconds that what came of a request waits: the browser, or the application's code, is there at once (RFC 6749, section 4.1.2). */
const pickUpSeconds = 120

async function goOn(
  app: Machinery,
  { id, purpose }: RequestRecord,
  sealedPlace: Buffer,
  outcome: Outcome,
): Promise<string> {
  const context = `upstream-request:${id}` as const
  const place = openValue(app.config, context, { sealed: sealedPlace })
  if (place === null) throw errors.upstream_request_ended()
  const code = purpose === 'native' && 'answer' in outcome ? randomToken() : null
  const { sealed, sealingKeyId } = sealValue(app.config, context, JSON.stringify(outcome))
  const codeHash = code === null ? null : sha256(code)
  const expiresAt = secondsAfter(app.clock.now(), pickUpSeconds)
  await requests.keepOutcome(app.db, { id, outcome: sealed, sealingKeyId, codeHash, expiresAt })
  if (purpose !== 'native') return `${place}${id}`
  const back = new URL(place)
  if ('failed' in outcome) back.searchParams.set('error', nativeError[outcome.failed])
  if (code !== null) back.searchParams.set('code', code)
  return back.href
}

/** As OAuth calls them (RFC 6749, section 4.1.2.1). */
const nativeError: Record<Failure, string> = {
  denied: 'access_denied',
  refused: 'access_denied',
  unavailable: 'temporarily_unavailable',
  answer_invalid: 'server_error',
}
