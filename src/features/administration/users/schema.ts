import { z } from 'zod'

import { after, limit } from '../../../platform/http/index.ts'
import { mergedAway, wantedDeletion } from '../../accounts/index.ts'

const statuses = ['pending', 'active', 'locked', 'disabled', 'deleted'] as const

/** By what a list of people may be sorted; a minus turns it around. */
export const userSorts = [
  '-created_at',
  'created_at',
  '-updated_at',
  'updated_at',
  'email',
  '-email',
] as const

const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** A built-in one, or one of the operator's own. */
const RoleName = z.string().max(60)

export const ListUsers = z.strictObject({
  q: z.string().trim().min(1).max(100).optional().meta({
    description: 'Beginning of the e-mail address, the user name or the name.',
  }),
  email: z.string().max(320).optional().meta({ description: 'The whole address, in any spelling.' }),
  username: z.string().max(100).optional(),
  status: z.enum(statuses).optional().meta({ description: 'Without it, everybody who is not deleted.' }),
  role: RoleName.optional().meta({ description: 'Who holds this role now, in the whole system.' }),
  created_since: Instant.optional(),
  created_until: Instant.optional(),
  sort: z.enum(userSorts).default('-created_at'),
  limit,
  after,
})
export type ListUsers = z.infer<typeof ListUsers>

/** A person as an administrator sees them. */
export const UserView = z.object({
  id: z.uuid(),
  status: z.enum(statuses),
  status_reason: z.string().nullable(),
  email: z.string().nullable(),
  email_verified: z.boolean(),
  username: z.string().nullable(),
  name: z.string().nullable(),
  locale: z.string().nullable(),
  roles: z.array(z.string()).meta({ description: 'Held now in the whole system; everybody holds user.' }),
  role: z.string().meta({ description: 'The highest of them.' }),
  created_at: z.date(),
  updated_at: z.date(),
})
export type UserView = z.infer<typeof UserView>

export const UserPage = z.object({ items: z.array(UserView), next: z.string().nullable() })

export const UserParams = z.object({ id: z.string().max(100) })

/** Why something is done to somebody. */
export const Reason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((reason) => reason !== wantedDeletion && reason !== mergedAway, {
    message: 'is said by the service itself; say it in other words',
  })
  .meta({ description: 'Why; stands in the audit log.' })

/** Absent: stays. */
export const ChangeUser = z
  .strictObject({
    status: z.enum(['active', 'disabled']).optional(),
    roles: z
      .array(RoleName)
      .max(50)
      .optional()
      .meta({ description: 'All roles the person is to hold in the whole system.' }),
    reason: Reason.optional(),
  })
  .refine(({ status, roles: wanted }) => status !== undefined || wanted !== undefined, {
    message: 'holds neither status nor roles: nothing would change',
  })
export type ChangeUser = z.infer<typeof ChangeUser>

export const Removal = z.strictObject({ reason: Reason.optional() })
