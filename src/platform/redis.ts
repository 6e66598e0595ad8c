import type { Command, Redis } from 'ioredis'

import type { Secret } from './crypto/index.ts'
import type { Log } from './log.ts'
import { currentSpan, errorType } from './telemetry/index.ts'

/** Redis, where there is one: read caches, rate counters, half-finished interactions. Never the only copy of a right. */
export type Cache = Redis

/**
 * Connects in the background: the service starts and runs without it. A command waits 100 ms at most, so a slow Redis
 * costs little, and none is queued while it is away.
 */
export async function openCache(
  url: Secret<string>,
  log: Log,
  { traced = false }: { traced?: boolean } = {},
): Promise<Cache> {
  const { Redis } = await import('ioredis') // not loaded where there is no Redis
  const cache = new Redis(url.reveal(), {
    keyPrefix: 'gatehouse:',
    commandTimeout: 100,
    connectTimeout: 1_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  })
  if (traced) traceCommands(cache)
  let told = false
  cache.on('error', (error: Error) => {
    if (!told) log.warn({ err: error }, 'Redis cannot be reached; going on without it')
    told = true
  })
  cache.on('ready', () => {
    if (told) log.info('Redis is back')
    told = false
  })
  return cache
}

/** A command is a span of what it is sent for, by its name alone: keys and values stay out. */
function traceCommands(cache: Redis): void {
  const send = cache.sendCommand.bind(cache)
  cache.sendCommand = (command: Command, stream) => {
    const operation = command.name.toUpperCase()
    const span = currentSpan()?.begin({
      kind: 'client',
      name: operation,
      attributes: { 'db.system.name': 'redis', 'db.operation.name': operation },
    })
    if (span)
      command.promise.then(
        () => {
          span.end()
        },
        (error: unknown) => {
          span.end({ failed: errorType(error) })
        },
      )
    return send(command, stream)
  }
}

/** Whether a Redis answers, within two seconds; nothing is kept open. */
export async function answersRedis(url: Secret<string>): Promise<boolean> {
  const { Redis } = await import('ioredis')
  const options = { lazyConnect: true, connectTimeout: 2_000, commandTimeout: 2_000, maxRetriesPerRequest: 0 }
  const cache = new Redis(url.reveal(), { ...options, retryStrategy: () => null })
  cache.on('error', () => undefined) // told by the command that fails
  try {
    await cache.ping()
    return true
  } catch {
    return false
  } finally {
    cache.disconnect()
  }
}
