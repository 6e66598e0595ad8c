import { setTimeout as sleep } from 'node:timers/promises'

import type { Fault } from '../fault.ts'

/** Milliseconds: orchestrators kill after thirty seconds. */
const longestStop = 30_000

export const fault: Fault = {
  name: 'rolling-restart',
  what: 'every replica in turn is told to stop (SIGTERM) under load, and started again',
  rounds: { short: 1, long: 10, ci: 1 },
  strict: true,
  async run({ scene, each, must, probes }) {
    await each(async () => {
      for (const replica of scene.replicas) {
        const { code, milliseconds } = await replica.stop()
        must(code === 0, `${replica.name} ended with ${code}`)
        must(
          scene.form === 'ci' || milliseconds < longestStop,
          `${replica.name} took ${Math.round(milliseconds)} ms to stop`,
        )
        await replica.start()
        while (scene.balancer.ready().length < scene.replicas.length || !probes.allGreen()) await sleep(50)
      }
    })
  },
}
