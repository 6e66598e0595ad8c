import type { Verifier } from '../../../platform/crypto/index.ts'
import type { AuditClass } from '../actions.ts'
import { type Checkpoint, vouchesFor } from '../chain/checkpoint.ts'
import { type Link, linkHashOf, type Place, recordHashOf } from '../chain/link.ts'
import type { Chained } from '../chain/repository.ts'
import type { Fault, Finding } from './finding.ts'

/** Milliseconds that a chain may grow without a checkpoint; it has one every minute while it grows. */
const longestUnsigned = 10 * 60_000

export interface ChainStart {
  class: AuditClass
  /** What the first link must follow. */
  from: Place
  /** Records older than this have gone by retention, and their links may still be there. */
  droppedBefore: Date | null
  verifiers: readonly Verifier[]
  /** Checkpoints that were kept elsewhere, vouched for. */
  outside: readonly Checkpoint[]
}

/** Checks one chain, link by link and in constant memory. Each step answers what is wrong with it, or null. */
export interface ChainCheck {
  /** Before the first link: the place it must follow, against what was kept elsewhere. */
  begin(): Finding | null
  link(next: Chained): Finding | null
  /** A checkpoint that stands at the last link, or beyond the end of the chain. */
  checkpoint(one: Checkpoint): Finding | null
  end(): Finding | null
  summary(): ChainSummary
}

export interface ChainSummary {
  class: AuditClass
  /** The first and last link; null of an empty chain. */
  from: number | null
  through: number | null
  /** Links whose records are there. */
  records: number
  hash: string | null
  /** The last link a checkpoint vouches for; what was changed after it, and chained anew, could not be told. */
  signed_through: number | null
  dropped_before: string | null
}

type Said = (fault: Fault, detail: string, place?: { sequence: number; recordId?: string }) => Finding

export function checkChain(start: ChainStart): ChainCheck {
  const outside = Map.groupBy(start.outside, ({ sequence }) => sequence) // a rewritten chain is signed at the same places again
  let last: Place & { chainedAt?: Date } = start.from
  let first: number | null = null
  let records = 0
  let signedThrough: Place | null = null
  let unsignedSince: Date | null = null
  let unknown: Checkpoint | null = null

  const said: Said = (fault, detail, place) => ({
    class: start.class,
    fault,
    sequence: place?.sequence ?? last.sequence + 1,
    record_id: place?.recordId ?? null,
    detail,
  })

  function link({ link: next, record }: Chained): Finding | null {
    const wrong = wrongPlace(last, next, said) ?? wrongRecord(start, { link: next, record }, said)
    if (wrong) return wrong
    if (record) records++
    first ??= next.sequence
    last = next
    unsignedSince ??= next.chainedAt
    if (next.chainedAt.getTime() - unsignedSince.getTime() > longestUnsigned)
      return said('unsigned', 'the chain grew for ten minutes without the checkpoints it must have had', {
        sequence: (signedThrough?.sequence ?? start.from.sequence) + 1,
      })
    return compareOutside()
  }

  /** All that were kept of one place: the one that does not agree tells, wherever it stands among them. */
  function compareOutside(): Finding | null {
    const kept = outside.get(last.sequence) ?? []
    const one = kept.find(({ hash }) => !hash.equals(last.hash)) ?? kept[0]
    return one ? compare(one) : null
  }

  /** A checkpoint that is vouched for, against the link it speaks of. */
  function compare(one: Checkpoint): Finding | null {
    if (!one.hash.equals(last.hash))
      return said(
        'rewritten',
        `links after ${signedThrough?.sequence ?? start.from.sequence} are not those signed`,
        {
          sequence: (signedThrough?.sequence ?? start.from.sequence) + 1,
        },
      )
    signedThrough = { sequence: last.sequence, hash: last.hash }
    unsignedSince = null
    unknown = null // a key that is gone matters no more: this one covers all before
    return null
  }

  function checkpoint(one: Checkpoint): Finding | null {
    const verifier = start.verifiers.find(({ keyId }) => keyId === one.keyId)
    if (!verifier) {
      unknown ??= one // a key that is gone, or nobody's: the end tells, when a later one covers it or none does
      unsignedSince = null
      return null
    }
    if (!vouchesFor(verifier, one))
      return said('checkpoint', 'the signature of a checkpoint is wrong', { sequence: one.sequence })
    if (one.sequence > last.sequence) return tailCut(one)
    return compare(one)
  }

  const tailCut = (one: Checkpoint): Finding =>
    said(
      'tail cut',
      `the chain ends at ${last.sequence}; a checkpoint of ${one.signedAt.toISOString()} knows ${one.sequence}`,
    )

  function end(): Finding | null {
    const beyond = start.outside.find((one) => one.sequence > last.sequence)
    if (beyond) return tailCut(beyond)
    if (!unknown) return null
    const { sequence, keyId } = unknown
    return said(
      'checkpoint',
      `nobody vouches for the checkpoint's key ${keyId}, and no later one covers it`,
      { sequence },
    )
  }

  return {
    begin: compareOutside,
    link,
    checkpoint,
    end,
    summary: () => ({
      class: start.class,
      from: first,
      through: first === null ? null : last.sequence,
      records,
      hash: first === null ? null : last.hash.toString('base64url'),
      signed_through: signedThrough?.sequence ?? null,
      dropped_before: start.droppedBefore?.toISOString() ?? null,
    }),
  }
}

function wrongPlace(last: Place, next: Link, said: Said): Finding | null {
  const { sequence, recordId } = next
  if (sequence > last.sequence + 1)
    return said('deleted', `the chain goes from ${last.sequence} to ${sequence}`)
  if (sequence < last.sequence + 1)
    return said('reordered', `link ${sequence} comes after ${last.sequence}`, { sequence, recordId })
  if (!linkHashOf(last.hash, next).equals(next.hash))
    return said('reordered', 'the link was moved, inserted or changed', { sequence, recordId })
  return null
}

function wrongRecord({ droppedBefore }: ChainStart, { link, record }: Chained, said: Said): Finding | null {
  const { sequence, recordId } = link
  if (!record) {
    if (droppedBefore && link.recordedAt < droppedBefore) return null // its month has gone, as a whole
    return said('deleted', 'the record is not there', { sequence, recordId })
  }
  if (recordHashOf(record, link).equals(link.recordHash)) return null
  return said('edited', 'the record is not what was chained', { sequence, recordId })
}
