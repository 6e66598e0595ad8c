import { z } from 'zod'

import type { App, Caller } from '../../platform/app.ts'
import { endpoint, type Route } from '../../platform/http/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { changeOwnCustomFields, ownCustomFields } from './custom-fields/change-custom-fields.ts'
import { changeDetails, findSelf, type Self } from './details/change-details.ts'
import {
  type Details,
  type DetailsChange,
  merge,
  ProfileDetails,
  replace,
  UserDetails,
} from './details/details.ts'
import { type Address, emptyProfile } from './profiles/profile.ts'

const text = z.string().nullable().optional()

/**
 * A person as they see themselves. To another party's client only what its scopes say is shown (OpenID Connect Core 1.0,
 * section 5.4); the rest is left out.
 */
const Me = z.object({
  id: z.uuid(),
  email: text,
  email_verified: z.boolean().optional(),
  username: text,
  name: text,
  locale: text,
  created_at: z.date().optional(),
  updated_at: z.date().optional(),
  role: z.string().optional(),
  status: z.enum(['pending', 'active', 'locked', 'disabled', 'deleted']).optional(),
  session_id: z.string().optional(),
  custom: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .meta({ description: 'Fields that the operator added, as far as the person may see them.' }),
})
type Me = z.infer<typeof Me>

const part = z.string().optional()

/** The standard claims about a person (OpenID Connect Core 1.0, section 5.1), as they see them themselves. */
const MyProfile = z.object({
  name: text,
  given_name: text,
  family_name: text,
  middle_name: text,
  nickname: text,
  preferred_username: text,
  profile: text,
  picture: text,
  website: text,
  gender: text,
  birthdate: text,
  zoneinfo: text,
  locale: text,
  updated_at: z.date().optional(),
  email: text,
  email_verified: z.boolean().optional(),
  phone_number: text,
  phone_number_verified: z.boolean().optional(),
  address: z
    .object({
      formatted: part,
      street_address: part,
      locality: part,
      region: part,
      postal_code: part,
      country: part,
    } satisfies Record<keyof Address, z.ZodType>)
    .nullable()
    .optional(),
})
type MyProfile = z.infer<typeof MyProfile>

type Machinery = Pick<App, 'db' | 'clock'> & WithSettings

const may =
  ({ firstParty, scopes }: Caller) =>
  (scope: string): boolean =>
    firstParty || scopes.has(scope)

async function meShownTo(app: Machinery, caller: Caller, { user }: Self): Promise<Me> {
  const { id, email, username, name, locale, status, createdAt, updatedAt } = user
  const { firstParty, role, sessionId } = caller
  const told = { username, name, locale, created_at: createdAt, updated_at: updatedAt }
  return {
    id,
    ...(may(caller)('email') && { email, email_verified: user.emailVerified }),
    ...(may(caller)('profile') && told),
    ...(firstParty && { role, status, session_id: sessionId, custom: await ownCustomFields(app, id) }),
  }
}

function profileShownTo(_app: Machinery, caller: Caller, { user, profile }: Self): MyProfile {
  const stored = profile ?? { ...emptyProfile, phone_number_verified: false, updatedAt: user.updatedAt }
  const { phone_number, phone_number_verified, address, updatedAt, ...told } = stored
  const { name, username, locale, email, emailVerified } = user
  const updated_at = updatedAt > user.updatedAt ? updatedAt : user.updatedAt
  const scoped = may(caller)
  return {
    ...(scoped('profile') && { name, preferred_username: username, locale, ...told, updated_at }),
    ...(scoped('email') && { email, email_verified: emailVerified }),
    ...(scoped('phone') && { phone_number, phone_number_verified }),
    ...(scoped('address') && { address }),
  }
}

/** Where a person sees and changes themselves: what may be set there, and how it is shown. */
interface Place {
  path: string
  what: string
  change: z.ZodType<DetailsChange> & { shape: object }
  reply: z.ZodType
  show(app: Machinery, caller: Caller, self: Self): unknown
}

const places: readonly Place[] = [
  { path: '/users/me', what: 'account', change: UserDetails, reply: Me, show: meShownTo },
  { path: '/profile/me', what: 'profile', change: ProfileDetails, reply: MyProfile, show: profileShownTo },
]

/** Everybody's tokens may read, within their scopes; only our own clients' carry permissions, and so may write. */
const write = { permission: 'profile:write:own' }

const routesOf = (app: Machinery, { path, what, change, reply, show }: Place): Route[] => {
  const members = Object.keys(change.shape)
  const save = async (caller: Caller, how: (before: Details) => Details) => ({
    status: 200,
    body: await show(app, caller, await changeDetails(app, caller, caller.userId, how)),
  })
  return [
    endpoint({
      method: 'get',
      path,
      summary: `Show my ${what}`,
      access: 'signed-in',
      reply: { 200: reply },
      handle: async ({ caller }) => ({
        status: 200,
        body: await show(app, caller, await findSelf(app.db, caller.userId)),
      }),
    }),

    endpoint({
      method: 'put',
      path,
      summary: `Replace what I may set of my ${what}; what is absent is cleared`,
      access: write,
      body: change,
      reply: { 200: reply },
      handle: ({ caller, body }) => save(caller, (before) => replace(before, body, members)),
    }),

    endpoint({
      method: 'patch',
      path,
      summary: `Change parts of my ${what}; what is absent stays, null clears`,
      access: write,
      body: change,
      reply: { 200: reply },
      handle: ({ caller, body }) => save(caller, (before) => merge(before, body)),
    }),
  ]
}

const CustomChange = z.record(
  z.string().max(40),
  z.union([z.string().max(2_000), z.number(), z.boolean()]).nullable(),
)

export const routes = (app: Machinery): Route[] => [
  ...places.flatMap((place) => routesOf(app, place)),
  endpoint({
    method: 'patch',
    path: '/users/me/custom-fields',
    summary: 'Change what I may set of the fields that the operator added',
    access: write,
    body: CustomChange,
    reply: { 200: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) },
    handle: async ({ caller, body }) => ({
      status: 200,
      body: await changeOwnCustomFields(app, caller, caller.userId, body),
    }),
  }),
]
