import { join } from 'node:path'

import { type WithApis, openApis } from './features/apis/index.ts'
import { openOperatorClaims, type WithOperatorClaims } from './features/claims/index.ts'
import { openClients, type WithClients } from './features/clients/index.ts'
import { openPasswords, type WithPasswords } from './features/credentials/index.ts'
import { openFederation, type WithFederation } from './features/federation/index.ts'
import { openKeyRing, type WithKeys } from './features/keys/index.ts'
import { openMailer, type WithMailer } from './features/notifications/index.ts'
import { openLockout, type WithLockout } from './features/lockout/index.ts'
import type { WithOidc } from './features/oidc/index.ts'
import { openRequestLimits, type WithRequestLimits } from './features/request-limits/index.ts'
import { openRisk, type WithRisk } from './features/risk/index.ts'
import { openRevocationFeed, type WithRevocations } from './features/revocations/index.ts'
import { openSettings, type WithSettings } from './features/settings/index.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import type { App } from './platform/app.ts'
import { openBus } from './platform/bus.ts'
import type { Config, Databases } from './platform/config/index.ts'
import { openDatabase } from './platform/db/index.ts'
import { openDns } from './platform/dns.ts'
import { openLimits } from './platform/limits/index.ts'
import { type Log, openLog } from './platform/log.ts'
import { openMetrics } from './platform/metrics.ts'
import { openOutbound } from './platform/outbound/index.ts'
import { openCache } from './platform/redis.ts'
import { openSms } from './platform/sms/index.ts'
import { openTracing } from './platform/telemetry/index.ts'
import { openViews, type Views } from './platform/views/index.ts'

/** The whole service but its listeners: machinery, and what features keep in memory. */
export type Gatehouse = App &
  WithApis &
  WithClients &
  WithOperatorClaims &
  WithFederation &
  WithKeys &
  WithMailer &
  WithLockout &
  WithOidc &
  WithPasswords &
  WithRequestLimits &
  WithRevocations &
  WithRisk &
  WithSettings & { databases: Databases; close(): Promise<void> }

export interface OpenOptions {
  config: Config
  databases: Databases
  log?: Log
  clock?: Clock
  /** See `openDatabase`; for tests. */
  refuseSecondConnection?: boolean
  /** Parsed already, where many services follow each other in one process; for tests. */
  views?: Views
}

const views = join(import.meta.dirname, '../views')

/** Connections one process holds at most; LISTEN and the job queue have their own. */
const poolSize = 20

/** What commands work with: no signing keys, so that the way out stays open when these cannot be opened. */
export type CommandParts = App & WithMailer & WithPasswords & WithSettings & { close(): Promise<void> }

/** Opens everything one process needs, in the order in which it depends on each other; `close` undoes it backwards. */
export const openApp = (options: OpenOptions): Promise<Gatehouse> =>
  opening(async (undo) => {
    const commandParts = await openParts(options, undo, options.config.tracing)
    return { ...(await openFeatures(commandParts, undo)), databases: options.databases }
  })

export const openCommandParts = (options: OpenOptions): Promise<CommandParts> =>
  opening((undo) => openParts(options, undo, null))

type Undo = (() => Promise<void> | void)[]

/** Gives what `open` opened a `close`; what was opened before a failure is closed at once. */
async function opening<Parts>(
  open: (undo: Undo) => Promise<Parts>,
): Promise<Parts & { close(): Promise<void> }> {
  const undo: Undo = []
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    return { ...(await open(undo)), close }
  } catch (error) {
    await close()
    throw error
  }
}

type Parts = App & WithMailer & WithPasswords & WithSettings

async function openParts(options: OpenOptions, undo: Undo, traces: Config['tracing']): Promise<Parts> {
  const app = await openMachinery(options, undo, traces)
  const passwords = await openPasswords(app.config, app.log)
  undo.push(() => passwords.close())
  const mailer = openMailer(app.config, app.clock)
  undo.push(() => {
    mailer.close()
  })
  return { ...app, mailer, passwords, settings: openSettings(app) }
}

async function openMachinery(
  { config, databases, ...options }: OpenOptions,
  undo: Undo,
  traces: Config['tracing'],
): Promise<App> {
  const { clock = systemClock, log = openLog(config.logLevel), refuseSecondConnection = false } = options
  const tracing = await openTracing(traces, log)
  undo.push(() => tracing?.close())
  const traced = tracing !== null
  const bus = openBus(databases.direct, log)
  undo.push(() => bus.close())
  const url = databases.application
  const silentFor = () => bus.staleFor()
  const db = openDatabase({ url, max: poolSize, log, refuseSecondConnection, silentFor, traced })
  undo.push(() => db.destroy())
  const cache = config.redisUrl ? await openCache(config.redisUrl, log, { traced }) : null
  undo.push(() => cache?.disconnect())
  const outbound = await openOutbound(
    config.outboundAllow,
    config.production ? null : `${config.issuer}/demo/`,
  )
  undo.push(() => outbound.close())
  const limits = openLimits(db, cache)
  const metrics = openMetrics()
  const dns = openDns(config.dnsServers)
  const sms = openSms(config.sms, outbound)
  const found = options.views ?? (await openViews(views))
  return { config, db, bus, cache, clock, dns, log, outbound, limits, metrics, sms, tracing, views: found }
}

type Opened = Omit<Gatehouse, 'databases' | 'close'>

async function openFeatures(app: Parts, undo: Undo): Promise<Opened> {
  // In production nobody waits for it: a replica that takes over is as quick as the one that left. Beside all the rest.
  const prepared = app.config.production ? app.passwords.strength.prepare() : undefined
  const clients = openClients(app)
  undo.push(() => clients.close())
  const revocations = await openRevocationFeed(app)
  undo.push(() => {
    revocations.close()
  })
  const keys = await openKeyRing(app)
  undo.push(() => keys.close())
  const lockout = openLockout(app)
  undo.push(() => lockout.close())
  const risk = await openRisk(app)
  undo.push(() => {
    risk.close()
  })
  const federation = openFederation(app)
  const apis = await openApis(app)
  const operatorClaims = openOperatorClaims(app)
  const requestLimits = openRequestLimits({ ...app, lockout })
  const parts = {
    ...app,
    apis,
    clients,
    federation,
    operatorClaims,
    revocations,
    keys,
    lockout,
    requestLimits,
    risk,
  }
  const { openOidc } = await import('./features/oidc/index.ts') // commands do without, and it takes long to load
  const oidc = await openOidc(parts)
  undo.push(() => oidc.close())
  await prepared
  return { ...parts, oidc }
}
