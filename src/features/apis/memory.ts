import type { App, Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'
import { remembered } from '../../platform/remembered.ts'
import type { ApiRecord } from './api.ts'
import type { DetailType } from './details/schema.ts'
import * as apis from './repository.ts'

const topic = 'apis'

/** Tells every process, in the transaction of the change, that what it knows of APIs is old. */
export const announceChange = (tx: Db): Promise<void> => tellReplicas(tx, topic, {})

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
  let types: readonly string[] = []

  function learned(found: readonly ApiRecord[]): void {
    const now = typesIn(found)
    if (now.join(' ') === types.join(' ')) return
    types = now
    for (const listener of listeners) listener()
  }

  /** Read again at once, not when somebody asks: what discovery says depends on it. */
  function forgotten(again: () => Promise<unknown>): void {
    again().catch((error: unknown) => {
      app.log.warn({ err: error }, 'the APIs could not be read again; the next request tries')
    })
  }
  const { get: all } = remembered<readonly ApiRecord[]>(app, {
    topic,
    read: () => apis.all(app.db),
    learned,
    forgotten,
  })
  learned(await all()) // also where the channel of changes does not speak yet

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
