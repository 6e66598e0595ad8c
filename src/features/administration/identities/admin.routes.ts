import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import type { ForeignIdentity } from '../../federation/index.ts'
import { Removal, UserParams } from '../users/schema.ts'
import { listIdentitiesOf, takeIdentityOf } from './identities.ts'
import { IdentityList, IdentityParams, Taken } from './schema.ts'

/** What opens somebody's account, for administrators. */
export const identityRoutes = (app: Pick<App, 'db' | 'clock'>): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/users/:id/identities',
    summary: 'List the accounts elsewhere that open a person’s account',
    access: { permission: 'users:read:any' },
    params: UserParams,
    reply: { 200: IdentityList },
    async handle({ params }) {
      const { identities, hasPassword } = await listIdentitiesOf(app, params.id)
      return { status: 200, body: { items: identities.map(shown), has_password: hasPassword } }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/admin/users/:id/identities/:identity',
    summary: 'Disconnect an account elsewhere from a person’s account',
    access: { permission: 'users:write:any' },
    signedInWithin: recentSignInSeconds,
    params: IdentityParams,
    query: Removal,
    reply: { 200: Taken },
    async handle({ caller, params, query }) {
      const { reason = 'by an administrator' } = query
      const which = { userId: params.id, id: params.identity, reason }
      const { wayInLeft } = await takeIdentityOf(app, caller, which)
      return { status: 200, body: { way_in_left: wayInLeft } }
    },
  }),
]

const shown = ({ id, provider, issuer, subject, label, createdAt, lastUsedAt }: ForeignIdentity) => ({
  ...{ id, provider, issuer, subject, label },
  created_at: createdAt,
  last_used_at: lastUsedAt,
})
