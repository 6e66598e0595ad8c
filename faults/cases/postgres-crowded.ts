import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

import type { Fault } from '../fault.ts'
import { maxConnections } from '../rig/postgres.ts'

export const fault: Fault = {
  name: 'postgres-crowded',
  what: 'other programs hold every connection that PostgreSQL lets in',
  rounds: { short: 0, long: 5 },
  async run({ scene, each, turnsRed, recovered }) {
    await each(async () => {
      const others = await takeAll(scene.postgres.url('gatehouse', 'postgres'), async () => {
        await scene.postgres.ask(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = 'gatehouse' and usename = 'gatehouse'`,
        )
      })
      await turnsRed()
      await sleep(3_000)
      await Promise.all(others.map((other) => other.end().catch(() => undefined))) // they may have been ended
      await recovered(performance.now())
    })
  },
}

/** Takes what is free, has the service's connections ended, and takes what that frees, until hardly anything is left. */
async function takeAll(url: string, endOthers: () => Promise<void>): Promise<Client[]> {
  const taken: Client[] = []
  for (let turn = 0; turn < 5; turn++) {
    const wanted = maxConnections - taken.length
    const tried = await Promise.all(Array.from({ length: wanted }, () => take(url)))
    taken.push(...tried.filter((one) => one !== null))
    await endOthers()
  }
  const last = await Promise.all(Array.from({ length: 20 }, () => take(url)))
  return [...taken, ...last.filter((one) => one !== null)]
}

async function take(url: string): Promise<Client | null> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined) // ended by the server
  try {
    await client.connect()
    return client
  } catch {
    return null // there was none left
  }
}
