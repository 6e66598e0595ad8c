import { z } from 'zod'

import type { AssignmentRecord, Decision } from '../../authorization/index.ts'
import { Reason } from '../users/schema.ts'

const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

const window = {
  starts_at: Instant.optional().meta({ description: 'Absent: now.' }),
  ends_at: Instant.optional().meta({ description: 'Absent: until it is taken away.' }),
}

export const HolderParams = z.object({ id: z.string().min(1).max(500) })
export const HeldRoleParams = HolderParams.extend({ role: z.string().max(60) })
export const HeldPermissionParams = HolderParams.extend({ permission: z.string().max(100) })

export const GivenRole = z.strictObject({ role: z.string().max(60), reason: Reason.optional(), ...window })
export type GivenRole = z.infer<typeof GivenRole>

const Effect = z.enum(['allow', 'deny']).meta({ description: 'deny beats every grant.' })

export const GivenPermission = z.strictObject({
  permission: z.string().max(100),
  effect: Effect,
  reason: Reason.optional(),
  ...window,
})
export type GivenPermission = z.infer<typeof GivenPermission>

/** In the query, as of everything that is deleted. */
export const Taken = z.strictObject({ reason: Reason.optional() })
export const TakenPermission = z.strictObject({ effect: Effect, reason: Reason.optional() })

export const AssignmentView = z.object({
  id: z.uuid(),
  role: z.string().nullable(),
  permission: z.string().nullable(),
  effect: z.enum(['allow', 'deny']),
  scope: z.object({ type: z.enum(['system', 'organization', 'client']), id: z.string().nullable() }),
  source: z.string().meta({ description: 'By what way it came; direct: somebody gave it.' }),
  starts_at: z.date(),
  ends_at: z.date().nullable(),
  in_force: z.boolean(),
  granted_by: z.string(),
  reason: z.string().nullable(),
  created_at: z.date(),
})
export type AssignmentView = z.infer<typeof AssignmentView>

export const AssignmentList = z.object({ items: z.array(AssignmentView) })

export const assignmentShown = (one: AssignmentRecord, now: Date): AssignmentView => ({
  ...{ id: one.id, role: one.role, permission: one.permission, effect: one.effect },
  scope: { type: one.scopeType, id: one.scopeId },
  ...{ source: one.source, starts_at: one.startsAt, ends_at: one.endsAt },
  in_force: one.startsAt <= now && (one.endsAt === null || one.endsAt > now),
  ...{ granted_by: one.grantedBy, reason: one.reason, created_at: one.createdAt },
})

export const Question = z
  .strictObject({
    permission: z.string().min(1).max(100),
    organization_id: z.string().max(100).optional(),
    client_id: z.string().max(500).optional(),
  })
  .refine(({ organization_id: organization, client_id: client }) => !(organization && client), {
    message: 'names an organization and a client: ask about one',
  })

export const Answer = z.object({
  permission: z.string(),
  allowed: z.boolean(),
  reason: z.enum(['granted', 'implied', 'denied', 'not_granted', 'unknown_permission']),
  because: z
    .object({
      via: z.string().meta({ description: 'The role, or the permission itself.' }),
      source: z.string().nullable().meta({ description: 'Null: everybody has it.' }),
      assignment_id: z.uuid().nullable(),
    })
    .nullable()
    .meta({ description: 'The assignment that decided; null where none speaks.' }),
})

export function decisionShown(
  permission: string,
  { allowed, reason, because }: Decision,
): z.infer<typeof Answer> {
  if (because === null) return { permission, allowed, reason, because: null }
  const told =
    'role' in because
      ? { via: because.role, source: null, assignment_id: null }
      : { via: because.via, source: because.source, assignment_id: because.assignmentId }
  return { permission, allowed, reason, because: told }
}
