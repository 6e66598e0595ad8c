import { LRUCache } from 'lru-cache'

import { atMost } from '../../lib/bounded.ts'
import type { VerificationKey } from '../keys/index.ts'

/** What a signature was good for; neither changes as long as the token does not. */
export interface Seen<Claims> {
  claims: Claims
  kid: string
  key: VerificationKey['key']
}

/** Tokens whose signature this process has looked at; whether they are still good is asked each time. */
export interface SeenTokens<Claims> {
  get(token: string): Seen<Claims> | undefined
  keep(token: string, seen: Seen<Claims>): void
}

/** Tokens at most; one takes two kilobytes. */
const most = 4_000

export function openSeenTokens<Claims extends object>(): SeenTokens<Claims> {
  const seen = new LRUCache<string, Seen<Claims>>({ ...atMost(most) })
  return {
    get: (token) => seen.get(token),
    keep: (token, one) => void seen.set(token, one),
  }
}
