/** One way a person may be recognised: the pair of issuer and subject, and nothing else (OpenID Connect Core 1.0, section 5.7). */
export interface Identity {
  id: string
  userId: string
  issuer: string
  subject: string
  /** The provider it came through last; null for the native one. */
  providerId: string | null
  /** What its owner knows it by: an address or a name there. */
  label: string | null
  createdAt: Date
  lastUsedAt: Date | null
}
