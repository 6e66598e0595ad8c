import type { Fault } from '../fault.ts'
import { openReplica, type Replica } from '../rig/replica.ts'
import { count } from '../tally.ts'

export const fault: Fault = {
  name: 'many-start-at-once',
  what: 'ten replicas start at the same moment on an empty database',
  rounds: { short: 0, long: 5 },
  load: false,
  async run({ scene, tally, each }) {
    const { postgres, variables } = scene
    await each(async (number) => {
      const database = `empty_${number}`
      await postgres.ask(`create database ${database} owner gatehouse`)
      const around = { postgres, redis: null, variables, database }
      const replicas: Replica[] = await Promise.all(
        Array.from({ length: scene.form === 'long' ? 10 : 3 }, (_, at) =>
          openReplica(`${database}-${at}`, around),
        ),
      )
      try {
        await Promise.all(replicas.map((replica) => replica.start()))
        tally.acknowledged += replicas.length
        const [made] = await postgres.ask<{ roots: number; people: number; keys: number }>(
          `select (select count(*)::int from assignments where role = 'root_admin') as roots,
                  (select count(*)::int from users) as people,
                  (select count(*)::int from signing_keys where state = 'active') as keys`,
          [],
          database,
        )
        if (made?.roots !== 1 || made.people !== 1) count(tally, 'twice', 'there is not one administrator')
        if (made?.keys !== 3) count(tally, 'twice', 'there is not one key for each algorithm')
        const shown = replicas.filter((replica) => /^ +Password +\S+$/m.test(replica.said())).length
        if (shown !== 1) count(tally, shown > 1 ? 'twice' : 'lost', `${shown} passwords were shown`)
      } finally {
        await Promise.all(replicas.map((replica) => replica.close()))
      }
    })
  },
}
