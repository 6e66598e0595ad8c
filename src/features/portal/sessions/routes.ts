import { z } from 'zod'

import { browserOf } from '../../../lib/browser.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import { type DeviceRecord, listDevicesOf } from '../../devices/index.ts'
import type { Parts } from '../parts.ts'
import { endOwnSession, endOwnSessions } from './end-own-session.ts'
import { forgetOwnDevice } from './forget-own-device.ts'
import { listOwnSessions, type OwnSession } from './list-sessions.ts'

const Session = z.object({
  id: z.string(),
  browser: z.string().nullable(),
  system: z.string().nullable(),
  user_agent: z.string(),
  /** The network address it began at. */
  place: z.string(),
  /** The one it was used at last. */
  last_place: z.string(),
  started_at: z.date(),
  authenticated_at: z.date(),
  last_used_at: z.date(),
  device_id: z.string().nullable(),
  /** Signed out of, but an application still holds offline access from it. */
  signed_out: z.boolean(),
  /** The one of this access token. */
  current: z.boolean(),
  clients: z.array(z.object({ client_id: z.string(), name: z.string().nullable(), offline: z.boolean() })),
})
const Sessions = z.object({ items: z.array(Session) })

const Device = z.object({
  id: z.uuid(),
  browser: z.string().nullable(),
  system: z.string().nullable(),
  user_agent: z.string(),
  place: z.string(),
  first_seen_at: z.date(),
  last_seen_at: z.date(),
})
const Devices = z.object({ items: z.array(Device) })

const SessionParams = z.object({ id: z.string().min(1).max(200) })
const DeviceParams = z.object({ id: z.uuid() })
const Ending = z.object({ include_current: z.enum(['true', 'false']).default('false') })

const Done = z.undefined()
const recently = { signedInWithin: recentSignInSeconds }

export const routes = (app: Parts): Route[] => [
  endpoint({
    method: 'get',
    path: '/users/me/sessions',
    summary: 'List where I am signed in, the session used last first',
    access: { permission: 'sessions:read:own' },
    reply: { 200: Sessions },
    async handle({ caller }) {
      const sessions = await listOwnSessions(app, caller.userId, { sid: caller.sessionId })
      return { status: 200, body: { items: sessions.map(sessionShown) } }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/users/me/sessions',
    summary: 'Sign out everywhere else, or everywhere',
    access: { permission: 'sessions:revoke:own' },
    ...recently,
    query: Ending,
    reply: { 204: Done },
    async handle({ caller, query }) {
      const { userId, sessionId: sid } = caller
      await endOwnSessions(app, caller, { userId, keep: query.include_current === 'true' ? null : { sid } })
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/users/me/sessions/:id',
    summary: 'Sign out one of my sessions',
    access: { permission: 'sessions:revoke:own' },
    ...recently,
    params: SessionParams,
    reply: { 204: Done },
    async handle({ caller, params }) {
      await endOwnSession(app, caller, { userId: caller.userId, id: params.id })
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'get',
    path: '/users/me/devices',
    summary: 'List the devices I signed in on, the one seen last first',
    access: { permission: 'sessions:read:own' },
    reply: { 200: Devices },
    async handle({ caller }) {
      const devices = await listDevicesOf(app.db, caller.userId)
      return { status: 200, body: { items: devices.map(deviceShown) } }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/users/me/devices/:id',
    summary: 'Forget one of my devices',
    access: { permission: 'sessions:revoke:own' },
    ...recently,
    params: DeviceParams,
    reply: { 204: Done },
    async handle({ caller, params }) {
      await forgetOwnDevice(app, caller, { userId: caller.userId, id: params.id })
      return { status: 204 }
    },
  }),
]

const sessionShown = (session: OwnSession) => ({
  id: session.id,
  browser: session.browser,
  system: session.system,
  user_agent: session.userAgent,
  place: session.ip,
  last_place: session.lastIp,
  started_at: session.startedAt,
  authenticated_at: session.authenticatedAt,
  last_used_at: session.lastUsedAt,
  device_id: session.deviceId,
  signed_out: session.signedOut,
  current: session.current,
  clients: session.clients.map(({ clientId, ...client }) => ({ client_id: clientId, ...client })),
})

const deviceShown = ({ id, ip, userAgent, firstSeenAt, lastSeenAt }: DeviceRecord) => ({
  id,
  user_agent: userAgent,
  place: ip,
  first_seen_at: firstSeenAt,
  last_seen_at: lastSeenAt,
  ...browserOf(userAgent),
})
