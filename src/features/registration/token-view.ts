import type { InitialToken } from './repository.ts'

export const tokenStates = ['live', 'used up', 'expired', 'revoked'] as const

const stateOf = (
  { revokedAt, expiresAt, usesLeft }: InitialToken,
  now: Date,
): (typeof tokenStates)[number] => {
  if (revokedAt !== null) return 'revoked'
  if (expiresAt <= now) return 'expired'
  return usesLeft === 0 ? 'used up' : 'live'
}

export const viewOf = (token: InitialToken, now: Date) => ({
  id: token.id,
  name: token.name,
  state: stateOf(token, now),
  uses: token.uses,
  uses_left: token.usesLeft,
  policy: token.policy,
  created_at: token.createdAt,
  expires_at: token.expiresAt,
})
