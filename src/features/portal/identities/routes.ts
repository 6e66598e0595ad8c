import { z } from 'zod'

import type { Caller } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import {
  answerIn,
  authenticationErrors,
  enabledProvider,
  FederatedProof,
  type Linked,
} from '../../authentication/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import {
  federationErrors,
  type ProviderRecord,
  readTokens,
  type UpstreamAnswer,
} from '../../federation/index.ts'
import { errors } from '../errors.ts'
import { offerByIdentity } from '../merging/offer-by-identity.ts'
import type { Parts } from '../parts.ts'
import { disconnectIdentity } from './disconnect-identity.ts'
import { linkOwnIdentity } from './link-own-identity.ts'
import { listOwnIdentities, type OwnIdentity } from './list-own-identities.ts'
import { Connected, Identities, IdentityParams, ProviderParams, UpstreamTokens } from './schema.ts'

/** A person's accounts elsewhere, for our own applications. */
export const routes = (app: Parts): Route[] => [
  endpoint({
    method: 'get',
    path: '/users/me/identities',
    summary: 'List my accounts elsewhere that open this one',
    access: { permission: 'identities:read:own' },
    reply: { 200: Identities },
    async handle({ caller }) {
      const { identities, hasPassword } = await listOwnIdentities(app, caller.userId)
      return { status: 200, body: { items: identities.map(shown), has_password: hasPassword } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/users/me/identities/:id',
    summary: 'Connect an account elsewhere, with what its provider proved',
    access: { permission: 'identities:write:own' },
    signedInWithin: recentSignInSeconds,
    params: ProviderParams,
    body: FederatedProof,
    reply: { 200: Connected, 201: Connected },
    async handle({ caller, params, body }) {
      const provider = await enabledProvider(app, params.id)
      const answer = await provenIn(app, caller, provider, body)
      const { kind, identity } = await link(app, caller, provider, answer)
      const { identities } = await listOwnIdentities(app, caller.userId)
      const made = identities.find(({ id }) => id === identity.id)
      if (!made) throw federationErrors.identity_not_found() // taken away again at this very moment
      return kind === 'linked'
        ? { status: 201, body: { status: 'connected', identity: shown(made) } }
        : { status: 200, body: { status: 'already_connected', identity: shown(made) } }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/users/me/identities/:id',
    summary: 'Disconnect an account elsewhere, unless nothing else opens this one',
    access: { permission: 'identities:write:own' },
    signedInWithin: recentSignInSeconds,
    params: IdentityParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params }) {
      await disconnectIdentity(app, caller, { userId: caller.userId, id: params.id })
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'get',
    path: '/users/me/identities/:id/tokens',
    summary: 'Get the tokens that a provider gave at the last sign-in with it',
    access: { permission: 'identities:tokens:own' },
    params: IdentityParams,
    reply: { 200: UpstreamTokens },
    async handle({ caller, params }) {
      const { identities } = await listOwnIdentities(app, caller.userId)
      const identity = identities.find(({ id }) => id === params.id)
      if (!identity) throw federationErrors.identity_not_found()
      const tokens = await readTokens(app, identity)
      if (!tokens) throw errors.tokens_not_kept()
      return { status: 200, body: tokens }
    },
  }),
]

const shown = ({ id, provider, issuer, label, lastWayIn, createdAt, lastUsedAt }: OwnIdentity) => ({
  id,
  provider,
  issuer,
  label,
  last_way_in: lastWayIn,
  created_at: createdAt,
  last_used_at: lastUsedAt,
})

/**
 * @throws upstream_refused (403): nothing was proven, or not to this application. Not the 401 of a sign-in, which would say
 * that the caller's own token is not good.
 */
async function provenIn(
  app: Parts,
  caller: Caller,
  provider: ProviderRecord,
  sent: FederatedProof,
): Promise<UpstreamAnswer> {
  try {
    return await answerIn(app, caller, provider, caller.clientId, sent)
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'identity_unproven') throw error
    throw federationErrors.upstream_refused({ cause: error })
  }
}

async function link(
  app: Parts,
  caller: Caller,
  provider: ProviderRecord,
  answer: UpstreamAnswer,
): Promise<Exclude<Linked, { kind: 'taken' }>> {
  const { userId, sessionId: session } = caller
  const linked = await transaction(app.db, (tx) =>
    linkOwnIdentity(app, tx, app.clock.now(), caller, { userId, session, provider, answer }),
  )
  if (linked.kind !== 'taken') return linked
  const offer = await offerByIdentity(app, caller, { userId, session: { sid: session } }, linked)
  throw authenticationErrors.identity_taken(offer === null ? {} : { members: { merge_id: offer } })
}
