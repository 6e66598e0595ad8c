import { setTimeout as delay } from 'node:timers/promises'

import type { App } from '../../../platform/app.ts'
import { chainWaiting, type Shut } from './chain-waiting.ts'
import { checkpointSeconds, signHeads } from './sign-heads.ts'

export interface Sequencer {
  /** Waits for the batch under way, chains what is left and signs the heads. */
  close(): Promise<void>
}

const everyMs = 250
/** Beats between two looks for heads to sign: a few seconds. Which are due is decided by when they were signed last. */
const signEveryBeats = 20

/**
 * Chains what was recorded, four times a second. Every process has one; a lock that only sequencers take makes one at a
 * time work, and another goes on at once when that one dies.
 */
export function openSequencer(app: Pick<App, 'db' | 'config' | 'clock' | 'log'>): Sequencer {
  const stopped = new AbortController()
  const stopping = () => stopped.signal.aborted
  const shut: Shut = new Set()
  let failing = false

  async function beat(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
      failing = false
    } catch (error) {
      if (!failing) app.log.warn({ err: error }, 'audit records could not be chained; trying on')
      failing = true
    }
  }

  async function go(): Promise<void> {
    await beat(() => signHeads(app, { olderThanSeconds: 0 })) // what a killed process left unsigned, before the chain grows on
    for (let beats = 1; !stopping(); beats++) {
      await beat(() => chainWaiting(app, shut, stopping))
      if (beats % signEveryBeats === 0)
        await beat(() => signHeads(app, { olderThanSeconds: checkpointSeconds }))
      await delay(everyMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined) // told to stop
    }
    await beat(async () => {
      await chainWaiting(app, shut)
      await signHeads(app, { olderThanSeconds: 0 })
    })
  }

  const running = go()
  return {
    close: async () => {
      stopped.abort()
      await running
    },
  }
}
