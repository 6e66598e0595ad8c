import { setTimeout as sleep } from 'node:timers/promises'

import type { Fault } from '../fault.ts'

export const fault: Fault = {
  name: 'postgres-killed',
  what: 'all processes of PostgreSQL are killed (SIGKILL), and it recovers from its log',
  rounds: { short: 1, long: 10, ci: 1 },
  async run({ scene, each, turnsRed, recovered }) {
    await each(async () => {
      await sleep(scene.random.between(0, 400))
      await scene.postgres.kill()
      await turnsRed()
      await scene.postgres.start()
      await recovered(performance.now())
    })
  },
}
