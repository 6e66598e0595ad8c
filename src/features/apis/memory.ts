import type { App, Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'
import type { ApiRecord } from './api.ts'
import type { DetailType } from './details/schema.ts'
import * as apis from './repository.ts'

const topic = 'apis'

/** Tells every process, in the transaction of the change, that what it knows of APIs is old. */
export const announceChange = (tx: Db): Promise<void> => tellReplicas(tx, topic, {})

/** Milliseconds. Older news than this may hide that a client lost its place in a list, so Postgres is asked. */
const trustedStalenessMs = 1_000

/** APIs as this process knows them. Not to be called inside a transaction: it may take a connection. */
export interface Apis {
  all(): Promise<readonly ApiRecord[]>
  byIdentifier(identifier: string): Promise<ApiRecord | null>
  /** The API whose details have this type: a type belongs to one. */
  byDetailType(type: string): Promise<{ api: ApiRecord; type: DetailType } | null>
  /** Types of authorization details that were registered when they were last read, in order. */
  detailTypes(): readonly string[]
  /** Called when those have become others. */
  onDetailTypes(listener: () => void): void
}

export interface WithApis {
  apis: Apis
}

/** All APIs in memory, read again when one changes anywhere. While the channel of changes is silent, Postgres is asked. */
export async function openApis(app: Pick<App, 'db' | 'bus' | 'log'>): Promise<Apis> {
  const listeners: (() => void)[] = []
  let known: readonly ApiRecord[] | null = null
  let reading: Promise<readonly ApiRecord[]> | null = null
  let changes = 0
  let types: readonly string[] = []

  function learn(found: readonly ApiRecord[]): void {
    known = found
    const now = typesIn(found)
    if (now.join(' ') === types.join(' ')) return
    types = now
    for (const listener of listeners) listener()
  }

  async function read(): Promise<readonly ApiRecord[]> {
    const before = changes
    const found = await apis.all(app.db)
    if (changes === before) learn(found)
    return found
  }

  function readOnce(): Promise<readonly ApiRecord[]> {
    const mine = (reading ??= read().finally(() => {
      if (reading === mine) reading = null
    }))
    return mine
  }

  /** Read again at once, not when somebody asks: what discovery says depends on it. */
  function refresh(): void {
    changes++
    known = null
    reading = null // what is on its way may be from before the change
    readOnce().catch((error: unknown) => {
      app.log.warn({ err: error }, 'the APIs could not be read again; the next request tries')
    })
  }
  await readOnce()
  app.bus.on(topic, refresh)
  app.bus.onGap(refresh)

  async function all(): Promise<readonly ApiRecord[]> {
    if (app.bus.staleFor() > trustedStalenessMs) return apis.all(app.db)
    return known ?? readOnce()
  }

  return {
    all,
    byIdentifier: async (identifier) => (await all()).find((api) => api.identifier === identifier) ?? null,
    async byDetailType(name) {
      for (const api of await all()) {
        const type = api.detailTypes.find((one) => one.type === name)
        if (type) return { api, type }
      }
      return null
    },
    detailTypes: () => types,
    onDetailTypes: (listener) => {
      listeners.push(listener)
    },
  }
}

const typesIn = (all: readonly ApiRecord[]): string[] =>
  all.flatMap(({ detailTypes }) => detailTypes.map(({ type }) => type)).toSorted()
