import { secondsAfter } from '../../lib/clock.ts'
import type { App, Db } from '../../platform/app.ts'
import { sha256 } from '../../platform/crypto/index.ts'
import type { Interaction } from '../oidc/index.ts'
import type { Factor } from './factors.ts'
import type { Attempt } from './next-step.ts'
import * as attempts from './repository.ts'

/** Seconds between a proof and the end of the sign-in it belongs to: an hour, like the interaction itself. */
const attemptSeconds = 3600

/** An attempt with who it proved. */
export interface LoadedAttempt extends Attempt {
  userId: string | null
  provenAt: Date | null
  /** The sign-in elsewhere that proved it, where one did. */
  connection: string | null
}

/** What is known about the sign-in an interaction waits for. */
export async function loadAttempt(
  app: Pick<App, 'db' | 'clock'>,
  interaction: Interaction,
): Promise<LoadedAttempt> {
  const found = await attempts.find(app.db, attemptId(interaction), app.clock.now())
  const proofs = found?.proofs ?? []
  return {
    owed: interaction.prompt,
    userId: found?.userId ?? null,
    proven: proofs.map(({ factor }) => factor),
    provenAt: proofs.reduce<Date | null>((last, { at }) => (last === null || at > last ? at : last), null),
    connection: proofs.findLast(({ connection }) => connection !== null)?.connection ?? null,
    offered: found?.offered ?? false,
  }
}

/** What an attempt is stored under. */
export const attemptId = ({ uid }: Pick<Interaction, 'uid'>): Buffer => sha256(uid)

/** Records, in the caller's transaction, that a person proved a factor. The only writer of an attempt's state. */
export async function recordProof(
  tx: Db,
  at: Date,
  interaction: Interaction,
  proof: { userId: string; factor: Factor; provenAt?: Date; connection?: string },
): Promise<void> {
  const expiresAt = secondsAfter(at, attemptSeconds)
  await attempts.add(tx, {
    id: attemptId(interaction),
    userId: proof.userId,
    factor: proof.factor,
    connection: proof.connection ?? null,
    provenAt: proof.provenAt ?? at,
    at,
    expiresAt,
  })
}
