import { type Asking, type Reach, reaches } from '../tokens.ts'

export interface SealedSecret {
  sealed: Buffer
  sealingKeyId: string
}

/** A service of an operator that is asked for claims. It never changes: another one has another id. */
export interface Hook extends Reach {
  id: string
  url: string
  /** Milliseconds that a request for a token waits at most. */
  timeoutMs: number
  /** Seconds that an answer is good for. */
  cacheSeconds: number
  /** What a failure comes to: a token without its claims, or no token. */
  onFailure: 'open' | 'closed'
  secret: SealedSecret
  createdAt: Date
}

/** Whom a token is asked of: a client's own last, whose word stands before everybody's. */
export const asked = (hooks: readonly Hook[], asking: Asking): Hook[] =>
  hooks
    .filter((hook) => reaches(hook, asking))
    .sort((one, other) => Number(one.clientId !== null) - Number(other.clientId !== null))
