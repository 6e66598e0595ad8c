/** What a person could sign in with. */
export interface WaysIn {
  hasPassword: boolean
  /** An e-mail address or user name to give with it. */
  hasLogin: boolean
  /** It names its owner by itself. */
  hasPasskey: boolean
  /** Identities, each with whether its provider is there and lets people in. */
  identities: readonly { provider: { enabled: boolean } | null }[]
}

/**
 * Whether there is any way in. A mailbox is none: who holds it is not asked at a sign-in, and a link to a new password is
 * for the day something was lost.
 */
export const hasWayIn = ({ hasPassword, hasLogin, hasPasskey, identities }: WaysIn): boolean =>
  hasPasskey || (hasPassword && hasLogin) || identities.some(({ provider }) => provider?.enabled === true)
