import type { App } from '../../../platform/app.ts'
import type { ModelName } from './models.ts'
import type { Payload } from './payload.ts'
import type { Put } from './repository.ts'

/** The part of the storage that may vanish at any moment: Redis, where there is one. */
export interface CacheStore {
  /** False when it could not be kept: the caller writes it to Postgres. */
  write(row: Put, now: Date): Promise<boolean>
  /** Null when it is not here: the caller asks Postgres. */
  read(model: ModelName, key: Buffer): Promise<Payload | null>
  remove(model: ModelName, key: Buffer): Promise<void>
}

const nowhere: CacheStore = {
  write: async () => false,
  read: async () => null,
  remove: async () => undefined,
}

export function openCacheStore({ cache }: Pick<App, 'cache'>): CacheStore {
  if (!cache) return nowhere
  const nameOf = (model: ModelName, key: Buffer) => `oidc:${model}:${key.toString('hex')}`
  return {
    write: async (row, now) => {
      const milliseconds = row.expiresAt.getTime() - now.getTime()
      if (milliseconds <= 0) return false
      return cache.set(nameOf(row.model, row.key), JSON.stringify(row.payload), 'PX', milliseconds).then(
        () => true,
        () => false, // Redis is away: told once by its own listener
      )
    },
    read: async (model, key) => {
      // A process that stood still (a start, many hashes) has missed an answer that is there: asked once more.
      const ask = () => cache.get(nameOf(model, key))
      const text = await ask()
        .catch(ask)
        .catch(() => null)
      return text === null ? null : (JSON.parse(text) as Payload) // written by write() above
    },
    remove: async (model, key) => {
      await cache.del(nameOf(model, key)).catch(() => 0)
    },
  }
}
