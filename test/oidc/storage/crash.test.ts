import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import { expect } from 'chai'

import { type Gatehouse, openApp } from '../../../src/app.ts'
import { models } from '../../../src/features/oidc/storage/models.ts'
import { readConfig } from '../../../src/platform/config/index.ts'
import { secret, sha256 } from '../../../src/platform/crypto/index.ts'
import { migrate } from '../../../src/platform/db/index.ts'
import { openLog } from '../../../src/platform/log.ts'
import { asNative } from '../../authentication/native/app.ts'
import { emptyDatabase } from '../../support/database.ts'
import { freePort } from '../../support/free-port.ts'
import { afterTest, testVariables } from '../../support/parts.ts'
import { person } from '../../support/people.ts'
import { type RelyingParty, relyingParty } from '../../support/relying-party.ts'
import { type Answer, asClient, freshCode, get, pause, post, refresh, signer } from '../tokens/requests.ts'

const program = join(import.meta.dirname, '../../../bin/gatehouse.js')

/** The service as an operator runs it, in a process of its own that can be killed. */
interface Service {
  origin: string
  /** Parts on the same database, in this process. */
  app: Gatehouse
  start(): Promise<void>
  kill(): Promise<void>
}

async function service(): Promise<Service> {
  const { url, drop } = await emptyDatabase()
  afterTest(drop)
  const port = await freePort()
  const variables = {
    ...testVariables(url),
    PORT: String(port),
    ROOT_ADMIN_PASSWORD: 'correct horse battery staple',
  }
  const origin = `http://localhost:${port}`
  const databases = { application: secret(url), migration: secret(url), direct: secret(url) }
  await migrate(databases)
  const app = await openApp({ config: readConfig(variables), databases, log: openLog('fatal') })
  afterTest(() => app.close())

  let child: ChildProcess | null = null
  const kill = async () => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  afterTest(kill)
  return {
    app,
    origin,
    kill,
    async start() {
      const environment = { PATH: process.env.PATH, ...variables }
      child = spawn(process.execPath, [program, 'start'], { env: environment, stdio: 'ignore' })
      const until = performance.now() + 30_000
      while (!(await isReady(origin))) {
        if (child.exitCode !== null || performance.now() > until) throw new Error('the service did not start')
        await pause(50)
      }
    },
  }
}

const isReady = (origin: string): Promise<boolean> =>
  get(`${origin}/health/ready`).then(
    ({ status }) => status === 200,
    () => false,
  )

/** Makes every commit of a refresh token take as long as a kill needs to hit it. */
async function slowCommits({ db }: Pick<Gatehouse, 'db'>): Promise<void> {
  await db.raw(`
    create function test_linger() returns trigger language plpgsql as $$ begin perform pg_sleep(0.1); return null; end $$;
    create constraint trigger test_linger after insert on oidc_payloads deferrable initially deferred
      for each row when (new.model = ${models.RefreshToken.code}) execute function test_linger();`)
}

/** A client that keeps refreshing, and remembers the last refresh token whose answer it has read whole. */
interface Session {
  acknowledged: string
  redeem(token: string): Promise<Answer>
}

/** Refreshes until the service is gone. */
async function keepRefreshing(session: Session): Promise<void> {
  for (;;) {
    const answer = await session.redeem(session.acknowledged).catch(() => null)
    if (answer === null) return
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200)
    session.acknowledged = String(answer.body.refresh_token)
  }
}

async function sessionsOf({
  app,
  origin,
}: Service): Promise<{ sessions: Session[]; signInAgain(): Promise<void> }> {
  const byKey = await signer(app)
  const ann = await person(app)
  const client = await relyingParty(app)
  const signing = await relyingParty(app, { authentication: byKey.authentication })
  const { browser } = await client.signIn(ann)
  const redeemSigned = async (form: Record<string, string>) =>
    post(`${origin}/token`, { ...form, ...(await byKey.assertion(signing.clientId)) })

  const open = async (at: RelyingParty, redeemCode: (form: Record<string, string>) => Promise<Answer>) => {
    const { status, body } = await redeemCode(await freshCode(at, browser))
    expect(status, JSON.stringify(body)).to.equal(200)
    return String(body.refresh_token)
  }
  const bySecret = (form: Record<string, string>) => asClient(origin, '/token', client, form)
  const sessions: Session[] = []
  for (let index = 0; index < 4; index++) {
    const [plain, signed] = [await open(client, bySecret), await open(signing, redeemSigned)]
    sessions.push({ acknowledged: plain, redeem: (token) => refresh(origin, client, token) })
    const redeem = (token: string) => redeemSigned({ grant_type: 'refresh_token', refresh_token: token })
    sessions.push({ acknowledged: signed, redeem })
  }
  const native = asNative({ issuer: origin }, client)
  const { refresh_token: acknowledged } = await native.signedIn(ann)
  sessions.push({ acknowledged, redeem: (token) => native.refresh(token) })
  return {
    sessions,
    async signInAgain() {
      await open(client, bySecret)
    },
  }
}

/** Whether the token that a client holds was exchanged although it never read the answer. */
async function wasExchanged({ db }: Pick<Gatehouse, 'db'>, { acknowledged }: Session): Promise<boolean> {
  const rows = await db('oidc_payloads')
    .where({ id: sha256(acknowledged) })
    .whereNotNull('consumed_at')
  return rows.length === 1
}

/** What Postgres is doing for the killed process: left to finish, or undone as when its machine died too. */
async function settle({ db }: Pick<Gatehouse, 'db'>, undo: boolean): Promise<void> {
  const busy = `from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                and state <> 'idle' and backend_type = 'client backend'`
  if (undo) await db.raw(`select pg_terminate_backend(pid) ${busy}`)
  for (;;) {
    const { rows } = await db.raw<{ rows: unknown[] }>(`select 1 ${busy}`)
    if (rows.length === 0) return
    await pause(20)
  }
}

const rounds = process.env.RUN_LONG === undefined ? 4 : 20

describe(`a service killed in the middle of token requests, ${rounds} times`, function () {
  this.timeout(60_000 + rounds * 20_000)

  it('loses nobody’s sign-in: whoever asks again with the last token they got is answered', async () => {
    const running = await service()
    await running.start()
    const { sessions, signInAgain } = await sessionsOf(running)
    await slowCommits(running.app)
    const hit = { exchanged: 0, untouched: 0 }

    for (let round = 0; round < rounds; round++) {
      const clients = sessions.map(keepRefreshing)
      await pause(250 + ((round * 37) % 150))
      await running.kill()
      await settle(running.app, round % 2 === 1)
      await Promise.all(clients)
      for (const session of sessions)
        hit[(await wasExchanged(running.app, session)) ? 'exchanged' : 'untouched']++

      await running.start()
      for (const session of sessions) {
        const answer = await session.redeem(session.acknowledged)
        expect(answer.status, `round ${round}: ${JSON.stringify(answer.body)}`).to.equal(200)
        session.acknowledged = String(answer.body.refresh_token)
      }
      await signInAgain()
    }

    expect(hit.exchanged, 'answers lost after their commit').to.be.above(0)
    expect(hit.untouched, 'requests lost before their commit').to.be.above(0)
  })
})
