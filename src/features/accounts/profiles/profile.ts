import { z } from 'zod'

import { known } from '../details/known.ts'
import { line, lines } from '../person-text.ts'

const text = (longest: number) => line(longest).nullable()
const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2000)
  .nullable()

const part = (longest: number) => lines(longest).nullable().optional()

/** OpenID Connect Core 1.0, section 5.1.1. Null clears a part. */
const AddressChange = z.strictObject({
  formatted: part(500),
  street_address: part(300),
  locality: part(100),
  region: part(100),
  postal_code: part(30),
  country: part(100),
})
type AddressChange = z.infer<typeof AddressChange>

export type Address = Partial<Record<keyof AddressChange, string>>

/**
 * What a person may say about themselves, by the names of OpenID Connect Core 1.0, section 5.1. Whether a telephone number
 * was verified, and when the row changed, nobody can say about themselves: those are no part of it.
 */
export const profileMembers = {
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
    .nullable(),
  zoneinfo: z.string().max(50).refine(isTimeZone, 'must be a time zone like Europe/Paris').nullable(),
  phone_number: z
    .string()
    .regex(/^\+[1-9]\d{5,14}$/, 'must begin with + and the country, digits only (E.164)')
    .nullable(),
  address: AddressChange.nullable(),
}

const Members = z.object(profileMembers)
const Change = Members.partial()

/** Some members of a profile, as they are to be: null for what is to be cleared. */
export type ProfileChange = z.infer<typeof Change>

export type Profile = Omit<z.infer<typeof Members>, 'address'> & { address: Address | null }

/** The profile of who has told nothing. */
export const emptyProfile: Profile = {
  given_name: null,
  family_name: null,
  middle_name: null,
  nickname: null,
  profile: null,
  picture: null,
  website: null,
  gender: null,
  birthdate: null,
  zoneinfo: null,
  phone_number: null,
  address: null,
}

/** A whole profile; what is not named is not known. */
export const Profile = Change.transform((change) => changeProfile(emptyProfile, change))

/**
 * A profile with some members changed. An address is changed part by part: those not named stay, null clears one, and an
 * address without parts is none (RFC 7396, section 2).
 */
export function changeProfile<Whole extends Profile>(
  before: Whole,
  { address, ...change }: ProfileChange,
): Whole {
  const changed = address === undefined ? before.address : changeAddress(before.address, address)
  return { ...before, ...known(change), address: changed }
}

function changeAddress(before: Address | null, change: AddressChange | null): Address | null {
  const parts = change === null ? {} : { ...before, ...change }
  const left = Object.entries(parts).filter(([, value]) => typeof value === 'string')
  return left.length === 0 ? null : Object.fromEntries(left)
}

export type StoredProfile = Profile & { phone_number_verified: boolean; updatedAt: Date }

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
