import type { Config } from '../../../platform/config/index.ts'
import { deriveSigner, type Signer, type Verifier } from '../../../platform/crypto/index.ts'
import { startupError } from '../../../platform/startup-error.ts'
import type { AuditClass } from '../actions.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Place } from './link.ts'

/**
 * A signed word on a chain: "at this sequence its hash is this". A `cut` says besides that everything up to there, and
 * every record older than `droppedBefore`, has gone by retention.
 */
export interface Checkpoint extends Place {
  class: AuditClass
  kind: 'head' | 'cut'
  droppedBefore: Date | null
  signedAt: Date
  keyId: string
  signature: Buffer
}

export type Statement = Omit<Checkpoint, 'keyId' | 'signature'>

type Keys = Pick<Config, 'keyEncryptionKeys'>

const purpose = 'gatehouse audit checkpoints'

/**
 * Signs with a key that is derived from the key-encryption key, so that the database alone cannot sign: who can rewrite
 * every table still cannot make the chain they wrote look vouched for.
 */
export function signerOf(config: Keys): Signer {
  const [current] = config.keyEncryptionKeys.reveal()
  if (!current) throw startupError('KEY_ENCRYPTION_KEY is empty; set it (.env.example explains it).')
  return deriveSigner(current.bytes, purpose)
}

/** The verifiers of all configured key-encryption keys, the current one first: what an older one signed still counts. */
export const verifiersOf = (config: Keys): Verifier[] =>
  config.keyEncryptionKeys.reveal().map(({ bytes }) => deriveSigner(bytes, purpose))

export function signCheckpoint(signer: Signer, statement: Statement): Checkpoint {
  const { keyId } = signer
  return { ...statement, keyId, signature: signer.sign(textOf({ ...statement, keyId })) }
}

export const vouchesFor = (verifier: Verifier, { signature, ...statement }: Checkpoint): boolean =>
  verifier.keyId === statement.keyId && verifier.verifies(textOf(statement), signature)

/** The first of these that somebody vouches for. One that nobody does explains nothing, and is never signed anew. */
export const firstVouched = (
  checkpoints: readonly Checkpoint[],
  verifiers: readonly Verifier[],
): Checkpoint | null =>
  checkpoints.find((one) => verifiers.some((verifier) => vouchesFor(verifier, one))) ?? null

/** What is signed. */
const textOf = (statement: Omit<Checkpoint, 'signature'>): string => canonicalJson(membersOf(statement))

const membersOf = (statement: Omit<Checkpoint, 'signature'>) => ({
  form: 'gatehouse-audit-checkpoint-1',
  class: statement.class,
  kind: statement.kind,
  sequence: statement.sequence,
  hash: statement.hash.toString('base64url'),
  dropped_before: statement.droppedBefore?.toISOString() ?? null,
  signed_at: statement.signedAt.toISOString(),
  key_id: statement.keyId,
})

/** A checkpoint as logs and exports show it; `readCheckpoint` of verification/ reads it. */
export const shownCheckpoint = (checkpoint: Checkpoint) => ({
  ...membersOf(checkpoint),
  signature: checkpoint.signature.toString('base64url'),
})
