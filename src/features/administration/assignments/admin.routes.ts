import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import {
  assignmentsOf,
  authorizationErrors,
  decideFor,
  type Principal,
  recentSignInSeconds,
  type Target,
} from '../../authorization/index.ts'
import { type Assigned, givePermission, giveRole, takePermission, takeRole } from './assign.ts'
import { demandHolder } from './holders.ts'
import {
  Answer,
  AssignmentList,
  assignmentShown,
  AssignmentView,
  decisionShown,
  GivenPermission,
  GivenRole,
  HeldPermissionParams,
  HeldRoleParams,
  HolderParams,
  Question,
  Taken,
  TakenPermission,
} from './schema.ts'

const reading = { access: { permission: 'roles:read:any' } } as const
const writing = { access: { permission: 'roles:assign:any' }, signedInWithin: recentSignInSeconds } as const

type Machinery = Pick<App, 'db' | 'clock'>

/** Who holds which right, people and service accounts alike. */
export const assignmentRoutes = (app: Machinery): Route[] => [
  ...routesOf(app, { type: 'user', path: '/admin/users', who: 'person' }),
  ...routesOf(app, { type: 'client', path: '/admin/clients', who: 'service account' }),
]

interface Kind {
  type: Principal['type']
  path: string
  who: string
}

function routesOf(app: Machinery, { type, path, who }: Kind): Route[] {
  const replyOf = ({ changed, assignment }: Assigned) => {
    if (!assignment) throw authorizationErrors.assignment_not_found() // the role that everybody has
    return { status: changed ? 201 : 200, body: assignmentShown(assignment, app.clock.now()) }
  }
  return [
    endpoint({
      method: 'get',
      path: `${path}/:id/roles`,
      summary: `List roles and permissions of a ${who}, now or later`,
      ...reading,
      params: HolderParams,
      reply: { 200: AssignmentList },
      async handle({ params: { id } }) {
        const now = app.clock.now()
        await demandHolder(app.db, now, { type, id })
        const found = await assignmentsOf(app, { type, id })
        return { status: 200, body: { items: found.map((one) => assignmentShown(one, now)) } }
      },
    }),

    endpoint({
      method: 'post',
      path: `${path}/:id/roles`,
      summary: `Give a role to a ${who}`,
      ...writing,
      idempotent: true,
      params: HolderParams,
      body: GivenRole,
      reply: { 200: AssignmentView, 201: AssignmentView },
      async handle({ caller, params: { id }, body: { role, reason, ...window } }) {
        const given = { role, reason, ...windowOf(window), principal: { type, id } }
        return replyOf(await giveRole(app, caller, given))
      },
    }),

    endpoint({
      method: 'delete',
      path: `${path}/:id/roles/:role`,
      summary: `Take a role from a ${who}`,
      ...writing,
      params: HeldRoleParams,
      query: Taken,
      reply: { 204: z.undefined() },
      async handle({ caller, params: { id, role }, query: { reason } }) {
        await takeRole(app, caller, { principal: { type, id }, role, reason })
        return { status: 204 }
      },
    }),

    endpoint({
      method: 'post',
      path: `${path}/:id/permissions`,
      summary: `Give one permission to a ${who}, or deny it`,
      ...writing,
      idempotent: true,
      params: HolderParams,
      body: GivenPermission,
      reply: { 200: AssignmentView, 201: AssignmentView },
      async handle({ caller, params: { id }, body: { permission, effect, reason, ...window } }) {
        const given = { permission, effect, reason, ...windowOf(window), principal: { type, id } }
        return replyOf(await givePermission(app, caller, given))
      },
    }),

    endpoint({
      method: 'delete',
      path: `${path}/:id/permissions/:permission`,
      summary: `Take one permission from a ${who}, or lift its denial`,
      ...writing,
      params: HeldPermissionParams,
      query: TakenPermission,
      reply: { 204: z.undefined() },
      async handle({ caller, params: { id, permission }, query }) {
        await takePermission(app, caller, { principal: { type, id }, permission, ...query })
        return { status: 204 }
      },
    }),

    endpoint({
      method: 'get',
      path: `${path}/:id/access`,
      summary: `Say whether a ${who} may do something, and why`,
      ...reading,
      params: HolderParams,
      query: Question,
      reply: { 200: Answer },
      async handle({ params: { id }, query }) {
        await demandHolder(app.db, app.clock.now(), { type, id })
        const decision = await decideFor(app, { type, id }, query.permission, targetOf(query))
        return { status: 200, body: decisionShown(query.permission, decision) }
      },
    }),
  ]
}

const windowOf = ({ starts_at: startsAt, ends_at: endsAt }: Pick<GivenRole, 'starts_at' | 'ends_at'>) => ({
  startsAt,
  endsAt,
})

function targetOf({
  organization_id: organization,
  client_id: client,
}: z.infer<typeof Question>): Target | undefined {
  if (organization !== undefined) return { scopeType: 'organization', scopeId: organization }
  return client === undefined ? undefined : { scopeType: 'client', scopeId: client }
}
