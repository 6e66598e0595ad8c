import { z } from 'zod'

import { permissions } from '../../authorization/index.ts'
import { AssignmentView } from '../assignments/schema.ts'
import { Reason } from '../users/schema.ts'

const Description = z.string().trim().min(1).max(500).meta({ description: 'What the role is for.' })

const Permissions = z
  .array(z.string().max(100))
  .min(1)
  .max(permissions.length)
  .meta({ description: 'As listed at /admin/permissions; all of them held by whoever says it.' })

export const NewRole = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{1,59}$/, 'must be 2 to 60 of a-z, 0-9, _ and -, a letter first')
    .meta({ description: 'Never changes.' }),
  description: Description,
  permissions: Permissions,
})

/** Absent: stays. The list is replaced as a whole. */
export const ChangeRole = z
  .strictObject({ description: Description.optional(), permissions: Permissions.optional() })
  .refine(({ description, permissions: wanted }) => description !== undefined || wanted !== undefined, {
    message: 'holds neither description nor permissions: nothing would change',
  })

export const RoleParams = z.object({ name: z.string().max(60) })

export const RoleRemoval = z.strictObject({
  take_away: z.enum(['true', 'false']).default('false').meta({
    description: 'true: it is taken from everybody who holds it; else one that is held is refused.',
  }),
  reason: Reason.optional(),
})

export const RoleView = z.object({
  name: z.string(),
  description: z.string(),
  permissions: z.array(z.string()),
  built_in: z.boolean(),
  created_at: z.date().nullable(),
  updated_at: z.date().nullable(),
})
export type RoleView = z.infer<typeof RoleView>

export const RoleList = z.object({ items: z.array(RoleView) })

export const PermissionList = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      built_in_roles: z.array(z.string()).meta({ description: 'Which of them include it.' }),
    }),
  ),
})
export type PermissionList = z.infer<typeof PermissionList>

export const HolderPage = z.object({
  items: z.array(
    AssignmentView.extend({ holder: z.object({ type: z.enum(['user', 'client']), id: z.string() }) }),
  ),
  next: z.string().nullable(),
})
export type HolderPage = z.infer<typeof HolderPage>
