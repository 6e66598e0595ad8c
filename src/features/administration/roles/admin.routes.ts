import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { after, demandMatch, endpoint, etagOf, limit, type Route } from '../../../platform/http/index.ts'
import { changeRole, createRole, deleteRole, recentSignInSeconds } from '../../authorization/index.ts'
import { allPermissions, allRoles, findRole, ownRoleShown } from './find-roles.ts'
import { listHolders } from './list-holders.ts'
import {
  ChangeRole,
  HolderPage,
  NewRole,
  PermissionList,
  RoleList,
  RoleParams,
  RoleRemoval,
  RoleView,
} from './schema.ts'

const path = '/admin/roles'
const reading = { access: { permission: 'roles:read:any' } } as const
const writing = { access: { permission: 'roles:write:any' }, signedInWithin: recentSignInSeconds } as const

/** What roles there are, and the operator's own. */
export const roleRoutes = (app: Pick<App, 'config' | 'db' | 'clock'>): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/permissions',
    summary: 'List every permission there is',
    ...reading,
    reply: { 200: PermissionList },
    handle: () => Promise.resolve({ status: 200, body: { items: allPermissions() } }),
  }),

  endpoint({
    method: 'get',
    path,
    summary: 'List roles, the built-in ones first',
    ...reading,
    reply: { 200: RoleList },
    handle: async () => ({ status: 200, body: { items: await allRoles(app.db) } }),
  }),

  endpoint({
    method: 'post',
    path,
    summary: 'Make a role of your own',
    ...writing,
    idempotent: true,
    body: NewRole,
    reply: { 201: RoleView },
    handle: async ({ caller, body }) => ({
      status: 201,
      body: ownRoleShown(await createRole(app, caller, body)),
    }),
  }),

  endpoint({
    method: 'get',
    path: `${path}/:name`,
    summary: 'Show a role',
    ...reading,
    versioned: true,
    params: RoleParams,
    reply: { 200: RoleView },
    async handle({ params }) {
      const role = await findRole(app.db, params.name)
      return { status: 200, body: role, headers: { etag: etagOf(role) } }
    },
  }),

  endpoint({
    method: 'get',
    path: `${path}/:name/holders`,
    summary: 'List who holds a role, the newest first',
    ...reading,
    params: RoleParams,
    query: z.strictObject({ limit, after }),
    reply: { 200: HolderPage },
    handle: async ({ params, query }) => ({ status: 200, body: await listHolders(app, params.name, query) }),
  }),

  endpoint({
    method: 'patch',
    path: `${path}/:name`,
    summary: 'Change a role of your own',
    ...writing,
    versioned: true,
    params: RoleParams,
    body: ChangeRole,
    reply: { 200: RoleView },
    async handle({ caller, params, body, ifMatch }) {
      const changed = await changeRole(app, caller, params.name, body, (before) => {
        demandMatch(ifMatch, etagOf(ownRoleShown(before)))
      })
      const role = ownRoleShown(changed)
      return { status: 200, body: role, headers: { etag: etagOf(role) } }
    },
  }),

  endpoint({
    method: 'delete',
    path: `${path}/:name`,
    summary: 'Delete a role of your own',
    ...writing,
    params: RoleParams,
    query: RoleRemoval,
    reply: { 204: z.undefined() },
    async handle({ caller, params, query: { take_away: takeAway, reason } }) {
      await deleteRole(app, caller, params.name, { takeAway: takeAway === 'true', reason })
      return { status: 204 }
    },
  }),
]
