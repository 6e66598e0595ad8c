import { sha256 } from '../../../platform/crypto/index.ts'
import type { AuditClass } from '../actions.ts'
import type { StoredRecord } from '../stored-record.ts'
import { canonicalJson } from './canonical-json.ts'

/** Personal fields under seal, and whose key opens them. Both null where there was nothing personal. */
export interface SealedFields {
  holder: string | null
  sealed: Buffer | null
}

/** One link of the chain of a class. */
export interface Link extends SealedFields {
  class: AuditClass
  /** From 1, without a gap. */
  sequence: number
  chainedAt: Date
  recordId: string
  recordedAt: Date
  recordHash: Buffer
  hash: Buffer
}

/** A place in a chain: its last link, or where it begins. */
export interface Place {
  sequence: number
  hash: Buffer
}

/** Before the first link. */
export const beginning: Place = { sequence: 0, hash: Buffer.alloc(32) }

/** What a record says and what was sealed with it, in 32 bytes: apart from its place, so that a verifier can tell an edit from a move. */
export const recordHashOf = (record: StoredRecord, { holder, sealed }: SealedFields): Buffer =>
  sha256(
    canonicalJson({
      form: 'gatehouse-audit-record-1',
      ...record,
      holder,
      sealed: sealed?.toString('base64url') ?? null,
    }),
  )

/** The hash of a link: over the one before, its own place, and what it holds. */
export const linkHashOf = (previous: Buffer, link: Omit<Link, 'hash' | 'holder' | 'sealed'>): Buffer =>
  sha256(
    canonicalJson({
      form: 'gatehouse-audit-link-1',
      previous: previous.toString('base64url'),
      class: link.class,
      sequence: link.sequence,
      chained_at: link.chainedAt.toISOString(),
      record_id: link.recordId,
      recorded_at: link.recordedAt.toISOString(),
      record_hash: link.recordHash.toString('base64url'),
    }),
  )
