import { z } from 'zod'

import { LanguageTag, line } from '../person-text.ts'
import {
  changeProfile,
  emptyProfile,
  type Profile,
  type ProfileChange,
  profileMembers,
} from '../profiles/profile.ts'
import { known } from './known.ts'

/** What a person calls themselves here, and the language they are written to in. */
const ownName = { name: line(200).nullable(), locale: LanguageTag.nullable() }

/** What a person may set at /users/me. Anything else in a request is refused, not dropped (OWASP ASVS 5.0, 15.3.3). */
export const UserDetails = z.strictObject({ ...ownName, username: z.string().max(100).nullable() }).partial()

/** What a person may set at /profile/me. */
export const ProfileDetails = z.strictObject({ ...ownName, ...profileMembers }).partial()

export interface UserMembers {
  name: string | null
  username: string | null
  locale: string | null
}

/** Everything a person may change about themselves by themselves, wherever it is kept. */
export type Details = UserMembers & Profile

/** Some of it, as it is to be: null for what is to be cleared. */
export type DetailsChange = { [Key in keyof UserMembers]?: string | null | undefined } & ProfileChange

/** What is absent stays as it was. */
export function merge(before: Details, { name, username, locale, ...told }: DetailsChange): Details {
  return { ...changeProfile(before, told), ...known({ name, username, locale }) }
}

/** What is absent of `members` is cleared; the others stay as they were. */
export function replace(before: Details, change: DetailsChange, members: readonly string[]): Details {
  const nothing = Object.entries(nothingTold).filter(([member]) => members.includes(member))
  return merge({ ...before, ...Object.fromEntries(nothing) }, change)
}

const nothingTold: Details = { name: null, username: null, locale: null, ...emptyProfile }

/** The names of what differs. */
export function differences(before: Details, after: Details): (keyof Details)[] {
  const names = Object.keys(nothingTold) as (keyof Details)[] // of that very object
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
}
