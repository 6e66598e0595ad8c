import { setTimeout as sleep } from 'node:timers/promises'

import type { Fault, Stage } from '../fault.ts'
import { toRedis } from './ways.ts'

/** What can happen to Redis; nothing that grants, proves or ends anything lives there alone. */
const happenings: Record<string, { what: string; ci?: number; run(stage: Stage): Promise<void> }> = {
  'redis-killed': {
    ci: 1,
    what: 'Redis is killed in traffic and comes back empty',
    async run({ scene }) {
      await scene.redis?.kill()
      await sleep(2_000)
      await scene.redis?.start()
    },
  },
  'redis-slow': {
    what: 'every answer of Redis takes five seconds',
    async run({ scene }) {
      for (const wire of toRedis(scene)) wire.delay(5_000)
      await sleep(3_000)
      for (const wire of toRedis(scene)) wire.delay(0)
    },
  },
  'redis-unreachable': {
    what: 'packets to Redis are dropped, and nobody is told',
    async run({ scene }) {
      for (const wire of toRedis(scene)) wire.set('silent')
      await sleep(3_000)
      for (const wire of toRedis(scene)) wire.set('open')
    },
  },
  'redis-flushed': {
    what: 'Redis forgets everything, again and again: a failover that loses what was acknowledged',
    async run({ scene }) {
      for (let time = 0; time < 10; time++) {
        await scene.redis?.flush()
        await sleep(scene.random.between(50, 250))
      }
    },
  },
  'redis-down-at-start': {
    what: 'a replica starts while Redis is down',
    async run({ scene, must }) {
      const [replica] = scene.replicas
      if (!replica) return
      await replica.stop()
      await scene.redis?.kill()
      await replica.start()
      must(replica.up(), 'the replica did not start')
      await scene.redis?.start()
    },
  },
}

const toFault = ([name, { what, ci = 0, run }]: [string, (typeof happenings)[string]]): Fault => ({
  name,
  what,
  rounds: { short: 0, long: 5, ci },
  lacks: ({ redis }) => (redis ? null : 'there is no redis-server'),
  async run(stage) {
    await stage.each(async () => {
      await run(stage)
      await stage.recovered(performance.now())
    })
  },
})

export const redisFaults: Fault[] = Object.entries(happenings).map(toFault)
