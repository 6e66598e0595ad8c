import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

import type { App } from '../../src/platform/app.ts'
import { openBus } from '../../src/platform/bus.ts'
import { readConfig } from '../../src/platform/config/index.ts'
import { randomBytes, secret } from '../../src/platform/crypto/index.ts'
import { openDatabase } from '../../src/platform/db/index.ts'
import { openDns } from '../../src/platform/dns.ts'
import { openLimits } from '../../src/platform/limits/index.ts'
import { watchedLog } from './canary.ts'
import { openOutbound } from '../../src/platform/outbound/index.ts'
import { openMetrics } from '../../src/platform/metrics.ts'
import { openCache } from '../../src/platform/redis.ts'
import { openSms } from '../../src/platform/sms/index.ts'
import { openViews, type Views } from '../../src/platform/views/index.ts'
import { type MovableClock, movableClock } from './clock.ts'
import { freshDatabase } from './database.ts'

export interface Parts extends App {
  clock: MovableClock
}

const takeDown: (() => Promise<void> | void)[] = []

/** Runs after the test, last registered first. */
export const afterTest = (undo: () => Promise<void> | void): void => void takeDown.push(undo)

afterEach(async () => {
  for (const undo of takeDown.splice(0).reverse()) await undo()
})

/**
 * Takes what `open` registered with `afterTest` out of the hands of the next test's end: `close` undoes it instead. For what
 * all tests of a file share (see shared-stage.ts).
 */
export async function openedForAll<Opened>(
  open: () => Promise<Opened>,
): Promise<{ opened: Opened; close: () => Promise<void> }> {
  const before = takeDown.length
  const opened = await open()
  const undos = takeDown.splice(before)
  const close = async () => {
    for (const undo of undos.reverse()) await undo()
  }
  return { opened, close }
}

let views: Promise<Views> | undefined

/** Parsed once per run: a third of what opening a service costs. */
export const sharedViews = (): Promise<Views> =>
  (views ??= openViews(join(import.meta.dirname, '../../views')))

/** One for the whole run, since databases are cloned with their sealed signing keys. */
const sealingKey = randomBytes(32).toString('base64')

/** The variables of a service on a database of its own. */
export function testVariables(databaseUrl: string): Record<string, string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
  afterTest(() => {
    rmSync(dataDir, { recursive: true, force: true })
  })
  return {
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    KEY_ENCRYPTION_KEY: sealingKey,
    PASSWORD_PEPPER: randomBytes(32).toString('base64'),
    COOKIE_KEYS: randomBytes(32).toString('base64'),
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'fatal',
    ...(process.env.TEST_REDIS_URL !== undefined && { REDIS_URL: process.env.TEST_REDIS_URL }),
  }
}

/** Counters of networks are shared by all who use one Redis, and every test comes from the same network. */
export async function emptyCache(): Promise<void> {
  const url = process.env.TEST_REDIS_URL
  if (url === undefined) return
  const redis = new Redis(url)
  await redis.flushdb()
  redis.disconnect()
}

/** The real machinery on a fresh database, with a clock that can be moved; taken down after the test. */
export async function parts(variables: Record<string, string> = {}): Promise<Parts> {
  const { url, drop } = await freshDatabase()
  afterTest(drop)
  await emptyCache()
  const config = readConfig({ ...testVariables(url), ...variables })
  const log = watchedLog(config.logLevel)
  const db = openDatabase({ url: secret(url), max: 10, log, refuseSecondConnection: true })
  const bus = openBus(secret(url), log)
  const cache = config.redisUrl ? await openCache(config.redisUrl, log) : null
  const outbound = await openOutbound(config.outboundAllow)
  afterTest(async () => {
    await outbound.close()
    cache?.disconnect()
    await bus.close()
    await db.destroy()
  })
  const views = await sharedViews()
  return {
    config,
    log,
    db,
    bus,
    cache,
    dns: openDns(config.dnsServers),
    outbound,
    sms: openSms(config.sms, outbound),
    views,
    clock: movableClock(),
    limits: openLimits(db, cache),
    metrics: openMetrics(),
    tracing: null,
  }
}
