import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import { signingAlgorithms } from '../../platform/crypto/index.ts'
import { endpoint, recentSignInSeconds, type Route } from '../../platform/http/index.ts'
import { keyStates } from './life-cycle.ts'
import { type KeyListing, listKeys } from './list-keys.ts'
import { revokeKey } from './revoke-key.ts'
import { rotateKeys } from './rotate-keys.ts'

type Machinery = Pick<App, 'db' | 'config' | 'clock'>

const path = '/admin/keys'
const Algorithm = z.enum(signingAlgorithms)

const KeyView = z.object({
  kid: z.string(),
  algorithm: Algorithm,
  state: z.enum([...keyStates, 'removed']),
  age_seconds: z.number().int(),
  active_seconds: z.number().int().nullable().meta({ description: 'How long it has signed; null: never.' }),
  ripe_in_seconds: z
    .number()
    .int()
    .nullable()
    .meta({ description: 'Until a published key may sign; null for all others.' }),
  created_at: z.date(),
  published_at: z.date().nullable(),
  activated_at: z.date().nullable(),
  retired_at: z.date().nullable(),
  revoked_at: z.date().nullable(),
  removed_at: z.date().nullable(),
})

const Rotated = z.object({
  rotated: z.array(z.object({ algorithm: Algorithm, kid: z.string(), retired: z.string() })),
})

/** The keys that tokens are signed with. */
export const adminRoutes = (app: Machinery): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'List signing keys with their states and ages, the oldest first',
    access: { permission: 'keys:read:any' },
    reply: { 200: z.object({ items: z.array(KeyView) }) },
    async handle() {
      const now = app.clock.now()
      return { status: 200, body: { items: (await listKeys(app)).map((key) => viewOf(key, now)) } }
    },
  }),

  endpoint({
    method: 'post',
    path: `${path}/rotate`,
    summary: 'Let the published keys sign and publish the next',
    access: { permission: 'keys:rotate:any' },
    signedInWithin: recentSignInSeconds,
    idempotent: true,
    body: z.strictObject({ algorithm: Algorithm.optional() }),
    reply: { 200: Rotated },
    handle: async ({ caller, body }) => ({
      status: 200,
      body: { rotated: await rotateKeys(app, caller, body) },
    }),
  }),

  endpoint({
    method: 'post',
    path: `${path}/:kid/revoke`,
    summary: 'Refuse everything a leaked key has signed, at once',
    access: { permission: 'keys:revoke:any' },
    signedInWithin: recentSignInSeconds,
    params: z.object({ kid: z.string().max(200) }),
    body: z.strictObject({
      reason: z.string().trim().min(3).max(300).meta({ description: 'Stands in the audit log.' }),
    }),
    reply: { 200: z.object({ kid: z.string(), successor: z.string().nullable() }) },
    handle: async ({ caller, params, body }) => ({
      status: 200,
      body: await revokeKey(app, caller, params.kid, { emergency: true, reason: body.reason }),
    }),
  }),
]

const secondsSince = (at: Date, now: Date): number => Math.floor((now.getTime() - at.getTime()) / 1000)

const viewOf = (key: KeyListing, now: Date) => ({
  kid: key.kid,
  algorithm: key.algorithm,
  state: key.removedAt ? 'removed' : key.state,
  age_seconds: secondsSince(key.createdAt, now),
  active_seconds: key.activatedAt && secondsSince(key.activatedAt, key.retiredAt ?? key.revokedAt ?? now),
  ripe_in_seconds: key.ripeInSeconds,
  created_at: key.createdAt,
  published_at: key.publishedAt,
  activated_at: key.activatedAt,
  retired_at: key.retiredAt,
  revoked_at: key.revokedAt,
  removed_at: key.removedAt,
})
