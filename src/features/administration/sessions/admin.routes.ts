import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, openList, type Route } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import { stillAlive } from '../../sessions/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { revokeSession } from './end-sessions.ts'
import * as sessions from './repository.ts'
import { findPerson } from '../users/find-users.ts'
import { ListSessions, ListSessionsOf, SessionPage, SessionParams } from './schema.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

/** Where people are signed in, for administrators. */
export const sessionRoutes = (app: Parts): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/sessions',
    summary: 'List sessions',
    access: { permission: 'sessions:read:any' },
    query: ListSessions,
    reply: { 200: SessionPage },
    async handle({ query: { sort, limit, after, ...filters } }) {
      const list = openList(app, ['GET /admin/sessions', filters, sort], { limit, after })
      const { from, rows } = list
      const found = await sessions.list(app.db, { filters, sort, from, rows, alive: await stillAlive(app) })
      const positionOf = ({ started_at, id }: (typeof found)[number]) => ({
        key: started_at.toISOString(),
        id,
      })
      return { status: 200, body: list.page(found, positionOf, (session) => session) }
    },
  }),

  endpoint({
    method: 'get',
    path: '/admin/users/:id/sessions',
    summary: 'List where a person is signed in',
    access: { permission: 'sessions:read:any' },
    params: SessionParams,
    query: ListSessionsOf,
    reply: { 200: SessionPage },
    async handle({ params, query: { state, limit, after } }) {
      const { id } = await findPerson(app.db, params.id, app.clock.now())
      const list = openList(app, ['GET /admin/users/:id/sessions', id, state], { limit, after })
      const wanted = { filters: { user_id: id, state }, sort: '-started_at', ...list } as const
      const found = await sessions.list(app.db, { ...wanted, alive: await stillAlive(app) })
      const positionOf = ({ started_at, id: key }: (typeof found)[number]) => ({
        key: started_at.toISOString(),
        id: key,
      })
      return { status: 200, body: list.page(found, positionOf, (session) => session) }
    },
  }),

  endpoint({
    method: 'post',
    path: '/admin/sessions/:id/revoke',
    summary: 'End a session',
    access: { permission: 'sessions:revoke:any' },
    signedInWithin: recentSignInSeconds,
    params: SessionParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params }) {
      await revokeSession(app, caller, params.id)
      return { status: 204 }
    },
  }),
]
