import { z } from 'zod'

import { endpoint, insufficient, type Route } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import { approveRequest, denyRequest, listWaitingRequests } from '../../oidc/index.ts'
import type { Parts } from '../parts.ts'

const Request = z.object({
  id: z.uuid(),
  client_id: z.string(),
  client_name: z.string(),
  scopes: z.array(z.string()),
  /** Shown by the application too: both must be the same. */
  binding_message: z.string().nullable(),
  /** Network address of the application that asks. */
  place: z.string(),
  asked_at: z.date(),
  expires_at: z.date(),
})
const Requests = z.object({ items: z.array(Request) })

const Params = z.object({ id: z.uuid() })
const Done = z.undefined()

export const routes = (app: Parts): Route[] => [
  endpoint({
    method: 'get',
    path: '/users/me/authentication-requests',
    summary: 'List what applications ask me for, newest first',
    access: { permission: 'requests:read:own' },
    reply: { 200: Requests },
    async handle({ caller }) {
      const found = await listWaitingRequests(app, caller.userId)
      const items = found.map(({ id, client, scopes, bindingMessage, askedFrom, askedAt, expiresAt }) => ({
        ...{ id, client_id: client.id, client_name: client.name, scopes, binding_message: bindingMessage },
        ...{ place: askedFrom, asked_at: askedAt, expires_at: expiresAt },
      }))
      return { status: 200, body: { items } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/users/me/authentication-requests/:id/approve',
    summary: 'Let an application have what it asks me for',
    access: { permission: 'requests:decide:own' },
    signedInWithin: recentSignInSeconds,
    params: Params,
    reply: { 204: Done },
    async handle({ caller, params }) {
      const { userId, sessionId: session } = caller
      const missing = await approveRequest(app, caller, { id: params.id, userId, session })
      if (missing !== null) throw insufficient({ acr_values: missing })
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'post',
    path: '/users/me/authentication-requests/:id/deny',
    summary: 'Say no to what an application asks me for',
    access: { permission: 'requests:decide:own' },
    params: Params,
    reply: { 204: Done },
    async handle({ caller, params }) {
      await denyRequest(app, caller, { id: params.id, userId: caller.userId })
      return { status: 204 }
    },
  }),
]
