import type { App, By, Db } from '../../platform/app.ts'
import { type SigningAlgorithm, signingAlgorithms } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import { announceChange } from './announce.ts'
import { completeSet } from './complete-set.ts'
import { errors } from './errors.ts'
import { isDue, type KeyRecord, ripeAfterSeconds, secondsUntilRipe } from './life-cycle.ts'
import { promoteKey, retireKey } from './moves.ts'
import * as keys from './repository.ts'

type Machinery = Pick<App, 'db' | 'config' | 'clock'>

export interface Rotation {
  algorithm: SigningAlgorithm
  /** Signs from now on. */
  kid: string
  /** Signed until now. */
  retired: string
}

interface Pair {
  active: KeyRecord
  next: KeyRecord
}

/**
 * Lets the published keys sign and publishes their successors, for one algorithm or for all of them together.
 *
 * A key that some verifier cannot know yet must not sign (OpenID Connect Core 1.0, section 10.1.1), so this waits for
 * no one and refuses instead.
 *
 * @throws keys_not_ripe (409): a successor has not been published for the cache time of the JWKS; says the seconds left.
 */
export async function rotateKeys(
  app: Machinery,
  by: By,
  options: { algorithm?: SigningAlgorithm | undefined } = {},
): Promise<Rotation[]> {
  await completeSet(app, by)
  const algorithms = options.algorithm ? [options.algorithm] : signingAlgorithms
  const rotated = await transaction(app.db, async (tx) => {
    await keys.lock(tx)
    const at = app.clock.now()
    const pairs = pairsOf(await keys.listSealed(tx), algorithms)
    refuseUnripe(algorithms, pairs, at)
    for (const pair of pairs) await swap(tx, at, by, pair)
    await announceChange(tx)
    return pairs.map(({ active, next }) => ({
      algorithm: next.algorithm,
      kid: next.kid,
      retired: active.kid,
    }))
  })
  await completeSet(app, by)
  return rotated
}

/** Rotates every algorithm whose active key has signed long enough and whose successor is ripe. */
export async function rotateDueKeys(app: Machinery, by: By): Promise<Rotation[]> {
  const now = app.clock.now()
  const pairs = pairsOf(await keys.listSealed(app.db), signingAlgorithms)
  const due = pairs.filter(({ active, next }) => isDue(active, now) && secondsUntilRipe(next, now) === 0)
  const rotations: Rotation[] = []
  for (const { active } of due)
    rotations.push(...(await rotateKeys(app, by, { algorithm: active.algorithm })))
  return rotations
}

function pairsOf(all: readonly KeyRecord[], algorithms: readonly SigningAlgorithm[]): Pair[] {
  return algorithms.flatMap((algorithm) => {
    const active = all.find((key) => key.algorithm === algorithm && key.state === 'active')
    const next = all.find((key) => key.algorithm === algorithm && key.state === 'published')
    return active && next ? [{ active, next }] : []
  })
}

function refuseUnripe(algorithms: readonly SigningAlgorithm[], pairs: readonly Pair[], at: Date): void {
  const waits = algorithms.map((algorithm) => {
    const next = pairs.find((pair) => pair.next.algorithm === algorithm)?.next
    return { algorithm, seconds: next ? secondsUntilRipe(next, at) : ripeAfterSeconds }
  })
  const longest = waits.reduce((a, b) => (b.seconds > a.seconds ? b : a))
  if (longest.seconds === 0) return
  throw errors.keys_not_ripe({
    detail: `The next ${longest.algorithm} key may sign in ${longest.seconds} seconds, when no verifier holds an older key set.`,
    retryAfterSeconds: longest.seconds,
  })
}

/** The old one first: the index allows one active key per algorithm. */
async function swap(tx: Db, at: Date, by: By, { active, next }: Pair): Promise<void> {
  await retireKey(tx, at, by, active)
  await promoteKey(tx, at, by, { key: next, previous: active.kid })
}
