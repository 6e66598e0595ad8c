import { z } from 'zod'

import { endpoint, type Route } from '../../../platform/http/index.ts'
import { listRecords, RecordPage, shownRecord } from '../../audit/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import { endSessionsOf } from '../sessions/end-sessions.ts'
import { changeUser, deleteUser, demandMayChange, restoreUser } from './change-user.ts'
import { listConsentsOf, withdrawConsentOf } from './consents.ts'
import { createPerson, type PeopleParts } from './create-person.ts'
import { findPerson, findWhole, listUsers, versionOf } from './find-users.ts'
import { sendPasswordReset } from './mail-password-link.ts'
import {
  Because,
  ChangeUser,
  ConsentList,
  ListEvents,
  ListUsers,
  NewUser,
  OfClient,
  Removal,
  UserPage,
  UserParams,
  WholeUser,
} from './schema.ts'

const byAdministrator = 'by an administrator'

/** People, for administrators. */
export const userRoutes = (app: PeopleParts): Route[] => [
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
    method: 'post',
    path: '/admin/users',
    summary: 'Make an account for a person',
    access: { permission: 'users:write:any' },
    signedInWithin: recentSignInSeconds,
    idempotent: true,
    body: NewUser,
    reply: { 201: WholeUser },
    async handle({ caller, body }) {
      const person = await createPerson(app, caller, body)
      const location = `${app.config.issuer}/admin/users/${person.id}`
      return { status: 201, body: person, headers: { location, etag: versionOf(person) } }
    },
  }),

  endpoint({
    method: 'get',
    path: '/admin/users/:id',
    summary: 'Show a person',
    access: { permission: 'users:read:any' },
    params: UserParams,
    reply: { 200: WholeUser },
    async handle({ params }) {
      const person = await findWhole(app.db, params.id, app.clock.now())
      return { status: 200, body: person, headers: { etag: versionOf(person) } }
    },
  }),

  endpoint({
    method: 'patch',
    path: '/admin/users/:id',
    summary: 'Change a person: state, roles, address, what is told of them',
    access: { permission: 'users:write:any' },
    signedInWithin: recentSignInSeconds,
    params: UserParams,
    versioned: true,
    body: ChangeUser,
    reply: { 200: WholeUser },
    async handle({ caller, params, body, ifMatch }) {
      demandMayChange(caller, body)
      const person = await changeUser(app, caller, params.id, body, ifMatch)
      return { status: 200, body: person, headers: { etag: versionOf(person) } }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/admin/users/:id',
    summary: 'Delete a person and what is known about them',
    access: { permission: 'users:delete:any' },
    signedInWithin: recentSignInSeconds,
    params: UserParams,
    query: Removal,
    reply: { 202: z.object({ delete_at: z.date() }), 204: z.undefined() },
    async handle({ caller, params, query: { reason = byAdministrator, grace_days: graceDays } }) {
      const deleteAt = await deleteUser(app, caller, params.id, { reason, graceDays })
      return deleteAt ? { status: 202, body: { delete_at: deleteAt } } : { status: 204 }
    },
  }),

  endpoint({
    method: 'post',
    path: '/admin/users/:id/restore',
    summary: 'Call the deletion of a person off',
    access: { permission: 'users:delete:any' },
    signedInWithin: recentSignInSeconds,
    params: UserParams,
    body: Because,
    reply: { 204: z.undefined() },
    async handle({ caller, params, body }) {
      await restoreUser(app, caller, params.id, body.reason ?? byAdministrator)
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'post',
    path: '/admin/users/:id/password-reset',
    summary: 'Mail a person a link to another password',
    access: { permission: 'users:recover:any' },
    signedInWithin: recentSignInSeconds,
    params: UserParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params }) {
      await sendPasswordReset(app, caller, params.id)
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'get',
    path: '/admin/users/:id/consents',
    summary: 'List what a person lets applications have',
    access: { permission: 'users:read:any' },
    params: UserParams,
    reply: { 200: ConsentList },
    handle: async ({ params }) => ({ status: 200, body: { items: await listConsentsOf(app, params.id) } }),
  }),

  endpoint({
    method: 'delete',
    path: '/admin/users/:id/consents',
    summary: 'Take back what a person lets an application have',
    access: { permission: 'users:write:any' },
    signedInWithin: recentSignInSeconds,
    params: UserParams,
    query: OfClient,
    reply: { 204: z.undefined() },
    async handle({ caller, params, query }) {
      await withdrawConsentOf(app, caller, params.id, query.client_id)
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'get',
    path: '/admin/users/:id/events',
    summary: 'List audit records about or by a person, newest first',
    access: { permission: 'audit:read:any' },
    recordsReading: true,
    params: UserParams,
    query: ListEvents,
    reply: { 200: RecordPage },
    async handle({ caller, params, query: { side, ...asked } }) {
      const { id } = await findPerson(app.db, params.id, app.clock.now())
      const { items, next } = await listRecords(
        app,
        caller,
        side === 'by' ? { actor: id } : { target: id },
        asked,
      )
      return { status: 200, body: { items: items.map(shownRecord), next } }
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
