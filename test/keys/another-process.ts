import type { KeyRing } from '../../src/features/keys/index.ts'
import { openKeyRing } from '../../src/features/keys/index.ts'
import type { App } from '../../src/platform/app.ts'
import { type Bus, openBus } from '../../src/platform/bus.ts'
import { readConfig } from '../../src/platform/config/index.ts'
import { openDatabase } from '../../src/platform/db/index.ts'
import { randomBytes } from '../../src/platform/crypto/index.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'

export type Process = Pick<App, 'db' | 'config' | 'clock' | 'log' | 'bus'>

/** What another process on the same database has of its own: a pool, a channel, perhaps other key-encryption keys. */
export function anotherProcess(app: Parts, options: { keyEncryptionKey?: string } = {}): Process {
  const { database } = app.config
  if (!database) throw new Error('tests run on a database of their own')
  const db = openDatabase({ url: database.application, max: 4, log: app.log, refuseSecondConnection: true })
  const bus = openBus(database.direct, app.log)
  afterTest(async () => {
    await bus.close()
    await db.destroy()
  })
  const { keyEncryptionKey } = options
  const config =
    keyEncryptionKey === undefined ? app.config : { ...app.config, ...sealedUnder(keyEncryptionKey) }
  return { db, bus, config, clock: app.clock, log: app.log }
}

export function sealedUnder(keyEncryptionKey: string) {
  const { keyEncryptionKeys } = readConfig({ KEY_ENCRYPTION_KEY: keyEncryptionKey, ...unused })
  return { keyEncryptionKeys }
}

const unused = {
  DATABASE_URL: 'postgres://localhost/unused',
  PASSWORD_PEPPER: 'p'.repeat(32),
  COOKIE_KEYS: 'c'.repeat(32),
}

export async function openRing(app: Process): Promise<KeyRing> {
  const ring = await openKeyRing(app)
  afterTest(() => ring.close())
  return ring
}

/** Waits until the bus has proven itself fresh, as it is in a process that runs for a while. */
export async function connected(bus: Bus): Promise<void> {
  await eventually(() => bus.staleFor() < 1_000)
}

/** Waits until it holds; @throws Error when it does not within the given milliseconds. */
export async function eventually(holds: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<number> {
  const startedAt = performance.now()
  while (!(await holds())) {
    if (performance.now() - startedAt > withinMs)
      throw new Error(`it did not come true within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return performance.now() - startedAt
}

const keyEncryptionKey = randomBytes(32).toString('base64')
let remembered: Record<string, unknown>[] | undefined

/** A service that was started once, just now. Its keys are made once for all tests: RSA keys take their time. */
export async function partsWithKeys(): Promise<Parts> {
  const app = await parts({ KEY_ENCRYPTION_KEY: keyEncryptionKey })
  remembered ??= await firstKeys(app)
  const now = app.clock.now()
  const times = { created_at: now, published_at: now }
  await app.db('signing_keys').delete()
  for (const row of remembered) await app.db('signing_keys').insert({ ...row, ...times })
  return app
}

async function firstKeys(app: Parts): Promise<Record<string, unknown>[]> {
  await (await openKeyRing(app)).close()
  return app.db('signing_keys').select<Record<string, unknown>[]>('*').orderBy('state')
}
