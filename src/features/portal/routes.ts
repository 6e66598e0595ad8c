import { z } from 'zod'

import { endpoint, type Route } from '../../platform/http/index.ts'
import { recentSignInSeconds } from '../authorization/index.ts'
import { disconnectApp } from './consents/disconnect-app.ts'
import { listApps } from './consents/list-apps.ts'
import { confirmPassword } from './deletion/confirm-password.ts'
import { deleteOwnAccount } from './deletion/request-deletion.ts'
import { requestEmailChange } from './email/request-email-change.ts'
import { disownSignIn } from './events/disown-sign-in.ts'
import { listOwnEvents, type OwnEvent } from './events/list-own-events.ts'
import { exportData } from './export/export-data.ts'
import { resetRoutes } from './factors/reset.routes.ts'
import { routes as factorRoutes } from './factors/routes.ts'
import { routes as identityRoutes } from './identities/routes.ts'
import { routes as mergeRoutes } from './merging/routes.ts'
import type { Parts } from './parts.ts'
import { routes as passkeyRoutes } from './passkeys/routes.ts'
import {
  Apps,
  ClientParams,
  Deleted,
  Deletion,
  Disowned,
  EmailAsked,
  EmailWanted,
  EventParams,
  Events,
  ListEvents,
  PersonalData,
} from './schema.ts'
import { routes as requestRoutes } from './requests/routes.ts'
import { routes as sessionRoutes } from './sessions/routes.ts'

/**
 * What a person does with their account through one of our own applications. Every operation wants a permission, which a
 * token of anybody else's application never carries.
 */
export const routes = (app: Parts): Route[] => [
  ...sessionRoutes(app),
  ...passkeyRoutes(app),
  ...resetRoutes(app), // before those of one factor, by its id
  ...factorRoutes(app),
  ...identityRoutes(app),
  ...mergeRoutes(app),
  ...requestRoutes(app),

  endpoint({
    method: 'put',
    path: '/users/me/email',
    summary: 'Ask for another e-mail address, which a link sent there confirms',
    access: { permission: 'credentials:write:own' },
    signedInWithin: recentSignInSeconds,
    body: EmailWanted,
    reply: { 202: EmailAsked },
    async handle({ caller, body }) {
      const { email, expiresAt } = await requestEmailChange(app, caller, caller.userId, body.email)
      return { status: 202, body: { email, expires_at: expiresAt } }
    },
  }),

  endpoint({
    method: 'get',
    path: '/users/me/consents',
    summary: 'List the applications I let have something',
    access: { permission: 'consents:read:own' },
    reply: { 200: Apps },
    async handle({ caller }) {
      const found = await listApps(app, caller.userId)
      const items = found.map(({ clientId, name, logoUri, clientUri, scopes, since }) => ({
        client_id: clientId,
        client_name: name,
        logo_uri: logoUri,
        client_uri: clientUri,
        scopes,
        since,
      }))
      return { status: 200, body: { items } }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/users/me/consents/:client_id',
    summary: 'Take back what I let an application have',
    access: { permission: 'consents:revoke:own' },
    params: ClientParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params }) {
      await disconnectApp(app, caller, { userId: caller.userId, clientId: params.client_id })
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'get',
    path: '/users/me/events',
    summary: 'List what happened in my account lately, newest first',
    access: { permission: 'events:read:own' },
    query: ListEvents,
    reply: { 200: Events },
    async handle({ caller, query }) {
      const { items, next } = await listOwnEvents(app, caller.userId, query)
      return { status: 200, body: { items: items.map(eventShown), next } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/users/me/events/:id/disown',
    summary: 'Say that a sign-in was not me: end it and mail a link to a new password',
    access: { permission: 'sessions:revoke:own' },
    signedInWithin: recentSignInSeconds,
    params: EventParams,
    reply: { 200: Disowned },
    async handle({ caller, params }) {
      const { userId, sessionId: sid } = caller
      const { resetSent } = await disownSignIn(app, caller, { userId, id: params.id, keep: { sid } })
      return { status: 200, body: { reset_sent: resetSent } }
    },
  }),

  endpoint({
    method: 'get',
    path: '/users/me/export',
    summary: 'Download everything that is kept about me',
    access: { permission: 'account:export:own' },
    signedInWithin: recentSignInSeconds,
    reply: { 200: PersonalData },
    async handle({ caller }) {
      const { fileName, document } = await exportData(app, caller, caller.userId)
      const headers = { 'content-disposition': `attachment; filename="${fileName}"` }
      return { status: 200, body: document, headers }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/users/me',
    summary: 'Delete my account, after the days in which I can undo it',
    access: { permission: 'account:delete:own' },
    signedInWithin: recentSignInSeconds,
    body: Deletion,
    reply: { 202: Deleted },
    async handle({ caller, body }) {
      if (body.password !== undefined) await confirmPassword(app, caller, caller.userId, body.password)
      const deleteAt = await deleteOwnAccount(app, caller, caller.userId)
      return {
        status: 202,
        body: { status: deleteAt === null ? 'deleted' : 'pending', delete_at: deleteAt },
      }
    },
  }),
]

const eventShown = ({ id, at, action, outcome, byYou, clientId, ip, userAgent, signIn }: OwnEvent) => ({
  id,
  at,
  action,
  outcome,
  by_you: byYou,
  client_id: clientId,
  place: ip,
  user_agent: userAgent,
  sign_in: signIn && { reasons: signIn.reasons, disowned: signIn.disowned },
})
