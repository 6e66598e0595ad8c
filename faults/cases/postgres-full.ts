import { setTimeout as sleep } from 'node:timers/promises'

import type { Fault } from '../fault.ts'
import type { Postgres } from '../rig/postgres.ts'

export const fault: Fault = {
  name: 'postgres-full',
  what: 'the disk of PostgreSQL is full to the last byte',
  rounds: { short: 0, long: 3 },
  lacks: ({ postgres }) =>
    postgres.fillDisk === null ? 'a disk that may be filled takes the right to mount one' : null,
  async run({ scene, tally, each, recovered, must }) {
    await each(async () => {
      const before = tally.shed
      scene.postgres.fillDisk?.()
      await sleep(scene.form === 'long' ? 10_000 : 3_000)
      await fillLog(scene.postgres)
      await sleep(scene.form === 'long' ? 5_000 : 3_000)
      must(tally.shed > before, 'nobody noticed that the disk was full')
      scene.postgres.freeDisk()
      await scene.postgres.ensure() // where it could not write its log, it has stopped
      await recovered(performance.now())
    })
  },
}

/** What is left of its log was made beforehand: it goes on writing there until that is full, too. */
async function fillLog({ ask }: Postgres): Promise<void> {
  for (let segment = 0; segment < 8; segment++) {
    const went = await ask('select pg_switch_wal(), pg_logical_emit_message(false, $1, $1)', ['faults']).then(
      () => true,
      () => false,
    )
    if (!went) return
  }
}
