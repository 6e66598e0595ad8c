import type { App, Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'
import * as webhooks from './repository.ts'
import type { Webhook } from './webhook.ts'

const topic = 'webhooks'

/** Tells every process, in the transaction of the change, that what it knows of webhooks is old. */
export const announceChange = (tx: Db): Promise<void> => tellReplicas(tx, topic, {})

/** Milliseconds. Older news than this may hide that a webhook was stopped, so Postgres is asked. */
const trustedStalenessMs = 1_000

export type Known = ReadonlyMap<string, Webhook>

/** All webhooks in memory, read again when one changes anywhere: no message asks Postgres while the channel of changes speaks. */
export function openMemory(app: Pick<App, 'db' | 'bus'>): () => Promise<Known> {
  let known: Known | null = null
  let reading: Promise<Known> | null = null
  let changes = 0

  function forget(): void {
    changes++
    known = null
    reading = null // what is on its way may be from before the change
  }
  app.bus.on(topic, forget)
  app.bus.onGap(forget)

  async function read(): Promise<Known> {
    const before = changes
    const found = await readAll(app.db)
    if (changes === before) known = found
    return found
  }

  function readOnce(): Promise<Known> {
    const mine = (reading ??= read().finally(() => {
      if (reading === mine) reading = null
    }))
    return mine
  }

  return async () => {
    if (app.bus.staleFor() > trustedStalenessMs) return readAll(app.db)
    return known ?? readOnce()
  }
}

const readAll = async (db: Db): Promise<Known> =>
  new Map((await webhooks.all(db)).map((webhook) => [webhook.id, webhook]))
