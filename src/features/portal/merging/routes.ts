import { z } from 'zod'

import { endpoint, type Route } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import { confirmMerge, type Party, type Preview, undoOwnMerge } from '../../merging/index.ts'
import type { Parts } from '../parts.ts'
import { listOwnMerges, ownMerge, type OwnMerge } from './list-own-merges.ts'
import { nameClients } from './name-clients.ts'
import { offerOwnMerge } from './offer-own-merge.ts'

/** The other account, by what one signs in to it with. */
const Other = z.strictObject({
  login: z.string().min(1).max(320),
  password: z.string().min(1).max(1024),
  proof: z.string().max(200).optional().meta({ description: 'The answer to a proof_required before.' }),
})

const PartyShown = z.object({
  id: z.uuid(),
  email: z.string().nullable(),
  username: z.string().nullable(),
  name: z.string().nullable(),
})

/** What would happen. */
const Offer = z.object({
  id: z.uuid(),
  expires_at: z.date(),
  surviving: PartyShown,
  merged: PartyShown,
  identities: z.number().int().meta({ description: 'ways in through other providers that move' }),
  consents: z.number().int(),
  /** Sign-ins of the merged account end there; the surviving account is who is known from then on. */
  clients_knowing_both: z.array(z.object({ client_id: z.string(), name: z.string().nullable() })),
})

const Merge = z.object({
  id: z.uuid(),
  state: z.enum(['merged', 'undone']),
  merged: PartyShown,
  merged_at: z.date().nullable(),
  undo_until: z.date().nullable(),
  undone_at: z.date().nullable(),
  undoable: z.boolean(),
})
const Merges = z.object({ items: z.array(Merge) })

const Params = z.object({ id: z.uuid() })

const access = { permission: 'account:merge:own' }
const recently = { signedInWithin: recentSignInSeconds }

export const routes = (app: Parts): Route[] => [
  endpoint({
    method: 'post',
    path: '/users/me/merges',
    summary: 'Show that another account is mine too, and what merging it would do',
    access,
    ...recently,
    body: Other,
    reply: { 201: Offer },
    async handle({ caller, body }) {
      const { login, password, proof = null } = body
      const signed = { userId: caller.userId, session: { sid: caller.sessionId } }
      const typed = { login, password, proof, clientId: caller.clientId, device: null }
      const preview = await offerOwnMerge(app, caller, signed, typed)
      return { status: 201, body: await offerShown(app, preview) }
    },
  }),

  endpoint({
    method: 'post',
    path: '/users/me/merges/:id/confirm',
    summary: 'Merge the account that was offered into mine',
    access,
    ...recently,
    params: Params,
    reply: { 200: Merge },
    async handle({ caller, params }) {
      const signed = { userId: caller.userId, session: { sid: caller.sessionId } }
      const merge = await confirmMerge(app, caller, signed, params.id)
      return { status: 200, body: mergeShown(await ownMerge(app, merge)) }
    },
  }),

  endpoint({
    method: 'get',
    path: '/users/me/merges',
    summary: 'List what was merged into my account, newest first',
    access,
    reply: { 200: Merges },
    async handle({ caller }) {
      const found = await listOwnMerges(app, caller.userId)
      return { status: 200, body: { items: found.map(mergeShown) } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/users/me/merges/:id/undo',
    summary: 'Undo a merge; what moved goes back',
    access,
    ...recently,
    params: Params,
    reply: { 200: Merge },
    async handle({ caller, params }) {
      const merge = await undoOwnMerge(app, caller, { userId: caller.userId, id: params.id })
      return { status: 200, body: mergeShown(await ownMerge(app, merge)) }
    },
  }),
]

const partyShown = ({ id, email, username, name }: Party) => ({ id, email, username, name })

async function offerShown(app: Parts, preview: Preview) {
  const { id, expiresAt, surviving, merged, identities, consents, clientsKnowingBoth } = preview
  const named = await nameClients(app, clientsKnowingBoth)
  return {
    ...{ id, expires_at: expiresAt, identities, consents },
    surviving: partyShown(surviving),
    merged: partyShown(merged),
    clients_knowing_both: named.map(({ clientId, name }) => ({ client_id: clientId, name })),
  }
}

const mergeShown = ({ id, state, merged, mergedAt, undoUntil, undoneAt, undoable }: OwnMerge) => ({
  id,
  state,
  merged: partyShown(merged),
  merged_at: mergedAt,
  undo_until: undoUntil,
  undone_at: undoneAt,
  undoable,
})
