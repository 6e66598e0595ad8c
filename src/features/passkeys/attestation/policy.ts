import type { WithSettings } from '../../settings/index.ts'

/** Which authenticators people may make keys with. */
export interface Policy {
  /** Kinds, by AAGUID; empty: any that is vouched for. */
  allowed: readonly string[]
  /** PEM certificates of who vouches for kinds of authenticators. */
  roots: readonly string[]
}

/**
 * What an operator asks of authenticators; null: nothing. A list of kinds asks for an attestation by itself, since a kind that
 * nobody vouches for is what the device likes to say.
 */
export async function readPolicy({ settings }: WithSettings): Promise<Policy | null> {
  const allowed = await settings.get('passkeys.allowed_authenticators')
  const attestation = await settings.get('passkeys.attestation')
  if (attestation === 'none' && allowed.length === 0) return null
  return { allowed, roots: await settings.get('passkeys.attestation_roots') }
}
