import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import {
  after,
  endpoint,
  limit,
  openList,
  recentSignInSeconds,
  type Route,
} from '../../platform/http/index.ts'
import { createInvitation, sendInvitation } from './create-invitation.ts'
import { errors } from './errors.ts'
import * as invitations from './repository.ts'
import { invitationStates, type ListedInvitation } from './repository.ts'
import { withdrawInvitation } from './withdraw-invitation.ts'

const day = 24 * 3600

const Wanted = z.object({
  email: z.string().max(320).nullable().default(null),
  /** Mail it to the address; then nobody else gets the link. */
  send: z.boolean().default(false),
  days: z.number().int().min(1).max(90).default(7),
  language: z
    .string()
    .max(35)
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag like en or pt-BR')
    .optional(),
})

const Made = z.object({ id: z.uuid(), url: z.string().nullable(), expires_at: z.date() })

const Invitation = z.object({
  id: z.uuid(),
  email: z.string().nullable(),
  state: z.enum(invitationStates),
  created_at: z.date(),
  created_by: z.string(),
  sent_at: z.date().nullable(),
  expires_at: z.date(),
  accepted_at: z.date().nullable(),
  accepted_by: z.string().nullable(),
})

const Invitations = z.object({ items: z.array(Invitation), next: z.string().nullable() })

const path = '/admin/invitations'

export const routes = (app: Pick<App, 'config' | 'db' | 'clock'>): Route[] => [
  endpoint({
    method: 'post',
    path,
    summary: 'Invite somebody, by a link or by mail',
    access: { permission: 'users:write:any' },
    signedInWithin: recentSignInSeconds,
    body: Wanted,
    reply: { 201: Made },
    async handle({ by, body: { email, send, days, language } }) {
      const lifetimeSeconds = days * day
      if (!send) {
        const { id, url, expiresAt } = await createInvitation(app, by, { email, lifetimeSeconds })
        return { status: 201, body: { id, url, expires_at: expiresAt } }
      }
      if (email === null) throw errors.invitation_email_invalid({ detail: 'A mail needs an address.' })
      const { id, expiresAt } = await sendInvitation(app, by, { email, lifetimeSeconds, language })
      return { status: 201, body: { id, url: null, expires_at: expiresAt } }
    },
  }),

  endpoint({
    method: 'get',
    path,
    summary: 'List invitations, the newest first',
    access: { permission: 'users:read:any' },
    query: z.object({ limit, after, state: z.enum(invitationStates).optional() }),
    reply: { 200: Invitations },
    async handle({ query }) {
      const { state } = query
      const list = openList(app, ['GET /admin/invitations', { state: state ?? null }], query)
      const { from, rows } = list
      const found = await invitations.list(app.db, { now: app.clock.now(), state, from, rows })
      return { status: 200, body: list.page(found, positionOf, toView) }
    },
  }),

  endpoint({
    method: 'delete',
    path: `${path}/:id`,
    summary: 'Take an invitation back',
    access: { permission: 'users:write:any' },
    params: z.object({ id: z.uuid() }),
    reply: { 204: z.undefined() },
    async handle({ by, params }) {
      await withdrawInvitation(app, by, params.id)
      return { status: 204 }
    },
  }),
]

const positionOf = ({ createdAt, id }: ListedInvitation) => ({ key: createdAt.toISOString(), id })

const toView = (one: ListedInvitation): z.infer<typeof Invitation> => ({
  id: one.id,
  email: one.email,
  state: one.state,
  created_at: one.createdAt,
  created_by: one.createdBy,
  sent_at: one.mailedAt,
  expires_at: one.expiresAt,
  accepted_at: one.acceptedAt,
  accepted_by: one.acceptedBy,
})
