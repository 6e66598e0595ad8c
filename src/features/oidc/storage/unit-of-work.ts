import type { Db } from '../../../platform/app.ts'
import type { AuditRecord } from '../../audit/index.ts'
import { type ModelName, issuedModels } from './models.ts'
import type { AccessTokenClaims } from '../access-token.ts'
import type { Payload } from './payload.ts'
import type { Consume, Put } from './repository.ts'

/** A refresh token that was exchanged a moment ago and is presented again: its next one is given out once more. */
export interface Retry {
  key: Buffer
  successor: string
  /** When the successor was first given out. */
  since: Date
}

/** A mark that may be made once only. */
export interface Mark {
  model: ModelName
  key: Buffer
  expiresAt: Date
  /** What is answered when it was made before; absent where it proves a client. */
  refusal?: { error: string; error_description: string }
}

/** A write of another feature in the same commit. False: what it builds on is gone, and nothing may be written. */
export type Companion = (tx: Db) => Promise<boolean>

/** What one request wants written. Nothing is, until its middleware commits all of it before the answer goes out. */
export interface UnitOfWork {
  puts: Map<string, Put>
  used: Consume[]
  /** Marks that may be made once only, such as the `jti` of a client assertion. */
  once: Mark[]
  /** The one of them that had been made before. */
  replayed: Mark | null
  removed: Map<string, { model: ModelName; key: Buffer }>
  /** Grants that end with all that came from them; keyed by the provider's id. */
  endedGrants: Map<string, Buffer>
  /** Writes of other features that belong to this request. */
  also: Companion[]
  audit: AuditRecord[]
  /** Refresh tokens presented and found, each with the key it came by; needed to seal what they are exchanged for. */
  presented: Map<string, string>
  retry: Retry | null
  /** The revisions of the sessions and device codes that were loaded, by row: what is saved must be what was loaded. */
  revisions: Map<string, number>
  /** Access tokens verified ahead of the provider, by the stand-in it was given for them. */
  verifiedTokens: Map<string, AccessTokenClaims>
  /** Grants that were read along with what came from them, by the provider's id. */
  knownGrants: Map<string, Payload>
  /** Grants that stand only in a verified access token, by the stand-in id the provider knows them by. */
  statelessGrants: Map<string, Payload>
}

export const openUnit = (): UnitOfWork => ({
  puts: new Map(),
  used: [],
  once: [],
  replayed: null,
  removed: new Map(),
  endedGrants: new Map(),
  also: [],
  audit: [],
  presented: new Map(),
  retry: null,
  revisions: new Map(),
  verifiedTokens: new Map(),
  knownGrants: new Map(),
  statelessGrants: new Map(),
})

export const rowName = (model: ModelName, key: Buffer): string => `${model} ${key.toString('hex')}`

export function put(unit: UnitOfWork, row: Put): void {
  unit.removed.delete(rowName(row.model, row.key))
  unit.puts.set(rowName(row.model, row.key), row)
}

export function remove(unit: UnitOfWork, model: ModelName, key: Buffer): void {
  unit.puts.delete(rowName(model, key))
  unit.removed.set(rowName(model, key), { model, key })
}

/** What this request wrote itself: a payload, null when it removed it, undefined when it says nothing of it. */
export function readOwn(unit: UnitOfWork, model: ModelName, key: Buffer): Payload | null | undefined {
  const name = rowName(model, key)
  if (unit.removed.has(name)) return null
  return unit.puts.get(name)?.payload
}

/**
 * What a refused request still leaves behind: what its refusal caused (a family revoked, an audit row, a used assertion,
 * the browser's session), and nothing that it would have issued or used up.
 */
export function keepOnlyRefusal(unit: UnitOfWork): void {
  unit.used = []
  for (const [name, row] of unit.puts) if (issuedModels.has(row.model)) unit.puts.delete(name)
}

/** What a request that lost a race still leaves behind: the marks it made once, and what is said about it. */
export function keepOnlyMarks(unit: UnitOfWork): void {
  unit.used = []
  unit.also = []
  unit.puts.clear()
  unit.removed.clear()
  unit.endedGrants.clear()
}

export function isEmpty(unit: UnitOfWork): boolean {
  const { puts, used, once, removed, endedGrants, also, audit } = unit
  return [
    puts.size,
    used.length,
    once.length,
    removed.size,
    endedGrants.size,
    also.length,
    audit.length,
  ].every((n) => n === 0)
}
