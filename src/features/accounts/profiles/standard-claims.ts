import { epochSeconds } from '../../../lib/clock.ts'
import type { User } from '../user.ts'
import type { StoredProfile } from './profile.ts'

/**
 * The standard claims about a person (OpenID Connect Core 1.0, section 5.1); which of them a client gets, its scopes
 * decide (section 5.4). What is not known is left out rather than null (section 5.3.2).
 *
 * `preferred_username` is the account's own name and not free text: many relying parties take it for a name nobody else
 * can have.
 */
export function standardClaims(user: User, profile: StoredProfile | null): Record<string, unknown> {
  const { updatedAt, phone_number_verified, ...told } = profile ?? { updatedAt: user.updatedAt }
  const claims = {
    name: user.name,
    preferred_username: user.username,
    locale: user.locale,
    ...told,
    email: user.email,
    email_verified: user.email === null ? null : user.emailVerified,
    phone_number_verified: profile?.phone_number == null ? null : phone_number_verified,
    updated_at: epochSeconds(updatedAt > user.updatedAt ? updatedAt : user.updatedAt),
  }
  return Object.fromEntries(
    Object.entries(claims).filter(([, value]) => value !== null && value !== undefined),
  )
}
