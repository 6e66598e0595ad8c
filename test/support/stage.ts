import { type Gatehouse, openApp } from '../../src/app.ts'
import { openSequencer } from '../../src/features/audit/index.ts'
import { tagTexts } from '../../src/features/documentation/index.ts'
import { openHttp, routes } from '../../src/http.ts'
import { readConfig } from '../../src/platform/config/index.ts'
import { secret } from '../../src/platform/crypto/index.ts'
import { listen, openapi } from '../../src/platform/http/index.ts'
import { openLog } from '../../src/platform/log.ts'
import { watchedLog } from './canary.ts'
import { openWork } from '../../src/worker.ts'
import { type MovableClock, movableClock } from './clock.ts'
import { rememberApi } from './contract.ts'
import { freshDatabase } from './database.ts'
import { freePort } from './free-port.ts'
import { afterTest, emptyCache, sharedViews, testVariables } from './parts.ts'

/** A running service on a database of its own. */
export interface Stage {
  app: Gatehouse
  issuer: string
  clock: MovableClock
  /** Another process on the same database, or a copy of it, with its own memory and the same secrets. */
  replica(databaseUrl?: string): Promise<Replica>
  /** What the process was given. */
  variables: Record<string, string>
}

/** The same service once more; `origin` is where it listens, its issuer is the first one's. */
export interface Replica {
  app: Gatehouse
  origin: string
}

export interface StageOptions {
  variables?: Record<string, string>
  /** Run reactions and jobs too, and chain the audit log. */
  worker?: boolean
}

/** The whole service, reachable over HTTP until the test ends. */
export async function stage(options: StageOptions = {}): Promise<Stage> {
  const { url, drop } = await freshDatabase('with signing keys', makeKeys)
  afterTest(drop)
  await emptyCache()
  const port = await freePort()
  const variables = { ...testVariables(url), PORT: String(port), ...options.variables }
  const clock = movableClock()
  const { app } = await open(variables, clock, port)
  if (options.worker) {
    const sequencer = openSequencer(app)
    afterTest(() => sequencer.close())
    const work = await openWork(app)
    afterTest(() => work.close())
  }
  return {
    app,
    clock,
    issuer: app.config.issuer,
    replica: async (copy = url) =>
      open({ ...variables, DATABASE_URL: copy, ISSUER: app.config.issuer }, clock, await freePort()),
    variables,
  }
}

/** Making RSA keys takes longer than most tests: once per run. */
async function makeKeys(url: string): Promise<void> {
  const databaseUrl = secret(url)
  const databases = { application: databaseUrl, migration: databaseUrl, direct: databaseUrl }
  const app = await openApp({ config: readConfig(testVariables(url)), databases, log: openLog('fatal') })
  await app.close()
}

async function open(variables: Record<string, string>, clock: MovableClock, port: number): Promise<Replica> {
  const config = readConfig(variables)
  const url = secret(variables.DATABASE_URL ?? '')
  const databases = { application: url, migration: url, direct: url }
  const app = await openApp({
    config,
    databases,
    clock,
    log: watchedLog(config.logLevel),
    refuseSecondConnection: true,
    views: await sharedViews(),
  })
  rememberApi(() => openapi(routes(app), config.issuer, tagTexts))
  const listener = await listen(openHttp(app, () => false).public, { host: '127.0.0.1', port }, app.log)
  afterTest(async () => {
    await listener.close(100)
    await app.close()
  })
  return { app, origin: `http://localhost:${port}` }
}
