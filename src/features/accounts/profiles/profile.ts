import { z } from 'zod'

const text = (longest: number) => z.string().max(longest).nullable().default(null)
const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2000)
  .nullable()
  .default(null)

/** OpenID Connect Core 1.0, section 5.1.1. */
const Address = z.object({
  formatted: z.string().max(500).optional(),
  street_address: z.string().max(300).optional(),
  locality: z.string().max(100).optional(),
  region: z.string().max(100).optional(),
  postal_code: z.string().max(30).optional(),
  country: z.string().max(100).optional(),
})

/**
 * What a person tells about themselves, by the names of OpenID Connect Core 1.0, section 5.1. Whether a telephone number
 * was verified, and when the row changed, nobody can say about themselves: those are no part of it.
 */
export const Profile = z.object({
  given_name: text(100),
  family_name: text(100),
  middle_name: text(100),
  nickname: text(100),
  profile: webAddress,
  picture: webAddress,
  website: webAddress,
  gender: text(50),
  birthdate: z
    .string()
    .regex(
      /^\d{4}(-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$/,
      'must look like 1990-12-31, 1990 or 0000-12-31',
    )
    .nullable()
    .default(null),
  zoneinfo: z
    .string()
    .max(50)
    .refine(isTimeZone, 'must be a time zone like Europe/Paris')
    .nullable()
    .default(null),
  phone_number: z
    .string()
    .regex(/^\+[1-9]\d{5,14}$/, 'must begin with + and the country, digits only (E.164)')
    .nullable()
    .default(null),
  address: Address.nullable().default(null),
})
export type Profile = z.infer<typeof Profile>

export type StoredProfile = Profile & { phone_number_verified: boolean; updatedAt: Date }

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
