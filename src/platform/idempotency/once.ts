import { z } from 'zod'

import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../app.ts'
import { constantTimeEqual, mac, openJson, sealJson, sha256, sha256Hex } from '../crypto/index.ts'
import { Problem } from '../errors.ts'
import { errors } from './errors.ts'
import * as requests from './repository.ts'

export interface Asked {
  /** The header `Idempotency-Key`, as it was sent. */
  key: string
  /** Who asks: the same key of somebody else is another. */
  caller: string
  /** Method and path as they are declared. */
  operation: string
  /** All that was sent: under one key, always the same. */
  sent: unknown
}

const Answer = z.object({
  status: z.number().int(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
})

export type Answer = z.infer<typeof Answer>

/** How long the answer is kept. */
const keptSeconds = 24 * 60 * 60

/** Longer than any request takes: whoever holds a key for longer is dead. */
const heldSeconds = 60

/**
 * Does something once for each key, and answers every repetition with what the first was answered, secrets shown once
 * included (draft-ietf-httpapi-idempotency-key-header-07, section 2). A refusal changed nothing and is not kept: the
 * request may be mended and sent again under the same key.
 *
 * When the process died before it answered, or the database went away, whether it was done is not known: it is refused rather
 * than done twice.
 *
 * @throws idempotency_key_malformed (400)
 * @throws idempotent_request_running, idempotent_outcome_unknown (409)
 * @throws idempotency_key_reused (422): it was sent with something else before.
 */
export async function once(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  asked: Asked,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const at = app.clock.now()
  const id = idOf(asked)
  const fingerprints = fingerprintsOf(app, asked.sent)
  const [fingerprint] = fingerprints
  if (!fingerprint) throw new Error('there is no key-encryption key')
  const heldUntil = secondsAfter(at, heldSeconds)
  const first = await requests.claim(app.db, {
    id,
    fingerprint,
    at,
    heldUntil,
    expiresAt: secondsAfter(at, keptSeconds),
  })
  return first ? actFirst(app, id, act) : repeat(app, id, fingerprints)
}

/**
 * By the current key first, then by older ones. What was sent may hold a password: a bare hash in the database would let
 * it be guessed at full speed.
 */
const fingerprintsOf = ({ config }: Pick<App, 'config'>, sent: unknown): Buffer[] =>
  config.keyEncryptionKeys
    .reveal()
    .map(({ bytes }) => mac(bytes, 'idempotent_requests.fingerprint', JSON.stringify(sent)))

/** A quoted string (RFC 9651, section 3.3.3), as the draft has it, or the same bare, as most senders have it. */
const Key = z
  .string()
  .transform((text) => /^"(.*)"$/.exec(text)?.[1] ?? text)
  .pipe(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/))

function idOf({ key, caller, operation }: Asked): Buffer {
  const read = Key.safeParse(key)
  if (!read.success) throw errors.idempotency_key_malformed()
  return sha256(JSON.stringify([caller, operation, read.data]))
}

const contextOf = (id: Buffer): string => `idempotent_requests.answer:${sha256Hex(id)}`

async function actFirst(
  { config, db }: Pick<App, 'config' | 'db'>,
  id: Buffer,
  act: () => Promise<Answer>,
): Promise<Answer> {
  try {
    const answer = await act()
    await requests.keepAnswer(db, id, sealJson(config.keyEncryptionKeys, contextOf(id), answer).sealed)
    return answer
  } catch (error) {
    if (error instanceof Problem) await requests.giveUp(db, id)
    throw error
  }
}

async function repeat(
  { config, db, clock }: Pick<App, 'config' | 'db' | 'clock'>,
  id: Buffer,
  fingerprints: readonly Buffer[],
): Promise<Answer> {
  const kept = await requests.find(db, id)
  if (!kept) throw errors.idempotent_request_running({ retryAfterSeconds: 1 })
  if (!fingerprints.some((one) => constantTimeEqual(one, kept.fingerprint)))
    throw errors.idempotency_key_reused()
  if (kept.answer) {
    const answer = openJson(config.keyEncryptionKeys, contextOf(id), kept.answer, Answer)
    if (!answer) throw errors.idempotent_outcome_unknown()
    return { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } }
  }
  if (kept.heldUntil > clock.now()) throw errors.idempotent_request_running({ retryAfterSeconds: 1 })
  throw errors.idempotent_outcome_unknown()
}
