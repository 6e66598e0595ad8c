import { z } from 'zod'

import type { Verifier } from '../../../platform/crypto/index.ts'
import { type Checkpoint, vouchesFor } from '../chain/checkpoint.ts'
import { errors } from '../errors.ts'

/** Bytes in base64url. */
export const bytes = z
  .string()
  .max(100_000)
  .regex(/^[\w-]*$/)
  .transform((text) => Buffer.from(text, 'base64url'))

export const auditClass = z.enum(['governance', 'sign-in', 'token'])

export const time = z.iso.datetime({ precision: 3 }).transform((text) => new Date(text))

/** A checkpoint as logs and exports show it. */
export const ShownCheckpoint = z
  .object({
    form: z.literal('gatehouse-audit-checkpoint-1'),
    class: auditClass,
    kind: z.enum(['head', 'cut']),
    sequence: z.number().int().min(0),
    hash: bytes,
    dropped_before: time.nullable(),
    signed_at: time,
    key_id: z.string().max(100),
    signature: bytes,
  })
  .transform((shown): Checkpoint => ({
    class: shown.class,
    kind: shown.kind,
    sequence: shown.sequence,
    hash: shown.hash,
    droppedBefore: shown.dropped_before,
    signedAt: shown.signed_at,
    keyId: shown.key_id,
    signature: shown.signature,
  }))

/**
 * The checkpoints in a text that was kept elsewhere: JSON lines of a log, of an export, or one checkpoint alone. What is
 * none is passed over.
 *
 * @throws audit_file_unreadable (400): there is none, or one that nobody vouches for, which is worth as much.
 */
export function readCheckpoints(name: string, text: string, verifiers: readonly Verifier[]): Checkpoint[] {
  const found = [...text.split('\n'), text].flatMap(checkpointIn)
  const [first] = found
  if (!first) throw errors.audit_file_unreadable({ detail: `${name} holds no checkpoint of an audit chain` })
  const unknown = found.find((one) => !verifiers.some((verifier) => vouchesFor(verifier, one)))
  if (unknown)
    throw errors.audit_file_unreadable({
      detail: `${name} holds a checkpoint (${unknown.class} ${unknown.sequence}) that no key given here vouches for; name its public key with --public-key`,
    })
  return found
}

function checkpointIn(line: string): Checkpoint[] {
  if (!line.includes('gatehouse-audit-checkpoint-1')) return []
  const value = parsed(line)
  const { checkpoint } = Object(value) as { checkpoint?: unknown } // any JSON value; a log line has it as a member
  for (const candidate of [value, checkpoint]) {
    const read = ShownCheckpoint.safeParse(candidate)
    if (read.success) return [read.data]
  }
  return []
}

export function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
