import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { type Gatehouse, openApp } from '../../src/app.ts'
import { setUserStatus } from '../../src/features/accounts/index.ts'
import { jobs, type Revocation, revoke } from '../../src/features/revocations/index.ts'
import { openHttp } from '../../src/http.ts'
import { bySystem } from '../../src/platform/app.ts'
import { secret } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { listen } from '../../src/platform/http/index.ts'
import { bearer, eventually, get, introspect, opens, pause } from '../oidc/tokens/requests.ts'
import { routeTo } from '../support/cut-off.ts'
import { freePort } from '../support/free-port.ts'
import { afterTest } from '../support/parts.ts'
import { type Person, person } from '../support/people.ts'
import { relyingParty, type RelyingParty, type Tokens } from '../support/relying-party.ts'
import { type Replica, stage } from '../support/stage.ts'

interface Two {
  app: Gatehouse
  issuer: string
  second: Replica
  /** Replicas by where they listen: the one that revokes first. */
  origins: string[]
  client: RelyingParty
  ann: Person
  signIn(): Promise<Tokens>
}

async function twoReplicas(): Promise<Two> {
  const { app, issuer, replica } = await stage()
  const second = await replica()
  const [client, ann] = [await relyingParty(app), await person(app)]
  const signIn = async () => (await client.signIn(ann)).tokens
  return { app, issuer, second, origins: [issuer, second.origin], client, ann, signIn }
}

/** One more process of the same service, which reaches the database by another way. */
async function processOn({ config, clock, log }: Gatehouse, url: string): Promise<{ origin: string }> {
  const by = secret(url)
  const app = await openApp({ config, clock, log, databases: { application: by, migration: by, direct: by } })
  const port = await freePort()
  const listener = await listen(openHttp(app, () => false).public, { host: '127.0.0.1', port }, log)
  afterTest(async () => {
    await listener.close(100)
    await app.close()
  })
  return { origin: `http://localhost:${port}` }
}

const factsOf = (tokens: Tokens) => {
  const { sid, jti, sub = '', client_id } = decodeJwt(tokens.access_token)
  return { sid: String(sid), jti: String(jti), sub, clientId: String(client_id) }
}

const revokeNow = (app: Gatehouse, what: Revocation | Revocation[]) =>
  transaction(app.db, (tx) => revoke(tx, app.clock.now(), what))

/** Milliseconds until no endpoint at `origin` takes the token any more. */
const refusedAt = (origin: string, tokens: Tokens) =>
  eventually(async () => !(await opens(origin, tokens.access_token)))

describe('the revocation feed', function () {
  this.timeout(30_000)

  const kinds: [kind: Revocation['kind'], keyOf: (tokens: Tokens) => string, others: boolean][] = [
    ['sid', (tokens) => factsOf(tokens).sid, true],
    ['jti', (tokens) => factsOf(tokens).jti, true],
    ['subject', (tokens) => factsOf(tokens).sub, false],
    ['client', (tokens) => factsOf(tokens).clientId, false],
  ]

  for (const [kind, keyOf, othersLive] of kinds) {
    it(`ends the tokens of a ${kind} on every replica within a second`, async () => {
      const { app, origins, client, signIn } = await twoReplicas()
      const [tokens, others] = [await signIn(), await signIn()]
      for (const origin of origins) expect(await opens(origin, tokens.access_token)).to.equal(true)

      await revokeNow(app, { kind, key: keyOf(tokens) })

      for (const origin of origins) {
        expect(await refusedAt(origin, tokens), origin).to.be.below(1_000)
        expect((await introspect(origin, client, tokens.access_token)).body).to.deep.equal({ active: false })
        if (othersLive) expect(await opens(origin, others.access_token)).to.equal(true)
        else await refusedAt(origin, others)
      }
    })
  }

  it('hears nothing of a revocation that was rolled back', async () => {
    const { app, origins, signIn } = await twoReplicas()
    const tokens = await signIn()
    const rolledBack = transaction(app.db, async (tx) => {
      await revoke(tx, app.clock.now(), { kind: 'sid', key: factsOf(tokens).sid })
      throw new Error('changed my mind')
    })
    expect(await rolledBack.catch((error: unknown) => String(error))).to.include('changed my mind')
    await pause(500)
    for (const origin of origins) expect(await opens(origin, tokens.access_token)).to.equal(true)
  })

  it('takes more at once than one message of Postgres holds', async () => {
    const { app, origins, signIn } = await twoReplicas()
    const tokens = await signIn()
    const many = Array.from({ length: 300 }, (_, index): Revocation => ({
      kind: 'sid',
      key: `session-${index}`,
    }))
    await revokeNow(app, [...many, { kind: 'sid', key: factsOf(tokens).sid }])
    for (const origin of origins) expect(await refusedAt(origin, tokens)).to.be.below(1_500)
  })

  it('knows at its start what was revoked before', async () => {
    const { app, issuer, replica } = await stage()
    const client = await relyingParty(app)
    const { tokens } = await client.signIn(await person(app))
    await revokeNow(app, { kind: 'jti', key: factsOf(tokens).jti })
    const later = await replica()
    expect(await opens(later.origin, tokens.access_token)).to.equal(false)
    await refusedAt(issuer, tokens)
  })

  it('lets a person in again who was enabled: with new tokens, never with the old', async () => {
    const { app, origins, ann, signIn } = await twoReplicas()
    const old = await signIn()
    await setUserStatus(app, bySystem, ann.id, 'disabled', 'test')
    for (const origin of origins) await refusedAt(origin, old)
    await setUserStatus(app, bySystem, ann.id, 'active', 'test')
    await pause(1_000) // a token names the second of its issue, and one of the second of the revocation counts as before it
    const fresh = await signIn()
    for (const origin of origins) {
      expect(await opens(origin, fresh.access_token)).to.equal(true)
      expect(await opens(origin, old.access_token)).to.equal(false)
    }
  })

  it('forgets what concerns no living token', async () => {
    const { app, clock } = await stage()
    await revokeNow(app, { kind: 'sid', key: 'ended' })
    const [sweep] = jobs(app)
    await sweep?.run(null)
    expect(await app.db('revocations')).to.have.lengthOf(1)
    clock.advance(2 * 3600)
    await sweep?.run(null)
    expect(await app.db('revocations')).to.have.lengthOf(0)
  })
})

