import { secondsAfter } from '../../lib/clock.ts'
import type { App, Db } from '../../platform/app.ts'
import { sha256 } from '../../platform/crypto/index.ts'
import type { Interaction } from '../oidc/index.ts'
import { type Factor, factorsIn } from './factors.ts'
import * as attempts from './repository.ts'
import type { AttemptRecord, ProofRecord } from './repository.ts'

/** Seconds between a proof and the end of the sign-in it belongs to: an hour, like the interaction itself. */
export const attemptSeconds = 3600

/** Who was proven so far, and how. */
export interface ProvenSoFar {
  proofs: readonly ProofRecord[]
  proven: readonly Factor[]
  userId: string | null
  provenAt: Date | null
  /** The sign-in elsewhere that proved it, where one did. */
  connection: string | null
  offered: boolean
  remember: boolean
}

/** A session of this browser whose person is only to prove more than they did when it began. */
export interface Carried {
  userId: string
  amr: readonly string[]
  authenticatedAt: Date
  connection: string | null
}

/**
 * What is known about a sign-in. What its session says (`carried`) counts for the same person only, and not as often as it is
 * asked: it stands, as long as the session lives, for what was proven when that began.
 */
export async function loadProven(
  app: Pick<App, 'db' | 'clock'>,
  id: Buffer,
  carried: Carried | null = null,
): Promise<ProvenSoFar> {
  const found = await attempts.find(app.db, id, app.clock.now())
  if (!found) return toProven(carried?.userId ?? null, carried ? proofsOf(carried) : [], unwritten)
  const before = carried?.userId === found.userId ? proofsOf(carried) : []
  return toProven(found.userId, [...before, ...found.proofs], found)
}

const unwritten = { offered: false, remember: false }

const toProven = (
  userId: string | null,
  proofs: readonly ProofRecord[],
  { offered, remember }: Pick<AttemptRecord, 'offered' | 'remember'>,
): ProvenSoFar => ({
  ...{ userId, proofs, offered, remember },
  proven: proofs.map(({ factor }) => factor),
  provenAt: proofs.reduce<Date | null>((last, { at }) => (last === null || at > last ? at : last), null),
  connection: proofs.findLast(({ connection }) => connection !== null)?.connection ?? null,
})

const proofsOf = ({ amr, authenticatedAt: at, connection }: Carried): ProofRecord[] =>
  factorsIn(amr).map((factor) => ({ factor, at, connection, details: {} }))

/** What an attempt is stored under. */
export const attemptId = ({ uid }: Pick<Interaction, 'uid'>): Buffer => sha256(uid)

export interface NewProof {
  userId: string
  factor: Factor
  provenAt?: Date
  connection?: string
  /** What the audit record of the sign-in says of it. */
  details?: Readonly<Record<string, string>>
}

/** Records, in the caller's transaction, that a person proved a factor. The only writer of an attempt's state. */
export async function recordProof(tx: Db, at: Date, id: Buffer, proof: NewProof): Promise<void> {
  await attempts.add(tx, {
    id,
    userId: proof.userId,
    factor: proof.factor,
    connection: proof.connection ?? null,
    details: proof.details ?? {},
    provenAt: proof.provenAt ?? at,
    at,
    expiresAt: secondsAfter(at, attemptSeconds),
  })
}
