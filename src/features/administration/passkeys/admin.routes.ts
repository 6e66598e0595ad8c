import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import type { Passkey } from '../../passkeys/index.ts'
import { Removal, UserParams } from '../users/schema.ts'
import { listPasskeysOf, takePasskeyOf } from './passkeys.ts'
import { PasskeyList, PasskeyParams, Taken } from './schema.ts'

/** People's passkeys, for administrators. */
export const passkeyRoutes = (app: Pick<App, 'db' | 'clock'>): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/users/:id/passkeys',
    summary: 'List a person’s passkeys and security keys',
    access: { permission: 'users:read:any' },
    params: UserParams,
    reply: { 200: PasskeyList },
    async handle({ params }) {
      const passkeys = await listPasskeysOf(app, params.id)
      return { status: 200, body: { items: passkeys.map(shown) } }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/admin/users/:id/passkeys/:passkey',
    summary: 'Delete a passkey or security key of a person',
    access: { permission: 'users:write:any' },
    signedInWithin: recentSignInSeconds,
    params: PasskeyParams,
    query: Removal,
    reply: { 200: Taken },
    async handle({ caller, params, query }) {
      const { reason = 'by an administrator' } = query
      const which = { userId: params.id, id: params.passkey, reason }
      const { wayInLeft } = await takePasskeyOf(app, caller, which)
      return { status: 200, body: { way_in_left: wayInLeft } }
    },
  }),
]

const shown = (passkey: Passkey) => ({
  id: passkey.id,
  purpose: passkey.purpose,
  name: passkey.name,
  aaguid: passkey.aaguid,
  transports: passkey.transports,
  backed_up: passkey.backedUp,
  may_be_copied: passkey.counterReversedAt !== null,
  created_at: passkey.createdAt,
  last_used_at: passkey.lastUsedAt,
})
