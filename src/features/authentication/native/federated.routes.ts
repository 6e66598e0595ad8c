import { z } from 'zod'

import type { By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { sha256 } from '../../../platform/crypto/index.ts'
import {
  beginIdToken,
  federationErrors,
  type ProviderRecord,
  proveByToken,
  type UpstreamAnswer,
  useNonce,
  useRequest,
} from '../../federation/index.ts'
import { levelAsked } from '../../admission/index.ts'
import { demandScope } from '../../oidc/index.ts'
import { errors } from '../errors.ts'
import type { Arrival } from '../federated/arrival.ts'
import { arrive } from '../federated/arrive.ts'
import type { Parts } from '../parts.ts'
import { callingClient } from './calling-client.ts'
import { FederatedLogin, type FederatedProof, NonceWanted, NonceMade, Pending, SignedIn } from './schema.ts'
import { begin } from './sign-in.ts'

const Params = z.object({ provider: z.string().max(50) })

/** Signing in through another provider, for our own applications: with what the system's browser or the provider's SDK brought. */
export const federatedRoutes = (parts: Parts): Route[] => [
  endpoint({
    method: 'post',
    path: '/auth/oauth/:provider/nonce',
    summary: 'Get the nonce that an ID token from a provider’s SDK must hold',
    access: 'public',
    namesClient: true,
    limit: 'upstream',
    params: Params,
    body: NonceWanted,
    reply: { 200: NonceMade },
    async handle({ by, params, body, authorization }) {
      const client = await callingClient(parts, by, { authorization, body })
      const provider = await enabledProvider(parts, params.provider)
      const { nonce, expiresIn } = await beginIdToken(parts, { provider, clientId: client.id })
      return { status: 200, body: { nonce, expires_in: expiresIn } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/oauth/:provider/callback',
    summary: 'Sign in with what another provider proved, for our own applications',
    access: 'public',
    namesClient: true,
    params: Params,
    body: FederatedLogin,
    reply: { 200: SignedIn, 202: Pending },
    async handle({ by, params, body, authorization }) {
      const client = await callingClient(parts, by, { authorization, body })
      const { scope, device_token: device = null, locale: language } = body
      demandScope(client.metadata, scope)
      const provider = await enabledProvider(parts, params.provider)
      const answer = await answerIn(parts, by, provider, client.id, body)
      const arriving = { provider, answer, clientId: client.id, language }
      const arrival = await arrive(parts, by, arriving, async () => undefined)
      if (arrival.kind !== 'entered') return { status: 202, body: pendingOrRefused(arrival) }
      const asked = { client, scope, asked: levelAsked(body.acr_values), device }
      const tokens = await begin(parts, by, asked, { ...arrival.proof, factor: 'federated' })
      return { status: 200, body: tokens }
    },
  }),
]

/** @throws provider_not_found (404): there is none, or it lets nobody in. */
export async function enabledProvider(parts: Parts, slug: string): Promise<ProviderRecord> {
  const provider = await parts.federation.providers.bySlug(slug)
  if (!provider?.enabled) throw federationErrors.provider_not_found()
  return provider
}

/**
 * What the provider proved, used up.
 *
 * @throws identity_unproven (401): nothing, or not to us.
 */
export async function answerIn(
  parts: Parts,
  by: By,
  provider: ProviderRecord,
  clientId: string,
  sent: FederatedProof,
): Promise<UpstreamAnswer> {
  try {
    if (sent.code !== undefined) return await byCode(parts, provider, clientId, sent)
    const { nonce = '', id_token: idToken, access_token: accessToken } = sent
    const at = parts.clock.now()
    await useNonce(parts.db, at, { nonce, providerId: provider.id, clientId })
    return await proveByToken(parts, by, provider, { nonce, idToken, accessToken })
  } catch (error) {
    if (error instanceof Problem && unproven.has(error.code)) throw errors.identity_unproven({ cause: error })
    throw error
  }
}

const unproven = new Set(['upstream_answer_invalid', 'upstream_refused', 'upstream_request_ended'])

async function byCode(
  parts: Parts,
  provider: ProviderRecord,
  clientId: string,
  { code = '', code_verifier: codeVerifier = '' }: FederatedProof,
): Promise<UpstreamAnswer> {
  const bound = { purpose: 'native', clientId, codeVerifier } as const
  const { request, outcome } = await transaction(parts.db, (tx: Db) =>
    useRequest(parts, tx, parts.clock.now(), { codeHash: sha256(code) }, bound),
  )
  if (request.providerId !== provider.id || 'failed' in outcome)
    throw federationErrors.upstream_request_ended()
  return outcome.answer
}

/** @throws account_exists (409), identity_unproven (401), and why no account is made (403). */
function pendingOrRefused(arrival: Exclude<Arrival, { kind: 'entered' }>): { status: 'pending' } {
  if (arrival.kind === 'account-exists') throw errors.account_exists()
  if (arrival.kind === 'stale')
    throw errors.identity_unproven({
      detail: 'The person signed in there too long ago: send them with prompt=login.',
    })
  if (arrival.kind === 'refused') {
    const code = arrival.code === 'email_unverified' ? 'address_unproven' : arrival.code
    throw errors[code]()
  }
  return { status: 'pending' }
}
