import { setTimeout as sleep } from 'node:timers/promises'

import type { Fault } from '../fault.ts'
import { toPostgres } from './ways.ts'

/** Milliseconds: three seconds at the door, two for a connection, and two and a half until a silent statement is given up. */
const answeredWithin = 8_000

export const fault: Fault = {
  name: 'postgres-unreachable',
  what: 'packets to PostgreSQL are dropped, and nobody is told',
  rounds: { short: 1, long: 3 },
  async run({ scene, watch, each, turnsRed, recovered, must }) {
    await each(async () => {
      for (const wire of toPostgres(scene)) wire.set('silent')
      const since = performance.now()
      await turnsRed()
      await sleep((scene.form === 'long' ? 60_000 : 10_000) - (performance.now() - since))
      for (const wire of toPostgres(scene)) wire.set('open')
      await recovered(performance.now())
    })
    must(watch.slowestLaterMs() < answeredWithin, `somebody waited ${watch.slowestLaterMs()} ms for a 503`)
  },
}
