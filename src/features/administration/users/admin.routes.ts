import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import { endSessionsOf } from '../sessions/end-sessions.ts'
import { changeUser, deleteUser } from './change-user.ts'
import { findPerson, listUsers, shown } from './find-users.ts'
import { ChangeUser, ListUsers, Removal, UserPage, UserParams, UserView } from './schema.ts'

/** People, for administrators. */
export const userRoutes = (app: Pick<App, 'config' | 'db' | 'clock'>): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/users',
    summary: 'List people',
    access: { permission: 'users:read:any' },
    query: ListUsers,
    reply: { 200: UserPage },
    handle: async ({ query }) => ({ status: 200, body: await listUsers(app, query) }),
  }),

  endpoint({
    method: 'get',
    path: '/admin/users/:id',
    summary: 'Show a person',
    access: { permission: 'users:read:any' },
    params: UserParams,
    reply: { 200: UserView },
    handle: async ({ params }) => ({
      status: 200,
      body: shown(await findPerson(app.db, params.id, app.clock.now())),
    }),
  }),

  endpoint({
    method: 'patch',
    path: '/admin/users/:id',
    summary: 'Disable or enable a person, or change their roles',
    access: { permission: 'users:write:any' },
    signedInWithin: recentSignInSeconds,
    params: UserParams,
    body: ChangeUser,
    reply: { 200: UserView },
    handle: async ({ caller, params, body }) => ({
      status: 200,
      body: shown(await changeUser(app, caller, params.id, body)),
    }),
  }),

  endpoint({
    method: 'delete',
    path: '/admin/users/:id',
    summary: 'Delete a person and what is known about them',
    access: { permission: 'users:delete:any' },
    signedInWithin: recentSignInSeconds,
    params: UserParams,
    query: Removal,
    reply: { 204: z.undefined() },
    async handle({ caller, params, query }) {
      await deleteUser(app, caller, params.id, query.reason ?? 'by an administrator')
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/admin/users/:id/sessions',
    summary: 'End every session of a person',
    access: { permission: 'sessions:revoke:any' },
    signedInWithin: recentSignInSeconds,
    params: UserParams,
    reply: { 200: z.object({ ended: z.number().int() }) },
    handle: async ({ caller, params }) => ({
      status: 200,
      body: { ended: await endSessionsOf(app, caller, params.id) },
    }),
  }),
]
