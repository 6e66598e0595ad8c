import { z } from 'zod'

import { after, limit } from '../../../platform/http/index.ts'
import { LanguageTag, mergedAway, oneLine, profileMembers, wantedDeletion } from '../../accounts/index.ts'

const statuses = ['pending', 'active', 'locked', 'disabled', 'deleted'] as const

/** By what a list of people may be sorted; a minus turns it around. */
export const userSorts = [
  '-created_at',
  'created_at',
  '-updated_at',
  'updated_at',
  'email',
  '-email',
  'name',
  '-name',
  '-last_sign_in_at',
  'last_sign_in_at',
] as const

const Flag = z.enum(['true', 'false']).transform((text) => text === 'true')

const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** A built-in one, or one of the operator's own. */
const RoleName = z.string().max(60)

export const ListUsers = z.strictObject({
  q: z.string().trim().min(1).max(100).optional().meta({
    description: 'Beginning of the e-mail address, the user name or the name.',
  }),
  search: z.string().trim().min(1).max(100).optional().meta({
    description:
      'Words that all occur, anywhere, in the e-mail address, user name or name; or part of a telephone number. Fewer than three characters are compared with the beginnings.',
  }),
  email: z.string().max(320).optional().meta({ description: 'The whole address, in any spelling.' }),
  username: z.string().max(100).optional(),
  status: z.enum(statuses).optional().meta({ description: 'Without it, everybody who is not deleted.' }),
  role: RoleName.optional().meta({ description: 'Who holds this role now, in the whole system.' }),
  created_since: Instant.optional(),
  created_until: Instant.optional(),
  last_sign_in_since: Instant.optional(),
  last_sign_in_until: Instant.optional(),
  verified: Flag.optional().meta({ description: 'Whether the e-mail address is known to be theirs.' }),
  second_factor: Flag.optional().meta({ description: 'Whether they have a second factor that works.' }),
  sort: z.enum(userSorts).default('-created_at').meta({
    description: 'By last_sign_in_at, only people who have signed in are listed.',
  }),
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
  last_sign_in_at: z.date().nullable(),
  delete_at: z
    .date()
    .nullable()
    .meta({ description: 'When the account is deleted; until then it can be restored.' }),
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

/** What is told of a person, by the names of OpenID Connect Core 1.0, section 5.1; null clears. */
const details = {
  username: z.string().max(100).nullable(),
  name: oneLine(200).nullable(),
  locale: LanguageTag.nullable(),
  ...profileMembers,
}

const custom = z
  .record(z.string().max(40), z.union([z.string().max(2_000), z.number(), z.boolean()]).nullable())
  .meta({ description: 'Fields of the setting users.custom_fields; null clears one.' })

/** Absent: stays. */
export const ChangeUser = z
  .strictObject({
    status: z.enum(['active', 'disabled']).optional(),
    roles: z
      .array(RoleName)
      .max(50)
      .optional()
      .meta({ description: 'All roles the person is to hold in the whole system.' }),
    email: z.string().max(320).optional().meta({
      description:
        'Another address; the one before is told. Unverified unless email_verified says otherwise.',
    }),
    email_verified: z.literal(true).optional().meta({ description: 'The address is known to be theirs.' }),
    custom: custom.optional(),
    reason: Reason.optional(),
    ...z.object(details).partial().shape,
  })
  .refine((wanted) => Object.values({ ...wanted, reason: undefined }).some((one) => one !== undefined), {
    message: 'holds nothing that would change',
  })
export type ChangeUser = z.infer<typeof ChangeUser>

export const NewUser = z
  .strictObject({
    email: z.string().max(320).optional(),
    email_verified: z.boolean().default(false),
    password: z.string().min(1).max(1024).optional().meta({
      description:
        'Judged as one that the person chose would be. Without it they choose one by mail, or sign in otherwise.',
    }),
    custom: custom.optional(),
    send_invitation: z.boolean().default(false).meta({
      description: 'Mail a link to their first password to the address, which is proven by using it.',
    }),
    ...z.object(details).partial().shape,
  })
  .refine(({ email, username }) => email !== undefined || (username !== undefined && username !== null), {
    message: 'is needed where there is no username',
    path: ['email'],
  })
  .refine(({ email, send_invitation: send }) => !send || email !== undefined, {
    message: 'is needed to mail to',
    path: ['email'],
  })
export type NewUser = z.infer<typeof NewUser>

const text = z.string().nullable()

/** A person with what they and the operator tell of them. */
export const WholeUser = UserView.extend({
  profile: z.object({
    ...Object.fromEntries(Object.keys(profileMembers).map((name) => [name, text.optional()])),
    phone_number_verified: z.boolean(),
    address: z.record(z.string(), z.string()).nullable(),
  }),
  custom: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})
export type WholeUser = z.infer<typeof WholeUser>

export const Removal = z.strictObject({
  reason: Reason.optional(),
  grace_days: z.coerce.number().int().min(0).max(365).default(0).meta({
    description:
      'Days in which the account is disabled and can be restored, before it is deleted. 0: deleted now.',
  }),
})

export const Because = z.strictObject({ reason: Reason.optional() })

export const OfClient = z.strictObject({ client_id: z.string().min(1).max(600) })

export const ConsentList = z.object({
  items: z.array(z.object({ client_id: z.string(), scopes: z.array(z.string()), granted_at: z.date() })),
})

export const ListEvents = z.strictObject({
  side: z
    .enum(['about', 'by'])
    .default('about')
    .meta({ description: 'What was done to their account, or by them.' }),
  limit,
  after,
})
