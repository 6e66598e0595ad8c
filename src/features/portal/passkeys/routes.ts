import { z } from 'zod'

import { endpoint, type Route } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import { beginRegistration, passkeyErrors, RegistrationOptions } from '../../passkeys/index.ts'
import type { Parts } from '../parts.ts'
import { addOwnPasskey } from './add-own-passkey.ts'
import { deleteOwnPasskey } from './delete-own-passkey.ts'
import { listOwnPasskeys, type OwnPasskey } from './list-own-passkeys.ts'
import { renameOwnPasskey } from './rename-own-passkey.ts'
import {
  NewPasskey,
  PasskeyAdded,
  PasskeyChange,
  PasskeyList,
  PasskeyParams,
  PasskeyView,
  PasskeyWanted,
} from './schema.ts'

const recently = { signedInWithin: recentSignInSeconds }

/** A person's passkeys, for our own applications. Each change wants a sign-in at the level that the person has. */
export const routes = (app: Parts): Route[] => [
  endpoint({
    method: 'get',
    path: '/users/me/passkeys',
    summary: 'List my passkeys and security keys',
    access: { permission: 'passkeys:read:own' },
    reply: { 200: PasskeyList },
    async handle({ caller }) {
      const passkeys = await listOwnPasskeys(app, caller.userId)
      return { status: 200, body: { items: passkeys.map(shown) } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/users/me/passkeys/options',
    summary: 'Get what a browser makes a passkey or security key with',
    access: { permission: 'passkeys:write:own' },
    ...recently,
    body: PasskeyWanted,
    reply: { 200: RegistrationOptions },
    async handle({ caller, body }) {
      const { userId, sessionId: session } = caller
      return { status: 200, body: await beginRegistration(app, { userId, session }, body?.purpose) }
    },
  }),

  endpoint({
    method: 'post',
    path: '/users/me/passkeys',
    summary: 'Add the passkey or security key that was made with the options',
    access: { permission: 'passkeys:write:own' },
    ...recently,
    body: NewPasskey,
    reply: { 201: PasskeyAdded },
    async handle({ caller, body: { name = null, credential: response } }) {
      const { userId, sessionId: session } = caller
      const adding = { userId, session, name, response, place: 'application' } as const
      const { passkey, recoveryCodes } = await addOwnPasskey(app, caller, adding)
      const own = shown(await demandOwn(app, userId, passkey.id))
      return { status: 201, body: { ...own, ...(recoveryCodes && { recovery_codes: recoveryCodes }) } }
    },
  }),

  endpoint({
    method: 'patch',
    path: '/users/me/passkeys/:id',
    summary: 'Call one of my passkeys something else',
    access: { permission: 'passkeys:write:own' },
    ...recently,
    params: PasskeyParams,
    body: PasskeyChange,
    reply: { 200: PasskeyView },
    async handle({ caller, params: { id }, body: { name } }) {
      const { userId } = caller
      await renameOwnPasskey(app, caller, { userId, id, name })
      return { status: 200, body: shown(await demandOwn(app, userId, id)) }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/users/me/passkeys/:id',
    summary: 'Delete one of my passkeys, unless nothing else opens the account',
    access: { permission: 'passkeys:write:own' },
    ...recently,
    params: PasskeyParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params: { id } }) {
      await deleteOwnPasskey(app, caller, { userId: caller.userId, id })
      return { status: 204 }
    },
  }),
]

/** @throws passkey_not_found (404): deleted again at this very moment. */
async function demandOwn(app: Parts, userId: string, id: string): Promise<OwnPasskey> {
  const passkey = (await listOwnPasskeys(app, userId)).find((one) => one.id === id)
  if (!passkey) throw passkeyErrors.passkey_not_found()
  return passkey
}

const shown = (passkey: OwnPasskey) => ({
  id: passkey.id,
  purpose: passkey.purpose,
  name: passkey.name,
  aaguid: passkey.aaguid,
  transports: passkey.transports,
  backed_up: passkey.backedUp,
  may_be_copied: passkey.counterReversedAt !== null,
  last_way_in: passkey.lastWayIn,
  created_at: passkey.createdAt,
  last_used_at: passkey.lastUsedAt,
})
