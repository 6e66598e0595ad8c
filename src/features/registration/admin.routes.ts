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
import { RegistrationPolicy } from '../settings/index.ts'
import { errors } from './errors.ts'
import { createInitialToken, revokeInitialToken } from './initial-tokens.ts'
import * as registrations from './repository.ts'
import { tokenStates, viewOf } from './token-view.ts'

const path = '/admin/registration-tokens'
const writing = { access: { permission: 'clients:write:any' }, signedInWithin: recentSignInSeconds } as const

const NewToken = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  uses: z.number().int().min(1).max(1_000_000).default(1),
  lifetime_seconds: z
    .number()
    .int()
    .min(60)
    .max(365 * 86_400)
    .default(7 * 86_400),
  policy: RegistrationPolicy.optional().meta({ description: 'Absent: the setting registration.policy.' }),
})

const TokenView = z.object({
  id: z.uuid(),
  name: z.string().nullable(),
  state: z.enum(tokenStates),
  uses: z.number().int(),
  uses_left: z.number().int(),
  policy: z.record(z.string(), z.unknown()).nullable(),
  created_at: z.date(),
  expires_at: z.date(),
})

const Created = z.object({
  id: z.uuid(),
  token: z.string().meta({ description: 'The initial access token; shown this once.' }),
  expires_at: z.date(),
})

/** Rights of applications to register themselves (RFC 7591, section 3), for administrators. */
export const adminRoutes = (app: Pick<App, 'config' | 'db' | 'clock'>): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'List initial access tokens, the newest first',
    access: { permission: 'clients:read:any' },
    query: z.strictObject({ limit, after }),
    reply: { 200: z.object({ items: z.array(TokenView), next: z.string().nullable() }) },
    async handle({ query }) {
      const list = openList(app, [`GET ${path}`], query)
      const now = app.clock.now()
      const found = await registrations.listTokens(app.db, { from: list.from, limit: list.rows })
      const positionOf = (token: registrations.InitialToken) => ({
        key: token.createdAt.toISOString(),
        id: token.id,
      })
      return { status: 200, body: list.page(found, positionOf, (token) => viewOf(token, now)) }
    },
  }),

  endpoint({
    method: 'post',
    path,
    summary: 'Make a right of applications to register themselves',
    ...writing,
    idempotent: true,
    body: NewToken,
    reply: { 201: Created },
    async handle({ caller, body }) {
      const { id, token, expiresAt } = await createInitialToken(app, caller, {
        name: body.name ?? null,
        uses: body.uses,
        lifetimeSeconds: body.lifetime_seconds,
        policy: body.policy ?? null,
      })
      return { status: 201, body: { id, token, expires_at: expiresAt } }
    },
  }),

  endpoint({
    method: 'delete',
    path: `${path}/:id`,
    summary: 'Take an initial access token back; what was registered by it stays',
    ...writing,
    params: z.object({ id: z.uuid() }),
    reply: { 204: z.undefined() },
    async handle({ caller, params }) {
      if (!(await revokeInitialToken(app, caller, params.id))) throw errors.registration_token_not_found()
      return { status: 204 }
    },
  }),
]
