import type { App, Db } from '../../platform/app.ts'
import { topic } from './announce.ts'
import type { Hook } from './hooks/hook.ts'
import * as hooks from './hooks/repository.ts'
import type { Mapping } from './mappings/mapping.ts'
import * as mappings from './mappings/repository.ts'

/** Everything that operators have said about claims. */
export interface Rules {
  mappings: readonly Mapping[]
  hooks: readonly Hook[]
}

/** Milliseconds. Older news than this may hide a change, so Postgres is asked. */
const trustedStalenessMs = 1_000

/** All rules in memory, read again when one changes anywhere: no token asks Postgres while the channel of changes speaks. */
export function openRules(app: Pick<App, 'db' | 'bus'>): () => Promise<Rules> {
  let known: Rules | null = null
  let reading: Promise<Rules> | null = null
  let changes = 0

  function forget(): void {
    changes++
    known = null
    reading = null // what is on its way may be from before the change
  }
  app.bus.on(topic, forget)
  app.bus.onGap(forget)

  async function read(): Promise<Rules> {
    const before = changes
    const found = await readRules(app.db)
    if (changes === before) known = found
    return found
  }

  function readOnce(): Promise<Rules> {
    const mine = (reading ??= read().finally(() => {
      if (reading === mine) reading = null
    }))
    return mine
  }

  return async () => {
    if (app.bus.staleFor() > trustedStalenessMs) return readRules(app.db)
    return known ?? readOnce()
  }
}

async function readRules(db: Db): Promise<Rules> {
  const [table, asked] = await Promise.all([mappings.list(db), hooks.list(db)])
  return { mappings: table, hooks: asked }
}
