import { X509Certificate } from 'node:crypto'

import { helpers } from '../library.ts'
import type { Policy } from './policy.ts'
import { leadsToRoot } from './path.ts'

/** Formats whose statements a key of the maker's signs, shown by certificates. A key that attests itself shows nothing. */
const vouched: readonly string[] = ['packed', 'fido-u2f', 'tpm', 'android-key', 'apple']

/** What is known of a new key whose statement is true. */
interface Attested {
  fmt: string
  aaguid: string
  attestationObject: Uint8Array<ArrayBuffer>
}

/**
 * Whether somebody whom the operator trusts vouches for an authenticator of an allowed kind (Web Authentication Level 3, section
 * 7.1, steps 22 to 24). That the statement is true of this key was verified before; here it is seen who signed it.
 */
export async function satisfies(policy: Policy, attested: Attested, at: Date): Promise<boolean> {
  const { fmt, aaguid, attestationObject } = attested
  if (policy.allowed.length > 0 && !policy.allowed.includes(aaguid)) return false
  if (!vouched.includes(fmt)) return false
  const { decodeAttestationObject } = await helpers()
  const sent = decodeAttestationObject(attestationObject).get('attStmt').get('x5c') ?? []
  const chain = sent.map(certificateIn)
  if (!chain.every((one) => one !== null)) return false
  return leadsToRoot(
    chain,
    policy.roots.map((pem) => new X509Certificate(pem)),
    at,
  )
}

/**
 * Null for what is not one certificate in DER and nothing else: what the statement was verified by must be what is looked at here,
 * and not the next one, which may be somebody else's.
 */
function certificateIn(encoded: Uint8Array): X509Certificate | null {
  try {
    const certificate = new X509Certificate(encoded)
    return certificate.raw.equals(encoded) ? certificate : null
  } catch {
    return null
  }
}
