import { emptyProfile, type Profile, profileMembers } from './profile.ts'

/**
 * What somebody else says about a person, as far as the person could have said it here: a member that would be refused is
 * left out. Null when nothing is left.
 */
export function acceptableProfile(said: Readonly<Record<string, unknown>>): Profile | null {
  const accepted = Object.entries(profileMembers).flatMap(([name, schema]): [string, unknown][] => {
    const parsed = schema.safeParse(said[name] ?? null)
    return parsed.success && parsed.data !== null ? [[name, parsed.data]] : []
  })
  return accepted.length === 0 ? null : { ...emptyProfile, ...Object.fromEntries(accepted) }
}
