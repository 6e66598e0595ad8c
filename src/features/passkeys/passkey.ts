/**
 * What a key is good for. A passkey opens an account by itself, since it verifies its owner; a security key is a second factor
 * beside something else, and is never taken for more, whatever it says it did.
 */
export type KeyPurpose = 'passkey' | 'security-key'

/** A key pair whose private half somebody else keeps. */
export interface Passkey {
  id: string
  userId: string
  purpose: KeyPurpose
  credentialId: Buffer
  /** Whom it was made for, as the authenticator says it; after a merge not the owner's own. */
  userHandle: Buffer
  publicKey: Buffer
  signCount: number
  /** Kind of authenticator, by its own word, unless a policy asked for an attestation. */
  aaguid: string
  transports: string[]
  /** It may be on several devices of its owner's, by way of a passkey provider. */
  backupEligible: boolean
  backedUp: boolean
  /** As its owner calls it. */
  name: string
  createdAt: Date
  lastUsedAt: Date | null
  /** When its counter first went back: there may be a copy of it. */
  counterReversedAt: Date | null
}

/**
 * What an authenticator knows a person by: bytes that say nothing about them (Web Authentication Level 3, section 14.6.1).
 * The account's id: a UUID.
 */
export const userHandleOf = (userId: string): Buffer => Buffer.from(userId.replaceAll('-', ''), 'hex')
