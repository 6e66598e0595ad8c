import { setTimeout as sleep } from 'node:timers/promises'

import type { Fault } from '../fault.ts'

/** One in so many answers is lost. */
const share = 4

export const fault: Fault = {
  name: 'answers-lost',
  what: 'answers are lost on their way back, after the commit; clients ask again',
  rounds: { short: 1, long: 20, ci: 1 },
  async run({ scene, tally, each, must }) {
    await each(async () => {
      scene.balancer.swallow(() => scene.random.between(1, share) === 1)
      await sleep(3_000)
      scene.balancer.swallow(null)
    })
    tally.notes.push(`${scene.balancer.swallowed()} answers lost`)
    must(scene.balancer.swallowed() > 0, 'no answer was lost')
  },
}