describe('a replica that hears nothing', function () {
  this.timeout(30_000)

  it('listens again after its connection was cut, and missed nothing', async () => {
    const { app, second, signIn } = await twoReplicas()
    const tokens = await signIn()
    const { rowCount } = await app.db.raw<{ rowCount: number }>(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and query ~* '^(listen|select pg_notify)'`,
    )
    expect(rowCount, 'channels cut').to.be.at.least(2)
    await revokeNow(app, { kind: 'sid', key: factsOf(tokens).sid })
    expect(await refusedAt(second.origin, tokens)).to.be.below(1_500)
    await eventually(async () => (await get(`${second.origin}/health/ready`)).status === 200)
  })

  it('reads Postgres instead', async () => {
    const { app, second, signIn } = await twoReplicas()
    const [one, other] = [await signIn(), await signIn()]
    await second.app.bus.close()
    await revokeNow(app, { kind: 'sid', key: factsOf(one).sid })
    expect(await refusedAt(second.origin, one), 'while its memory still counts as fresh').to.be.below(1_500)
    await pause(1_200)
    await revokeNow(app, { kind: 'jti', key: factsOf(other).jti })
    expect(await refusedAt(second.origin, other), 'when it does not').to.be.below(1_500)
    expect(await opens(second.origin, (await signIn()).access_token), 'and lets in who may').to.equal(true)
  })

  it('refuses everybody when Postgres does not answer either: 503, never 200', async () => {
    const { app, issuer, client, signIn } = await twoReplicas()
    const route = await routeTo(app.databases.direct.reveal())
    const { origin } = await processOn(app, route.url)
    const tokens = await signIn()
    expect(await opens(origin, tokens.access_token)).to.equal(true)
    const documents = ['/.well-known/jwks.json', '/.well-known/openid-configuration'].map(
      (path) => origin + path,
    )
    const inService = await Promise.all(documents.map(async (url) => (await get(url)).status))
    expect(inService).to.deep.equal([200, 200])

    await route.cut()
    const until = performance.now() + 3_000
    let turns = 0
    while (performance.now() < until) {
      for (const path of ['/users/me', '/userinfo']) {
        const { status, headers } = await get(origin + path, bearer(tokens.access_token))
        expect(status, path).to.equal(503)
        expect(headers.get('retry-after'), path).to.match(/^\d+$/)
      }
      const shown = await introspect(origin, client, tokens.access_token)
      if (performance.now() > until - 1_000)
        expect([shown.status, shown.body.active]).to.deep.equal([503, undefined])
      for (const url of documents) expect((await get(url)).status, url).to.equal(200)
      turns++
      await pause(20)
    }
    expect(turns).to.be.above(10)
    expect(await opens(issuer, tokens.access_token), 'the others go on').to.equal(true)

    await revokeNow(app, { kind: 'sid', key: factsOf(tokens).sid })
    const fresh = await signIn()
    await route.restore()
    await eventually(() => opens(origin, fresh.access_token).catch(() => false))
    expect(await opens(origin, tokens.access_token), 'what was revoked meanwhile').to.equal(false)
  })
})
