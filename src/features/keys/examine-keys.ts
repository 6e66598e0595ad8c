import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { type SigningAlgorithm, signingAlgorithms } from '../../platform/crypto/index.ts'
import { type KeyRecord, rotateAfterSeconds } from './life-cycle.ts'
import * as keys from './repository.ts'
import { openSealedKey } from './sealed-keys.ts'

export interface KeyFinding {
  algorithm: SigningAlgorithm
  /** None that signs. */
  active: boolean
  /** Days that it has signed. */
  days: number
  /** It should have been replaced by now, and a day to do so. */
  overdue: boolean
  /** Whether one is shown that will follow it. */
  next: boolean
  /** Keys whose private part no configured key-encryption key opens. */
  shut: string[]
}

const daySeconds = 86_400

/** How the keys of each algorithm stand; empty before the first start has made any. */
export async function examineKeys(app: Pick<App, 'config' | 'db' | 'clock'>): Promise<KeyFinding[]> {
  const sealed = await keys.listSealed(app.db)
  const now = app.clock.now()
  if (sealed.length === 0) return []
  return signingAlgorithms.map((algorithm) => {
    const mine = sealed.filter((key) => key.algorithm === algorithm)
    const active = mine.find(({ state }) => state === 'active')
    const shut = mine.filter((key) => openSealedKey(app.config, key) === null)
    return {
      ...{ algorithm, active: active !== undefined, next: mine.some(({ state }) => state === 'published') },
      days: active ? daysOf(active, now) : 0,
      overdue:
        active?.activatedAt != null &&
        now > secondsAfter(active.activatedAt, rotateAfterSeconds + daySeconds),
      shut: shut.map(({ kid }) => kid),
    }
  })
}

const daysOf = ({ activatedAt, createdAt }: KeyRecord, now: Date): number =>
  Math.floor((now.getTime() - (activatedAt ?? createdAt).getTime()) / (daySeconds * 1000))
