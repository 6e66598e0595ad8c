/** Where a claim can stand. */
export const tokenKinds = ['id_token', 'userinfo', 'access_token'] as const
export type TokenKind = (typeof tokenKinds)[number]

/** What asks for claims: one token, or one answer of userinfo, for one client. */
export interface Asking {
  clientId: string
  firstParty: boolean
  scopes: ReadonlySet<string>
  token: TokenKind
}

/** For which tokens something is meant. */
export interface Reach {
  /** Null: every client. */
  clientId: string | null
  /** Null: none, and then only clients of our own are reached, since nobody is asked for consent. */
  scope: string | null
  tokens: readonly TokenKind[]
}

export function reaches({ clientId, scope, tokens }: Reach, asking: Asking): boolean {
  if (!tokens.includes(asking.token)) return false
  if (clientId !== null && clientId !== asking.clientId) return false
  return scope === null ? asking.firstParty : asking.scopes.has(scope)
}
