import type { Fault } from '../fault.ts'

export const fault: Fault = {
  name: 'postgres-restarted',
  what: 'PostgreSQL is restarted (fast) under load',
  rounds: { short: 0, long: 5 },
  async run({ scene, each, recovered }) {
    await each(async () => {
      await scene.postgres.stop('fast')
      await scene.postgres.start()
      await recovered(performance.now())
    })
  },
}
