import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

import { freePort } from '../../test/support/free-port.ts'
import { type Child, start, until } from './processes.ts'

export interface RedisServer {
  port: number
  start(): Promise<void>
  kill(): Promise<void>
  flush(): Promise<void>
  close(): Promise<void>
}

/** Null where there is no redis-server: what needs it is left out, and said so. */
export async function openRedis(): Promise<RedisServer | null> {
  const port = await freePort()
  const place = mkdtempSync(join(tmpdir(), 'gatehouse-faults-redis-'))
  let child: Child | null = null
  const asked = async (command: 'ping' | 'flushall') => {
    const client = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null })
    client.on('error', () => undefined) // told by the command that fails
    try {
      await client.connect()
      await client.call(command)
      return true
    } catch {
      return false
    } finally {
      client.disconnect()
    }
  }
  const server: RedisServer = {
    port,
    async start() {
      const options = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', place]
      const next = start('redis-server', ['--port', String(port), ...options])
      child = next
      await until('Redis answers', async () => !next.alive() || (await asked('ping')))
    },
    async kill() {
      child?.signal('SIGKILL')
      await child?.ended
    },
    async flush() {
      await asked('flushall')
    },
    async close() {
      await server.kill()
      rmSync(place, { recursive: true, force: true })
    },
  }
  await server.start()
  if (await asked('ping')) return server
  await server.close()
  return null
}
