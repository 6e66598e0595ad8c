import { setTimeout as sleep } from 'node:timers/promises'

import type { Fault } from '../fault.ts'
import { toPostgres } from './ways.ts'

/** Milliseconds that every answer of the server takes longer. */
const delayMs = 2_000

export const fault: Fault = {
  name: 'postgres-slow',
  what: 'every answer of PostgreSQL takes two seconds longer',
  rounds: { short: 0, long: 3 },
  async run({ scene, each, recovered }) {
    await each(async () => {
      for (const wire of toPostgres(scene)) wire.delay(delayMs)
      await sleep(scene.form === 'long' ? 20_000 : 8_000)
      for (const wire of toPostgres(scene)) wire.delay(0)
      await recovered(performance.now())
    })
  },
}
