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
}

/** What is known about the sign-in an interaction waits for. */
export async function loadAttempt(
  app: Pick<App, 'db' | 'clock'>,
  interaction: Interaction,
): Promise<LoadedAttempt> {
  const found = await attempts.find(app.db, sha256(interaction.uid), app.clock.now())
  return {
    owed: interaction.prompt,
    userId: found?.userId ?? null,
    proven: found?.proofs.map(({ factor }) => factor) ?? [],
    provenAt: found?.proofs.at(-1)?.at ?? null,
  }
}

/** Records, in the caller's transaction, that a person proved a factor. The only writer of an attempt's state. */
export async function recordProof(
  tx: Db,
  at: Date,
  interaction: Interaction,
  proof: { userId: string; factor: Factor },
): Promise<void> {
  const expiresAt = secondsAfter(at, attemptSeconds)
  await attempts.add(tx, {
    id: sha256(interaction.uid),
    userId: proof.userId,
    factor: proof.factor,
    at,
    expiresAt,
  })
}
