import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import { listMergesOf, mergeByAdministrator, undoByAdministrator } from '../../merging/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { findPerson } from '../users/find-users.ts'
import { UserParams } from '../users/schema.ts'
import { Merge, MergeParams, Merges, mergeShown, MergeView, Undoing } from './schema.ts'

/** Accounts that become one, by administrators. */
export const mergeRoutes = (app: Pick<App, 'config' | 'db' | 'clock'> & WithSettings): Route[] => [
  endpoint({
    method: 'post',
    path: '/admin/users/:id/merge',
    summary: 'Merge another account of the same person into this one',
    access: { permission: 'users:merge:any' },
    signedInWithin: recentSignInSeconds,
    params: UserParams,
    body: Merge,
    reply: { 200: MergeView },
    async handle({ caller, params, body }) {
      const now = app.clock.now()
      const { id: survivingUserId } = await findPerson(app.db, params.id, now)
      const { id: mergedUserId } = await findPerson(app.db, body.merged_user_id, now)
      const merge = await mergeByAdministrator(app, caller, { survivingUserId, mergedUserId }, body.reason)
      return { status: 200, body: mergeShown(merge, app.clock.now()) }
    },
  }),

  endpoint({
    method: 'get',
    path: '/admin/users/:id/merges',
    summary: 'List the merges that an account was part of',
    access: { permission: 'users:read:any' },
    params: UserParams,
    reply: { 200: Merges },
    async handle({ params }) {
      const now = app.clock.now()
      const { id } = await findPerson(app.db, params.id, now)
      const found = await listMergesOf(app.db, id)
      return { status: 200, body: { items: found.map((merge) => mergeShown(merge, now)) } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/admin/merges/:id/undo',
    summary: 'Undo the merge of two accounts',
    access: { permission: 'users:merge:any' },
    signedInWithin: recentSignInSeconds,
    params: MergeParams,
    body: Undoing,
    reply: { 200: MergeView },
    async handle({ caller, params, body }) {
      const merge = await undoByAdministrator(app, caller, params.id, body.reason)
      return { status: 200, body: mergeShown(merge, app.clock.now()) }
    },
  }),
]
