import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Fault, Stage } from '../faults/fault.ts'
import { runToEnd } from '../faults/rig/processes.ts'
import { cross } from './crossings.ts'
import type { Trees } from './trees.ts'

const once = { short: 1, long: 1 }

/** One after the other, with clients of every kind meanwhile, of whom none may notice anything. */
export const stepsOf = (trees: Trees): Fault[] => [
  {
    name: 'migrate',
    what: 'the newer program migrates while the older one serves',
    ...{ rounds: once, strict: true },
    async run({ scene, each, must, tally, probes }) {
      await each(async () => {
        const env = { ...scene.variables, DATABASE_URL: scene.postgres.url() }
        const startedAt = performance.now()
        await runToEnd(process.execPath, [join(trees.newer, 'bin/gatehouse.js'), 'migrate'], { env })
        tally.notes.push(
          `${trees.added.length} migrations in ${Math.round(performance.now() - startedAt)} ms: ${trees.added.join(', ')}`,
        )
        await sleep(2_000) // every replica has looked at its schema, and every connection has met it
        must(probes.allGreen(), 'an older replica is not ready on the newer schema')
      })
    },
  },
  replacing('forward', 'older replicas are replaced by newer ones', trees.newer),
  replacing('back', 'newer replicas are replaced by older ones, on the newer schema', trees.older),
  replacing('forward again', 'and once more by newer ones', trees.newer),
]

function replacing(name: string, what: string, tree: string): Fault {
  return {
    ...{ name, what, rounds: once, strict: true },
    async run(stage) {
      await stage.each(async () => {
        await replaceAll(stage, tree)
      })
    },
  }
}

/** One by one; while both programs serve, what one makes is tried at the other. */
async function replaceAll(stage: Stage, tree: string): Promise<void> {
  const { scene, probes, must } = stage
  for (const [place, replica] of scene.replicas.entries()) {
    const { code } = await replica.stop()
    must(code === 0, `${replica.name} ended with ${code}`)
    await replica.start(tree)
    while (scene.balancer.ready().length < scene.replicas.length || !probes.allGreen()) await sleep(50)
    const other = scene.replicas[place + 1]
    if (!other) continue
    await cross(stage, replica, other)
    await cross(stage, other, replica)
  }
}
