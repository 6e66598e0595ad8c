import { setTimeout as sleep } from 'node:timers/promises'

import type { Replica } from '../rig/replica.ts'
import { count, type Tally } from '../tally.ts'
import { call } from './http.ts'

/** Looks at every replica as an orchestrator and as relying parties do, all the time. */
export interface Probes {
  /** Whether every living replica said "not ready" at its last look. */
  allRed(): boolean
  allGreen(): boolean
  /** The most memory any replica had, in megabytes. */
  mostMegabytes(): number
  stop(): Promise<void>
}

const everyMs = 200

/** What every replica answers whatever is away behind it. */
const always = ['/health/live', '/.well-known/jwks.json', '/.well-known/openid-configuration']

export function startProbes(replicas: readonly Replica[], tally: Tally): Probes {
  const readiness = new Map<Replica, number>()
  let on = true
  let mostMegabytes = 0

  async function look(replica: Replica): Promise<void> {
    if (!replica.up()) {
      readiness.delete(replica)
      return
    }
    for (const path of always) {
      const answer = await call(replica.origin, { path })
      if (answer.status !== 200 && replica.up() && !replica.leaving())
        count(tally, 'errors', `${path} at ${replica.name}: ${answer.fault ?? answer.status}`)
    }
    const { status } = await call(replica.origin, { path: '/health/ready' })
    if (replica.up()) readiness.set(replica, status)
    mostMegabytes = Math.max(mostMegabytes, replica.megabytes())
  }

  const looking = replicas.map(async (replica) => {
    while (on) {
      await look(replica)
      await sleep(everyMs)
    }
  })
  const all = (holds: (status: number) => boolean) =>
    readiness.size > 0 && [...readiness.values()].every(holds) && replicas.some((replica) => replica.up())
  return {
    allRed: () => all((status) => status === 503),
    allGreen: () => all((status) => status === 200),
    mostMegabytes: () => mostMegabytes,
    async stop() {
      on = false
      await Promise.all(looking)
    },
  }
}
