import { setTimeout as sleep } from 'node:timers/promises'

import type { Fault } from '../fault.ts'
import { toPostgres } from './ways.ts'

export const fault: Fault = {
  name: 'postgres-unreachable',
  what: 'packets to PostgreSQL are dropped, and nobody is told',
  rounds: { short: 1, long: 3 },
  async run({ scene, each, turnsRed, recovered }) {
    await each(async () => {
      for (const wire of toPostgres(scene)) wire.set('silent')
      const since = performance.now()
      await turnsRed()
      await sleep((scene.long ? 60_000 : 10_000) - (performance.now() - since))
      for (const wire of toPostgres(scene)) wire.set('open')
      await recovered(performance.now())
    })
  },
}
