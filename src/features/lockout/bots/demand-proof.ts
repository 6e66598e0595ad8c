import type { App, By } from '../../../platform/app.ts'
import { blockOf, networkOf } from '../../../platform/limits/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { accountOf } from '../buckets.ts'
import { errors } from '../errors.ts'
import type { WithLockout } from '../open.ts'
import { blockHash } from './block.ts'
import type { Challenge, Purpose } from './bot-defence.ts'
import { defence } from './defences.ts'
import * as bots from './repository.ts'
import { type Path, triggerOf } from './triggers.ts'

export type Demanding = Pick<App, 'clock' | 'config' | 'db'> & WithSettings & WithLockout

export interface Asked {
  path: Exclude<Path, 'sign-in'>
  /** Who it is about, as typed. */
  name: string
  /** The answer to the challenge of a `proof_required` before. */
  proof: string | null
}

/**
 * Counts what a stranger does at a form, and while too many do it, wants a proof first. The same whoever is named. While all
 * is quiet this looks into memory and asks PostgreSQL nothing. Sign-ins by password go through `withinLimits` instead.
 *
 * @throws proof_required (401): with the challenge to answer; a proof that is not good, or was used, gets the next one.
 */
export async function demandProof(app: Demanding, by: By, asked: Asked): Promise<void> {
  const trigger = triggerOf[asked.path]
  const block = blockHash(app, blockOf(by.origin?.ip ?? ''))
  app.lockout.note(trigger, block)
  if (!app.lockout.isRaised(trigger, block)) return
  const purpose = purposeOf(app, by, asked)
  const proof = asked.proof === null ? null : await defence.checkAnswer(app, asked.proof, purpose)
  if (proof && (await bots.useProof(app.db, proof))) return
  throw errors.proof_required({ members: await defence.makeChallenge(app, purpose) })
}

/** The challenge for the next try, for a form that is shown once more with a fault in it; null while none is wanted. */
export async function nextChallenge(
  app: Demanding,
  by: By,
  asked: Pick<Asked, 'path' | 'name'>,
): Promise<Challenge | null> {
  const block = blockHash(app, blockOf(by.origin?.ip ?? ''))
  if (!app.lockout.isRaised(triggerOf[asked.path], block)) return null
  return defence.makeChallenge(app, purposeOf(app, by, asked))
}

const purposeOf = (
  app: Demanding,
  { origin }: By,
  { path, name }: Pick<Asked, 'path' | 'name'>,
): Purpose => ({
  path,
  network: networkOf(origin?.ip ?? ''),
  account: accountOf(app, name),
  at: app.clock.now(),
})
