import { AsyncLocalStorage } from 'node:async_hooks'

import type { Db } from '../../platform/app.ts'
import { afterCommit } from '../../platform/db/index.ts'

/** Who delivers what is announced over a pool, in this process. Goes with the pool. */
const listenersOf = new WeakMap<object, Set<() => void>>()

/** Of a pool and of its transactions alike. */
const poolOf = (db: Db): object => (db.client as { config: object }).config // knex leaves its client untyped

/** Tells the deliverers of this process, once the announcement is committed. Those of others look by themselves. */
export function tellFresh(db: Db): void {
  afterCommit(db, () => {
    for (const hear of listenersOf.get(poolOf(db)) ?? []) hear()
  })
}

/** Calls `hear` after announcements of this process, outside of what announced them. Returns what ends it. */
export function onFresh(db: Db, hear: () => void): () => void {
  const outside = AsyncLocalStorage.snapshot()
  const listeners = listenersOf.get(poolOf(db)) ?? new Set()
  listenersOf.set(poolOf(db), listeners)
  const listener = () => {
    outside(hear)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}
