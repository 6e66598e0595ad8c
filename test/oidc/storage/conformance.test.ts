import { expect } from 'chai'
import type { Adapter, AdapterPayload } from 'oidc-provider'

import { openApis } from '../../../src/features/apis/index.ts'
import { openClients } from '../../../src/features/clients/index.ts'
import { openSigningProfile } from '../../../src/features/oidc/signing-profile.ts'
import { openAdapters, type StorageParts } from '../../../src/features/oidc/storage/adapter.ts'
import { openCacheStore } from '../../../src/features/oidc/storage/cache-store.ts'
import { commitUnit, type Outcome } from '../../../src/features/oidc/storage/commit.ts'
import { openIds } from '../../../src/features/oidc/storage/ids.ts'
import { models } from '../../../src/features/oidc/storage/models.ts'
import { openUnit, type UnitOfWork } from '../../../src/features/oidc/storage/unit-of-work.ts'
import { openSettings } from '../../../src/features/settings/index.ts'
import { randomToken, secret, sha256 } from '../../../src/platform/crypto/index.ts'
import { openLog } from '../../../src/platform/log.ts'
import { type Cache, openCache } from '../../../src/platform/redis.ts'
import { afterTest, type Parts, parts } from '../../support/parts.ts'

const redisUrl = process.env.TEST_REDIS_URL

/** Nobody listens there. */
const deadRedis = 'redis://127.0.0.1:1/0'

const arrangements: { name: string; redis: string | null; ready: boolean }[] = [
  { name: 'Postgres only', redis: null, ready: true },
  { name: 'Postgres with a Redis that is down', redis: deadRedis, ready: false },
  ...(redisUrl === undefined ? [] : [{ name: 'Postgres with Redis', redis: redisUrl, ready: true }]),
]

interface Storage {
  app: Parts
  cache: Cache | null
  parts: StorageParts
  of(model: string): Adapter
  /** Runs calls as one request does, and commits them as its middleware does. */
  request(work: (unit: UnitOfWork) => Promise<void>): Promise<Outcome>
}

async function storage(redis: string | null): Promise<Storage> {
  const app = await parts()
  const cache = redis === null ? null : await openCache(secret(redis), app.log)
  afterTest(() => cache?.disconnect())
  if (redis !== null && redis !== deadRedis) await new Promise((resolve) => cache?.once('ready', resolve))
  const clients = openClients({ ...app, settings: openSettings(app) })
  afterTest(() => clients.close())
  let unit: UnitOfWork | null = null
  const all: StorageParts = {
    ...app,
    apis: await openApis(app),
    clients,
    profile: await openSigningProfile({ ...app, settings: openSettings(app) }, () => undefined),
    ids: openIds(),
    cacheStore: openCacheStore({ cache }),
    currentUnit: () => unit,
    redeemingClientId: () => 'web1',
    redeemingKey: async () => '',
    isOfProof: () => false,
  }
  return {
    app,
    cache,
    parts: all,
    of: openAdapters(all),
    async request(work) {
      const own = openUnit()
      unit = own
      await work(own).finally(() => {
        unit = null
      })
      return commitUnit(all, own)
    },
  }
}

/** Models kept as rows, with what the provider stores of them. */
const rowModels: Record<string, AdapterPayload> = {
  Grant: { kind: 'Grant', accountId: 'ann', clientId: 'web1', openid: { scope: 'openid' } },
  Session: { kind: 'Session', accountId: 'ann', uid: 'uid-1', loginTs: 1_700_000_000 },
  AuthorizationCode: { kind: 'AuthorizationCode', accountId: 'ann', clientId: 'web1', grantId: 'grant-1' },
  RefreshToken: { kind: 'RefreshToken', accountId: 'ann', clientId: 'web1', grantId: 'grant-1', iiat: 1 },
  PushedAuthorizationRequest: { kind: 'PushedAuthorizationRequest', request: 'e30.e30.' },
  Interaction: {
    kind: 'Interaction',
    params: { client_id: 'web1' },
    prompt: { name: 'login', reasons: [], details: {} },
    cid: 'c',
  },
  DeviceCode: { kind: 'DeviceCode', clientId: 'web1', grantId: 'grant-1', userCode: 'BCDFGHJKL' },
}

const usedOnce = ['AuthorizationCode', 'RefreshToken', 'PushedAuthorizationRequest', 'DeviceCode']

for (const { name, redis, ready } of arrangements) {
  describe(`the provider's storage, on ${name}`, () => {
    it('gives a row of every model back as it was, under its own id, until it is destroyed', async () => {
      const { of } = await storage(redis)
      for (const [model, payload] of Object.entries(rowModels)) {
        const id = randomToken()
        await of(model).upsert(id, { ...payload, jti: id }, 60)

        expect(await of(model).find(id), model).to.deep.equal({ ...payload, jti: id })

        await of(model).destroy(id)
        expect(await of(model).find(id), model).to.equal(undefined)
      }
    })

    it("lets rows of every model expire by the application's clock, swept or not", async () => {
      const { of, app } = await storage(redis)
      const inPostgres = Object.keys(rowModels).filter(
        (model) => model !== 'Interaction' || !ready || redis === null,
      )
      for (const model of inPostgres) await of(model).upsert(`${model}-1`, { ...rowModels[model] }, 60)

      app.clock.advance(57)
      for (const model of inPostgres)
        expect(await of(model).find(`${model}-1`), model).to.not.equal(undefined)
      app.clock.advance(4)
      for (const model of inPostgres) {
        const found = await of(model).find(`${model}-1`)
        expect(found && found.exp, model).to.equal(model === 'DeviceCode' ? 1 : undefined) // RFC 8628, section 3.5
      }
      app.clock.advance(600)
      expect(await of('DeviceCode').find('DeviceCode-1')).to.equal(undefined)
    })

    it('refuses what looks like a stored id when it comes from outside', async () => {
      const { of, parts: own } = await storage(redis)
      for (const [model, payload] of Object.entries(rowModels)) {
        const id = randomToken()
        await of(model).upsert(id, { ...payload, jti: id }, 60)
        const key = sha256(id)

        const forged = [
          key.toString('hex'),
          key.toString('base64url'),
          `\\x${key.toString('hex')}`,
          `handle:${key.toString('hex')}`,
          `handle::${key.toString('hex')}`,
          openIds().handleOf(key),
        ]
        for (const value of forged)
          expect(await of(model).find(value), `${model} ${value}`).to.equal(undefined)
        expect(await of(model).find(own.ids.handleOf(key)), model).to.not.equal(undefined)
      }
    })

    it('shows what was used as used from that moment, and lets nobody use it again', async () => {
      const { of, app, request } = await storage(redis)
      for (const model of usedOnce) {
        const id = randomToken()
        await of(model).upsert(id, { ...rowModels[model], jti: id }, 60)

        expect(await request(() => of(model).consume(id)), model).to.equal('written')

        const now = Math.floor(app.clock.now().getTime() / 1000)
        expect((await of(model).find(id))?.consumed, model).to.be.closeTo(now, 1)
        expect(await request(() => of(model).consume(id)), model).to.equal('used')
      }
    })

    it('lets one of twenty requests at once use a row, and writes nothing of the others', async () => {
      const { of, app, parts: own } = await storage(redis)
      for (const model of usedOnce) {
        const id = randomToken()
        await of(model).upsert(id, { ...rowModels[model], jti: id }, 60)
        const racing = Array.from({ length: 20 }, async () => {
          const unit = openUnit()
          const others = openAdapters({ ...own, currentUnit: () => unit })
          await others(model).consume(id)
          await others('Grant').upsert(randomToken(), { ...rowModels.Grant }, 60)
          return commitUnit(own, unit)
        })

        const outcomes = await Promise.all(racing)

        expect(
          outcomes.filter((outcome) => outcome === 'written'),
          model,
        ).to.have.lengthOf(1)
      }
      expect(await app.db('oidc_payloads').where({ model: models.Grant.code })).to.have.lengthOf(
        usedOnce.length,
      )
    })

    it('finds a session by its uid under a name that leads to the same row, and only to it', async () => {
      const { of } = await storage(redis)
      const id = randomToken()
      await of('Session').upsert(id, { ...rowModels.Session, jti: id }, 60)

      const found = await of('Session').findByUid('uid-1')
      expect(found).to.include({ accountId: 'ann', uid: 'uid-1' })
      expect(found?.jti).to.not.equal(id)

      await of('Session').upsert(String(found?.jti), { ...rowModels.Session, acr: 'x' }, 60)
      expect(await of('Session').find(id)).to.include({ acr: 'x', jti: id })
      await of('Session').destroy(String(found?.jti))
      expect(await of('Session').find(id)).to.equal(undefined)
      expect(await of('Session').findByUid('uid-1')).to.equal(undefined)
    })

    it('lets two requests at once give a session a new id: one of them does, the other hears of it', async () => {
      const { of, parts: own } = await storage(redis)
      const old = randomToken()
      const next = [randomToken(), randomToken()]
      await of('Session').upsert(old, { ...rowModels.Session, jti: old }, 60)
      const prepared = next.map(async (id) => {
        const unit = openUnit()
        const adapter = openAdapters({ ...own, currentUnit: () => unit })('Session')
        await adapter.find(old)
        await adapter.destroy(old)
        await adapter.upsert(id, { ...rowModels.Session, jti: id }, 60)
        return unit
      })
      const units = await Promise.all(prepared) // both have loaded it before either commits
      const resets = units.map((unit) => commitUnit(own, unit))

      expect((await Promise.all(resets)).sort()).to.deep.equal(['stale', 'written'])

      const alive = await Promise.all([old, ...next].map((id) => of('Session').find(id)))
      expect(alive.filter((one) => one !== undefined)).to.have.lengthOf(1)
    })

    it('ends a grant with all that came from it, and nothing else', async () => {
      const { of } = await storage(redis)
      const codes = [randomToken(), randomToken()]
      await of('Grant').upsert('grant-1', { ...rowModels.Grant, jti: 'grant-1' }, 60)
      await of('AuthorizationCode').upsert(codes[0] ?? '', { ...rowModels.AuthorizationCode }, 60)
      await of('RefreshToken').upsert('refresh-1', { ...rowModels.RefreshToken }, 60)
      await of('AuthorizationCode').upsert(
        codes[1] ?? '',
        { ...rowModels.AuthorizationCode, grantId: 'grant-2' },
        60,
      )

      await of('RefreshToken').revokeByGrantId('grant-1')

      expect(await of('Grant').find('grant-1')).to.equal(undefined)
      expect(await of('RefreshToken').find('refresh-1')).to.equal(undefined)
      expect(await of('AuthorizationCode').find(codes[0] ?? '')).to.equal(undefined)
      expect(await of('AuthorizationCode').find(codes[1] ?? '')).to.not.equal(undefined)
    })

    it('makes a replay mark once until it expires, whoever asks at once', async () => {
      const { of, app, request, parts: own } = await storage(redis)
      const mark = () => of('ReplayDetection').upsert('assertion-1', {}, 60)
      const racing = Array.from({ length: 20 }, async () => {
        const unit = openUnit()
        await openAdapters({ ...own, currentUnit: () => unit })('ReplayDetection').upsert(
          'assertion-1',
          {},
          60,
        )
        return commitUnit(own, unit)
      })

      const outcomes = await Promise.all(racing)
      expect(outcomes.filter((outcome) => outcome === 'written')).to.have.lengthOf(1)
      expect(outcomes.filter((outcome) => outcome === 'replayed')).to.have.lengthOf(19)
      expect(await request(mark)).to.equal('replayed')
      expect(await mark().catch((error: unknown) => error)).to.be.an('error')

      app.clock.advance(61)
      expect(await request(mark)).to.equal('written')
    })

    it('lets one of twenty requests at once finish an interaction', async () => {
      const { of, parts: own } = await storage(redis)
      const id = randomToken()
      await of('Interaction').upsert(
        id,
        { ...rowModels.Interaction, result: { login: { accountId: 'ann' } } },
        60,
      )
      const racing = Array.from({ length: 20 }, async () => {
        const unit = openUnit()
        await openAdapters({ ...own, currentUnit: () => unit })('Interaction').destroy(id)
        return commitUnit(own, unit)
      })

      const outcomes = await Promise.all(racing)

      expect(outcomes.filter((outcome) => outcome === 'written')).to.have.lengthOf(1)
      expect(await of('Interaction').find(id)).to.equal(undefined)
    })

    it('leaves an interaction as it was for a request that lost another race and comes again', async () => {
      const { of, parts: own } = await storage(redis)
      await of('AuthorizationCode').upsert('used', { ...rowModels.AuthorizationCode }, 60)
      await of('AuthorizationCode').consume('used')
      await of('Interaction').upsert('i-1', { ...rowModels.Interaction }, 60)
      const unit = openUnit()
      const adapters = openAdapters({ ...own, currentUnit: () => unit })
      await adapters('Interaction').destroy('i-1')
      await adapters('AuthorizationCode').consume('used')

      expect(await commitUnit(own, unit)).to.equal('used')

      expect(await of('Interaction').find('i-1')).to.include({ cid: 'c' })
    })

    it('keeps no bearer value of an interaction: what it refers to is found again by its reference', async () => {
      const { of, app, cache } = await storage(redis)
      const [id, pushed, cookie] = [randomToken(), randomToken(), randomToken()]
      await of('PushedAuthorizationRequest').upsert(pushed, { ...rowModels.PushedAuthorizationRequest }, 60)
      const session = { accountId: 'ann', uid: 'uid-1', cookie }
      const returnTo = `http://localhost:3000/authorize/${id}`
      await of('Interaction').upsert(
        id,
        { ...rowModels.Interaction, jti: id, parJti: pushed, session, returnTo },
        60,
      )

      const found = await of('Interaction').find(id)
      expect(found?.returnTo).to.equal(returnTo)
      expect(await of('PushedAuthorizationRequest').find(String(found?.parJti))).to.not.equal(undefined)

      const rows: unknown[] = await app.db('oidc_payloads').select('*')
      const kept =
        (await cache?.get(`oidc:Interaction:${sha256(id).toString('hex')}`).catch(() => null)) ?? ''
      for (const value of [id, pushed, cookie]) expect(JSON.stringify(rows) + kept).to.not.include(value)
    })

    it('shows a request what it wrote itself, and everyone else only what was committed', async () => {
      const { of, request } = await storage(redis)
      await request(async () => {
        await of('Grant').upsert('grant-1', { ...rowModels.Grant }, 60)
        expect(await of('Grant').find('grant-1')).to.include({ accountId: 'ann' })
        await of('Grant').destroy('grant-1')
        expect(await of('Grant').find('grant-1')).to.equal(undefined)
        await of('Grant').upsert('grant-2', { ...rowModels.Grant }, 60)
      })

      expect(await of('Grant').find('grant-1')).to.equal(undefined)
      expect(await of('Grant').find('grant-2')).to.include({ accountId: 'ann' })
    })

    it('refuses models it does not know, and uses of a model that it has none for', async () => {
      const { of } = await storage(redis)

      for (const model of ['Nothing', 'toString', '__proto__', ''])
        expect(() => of(model), model).to.throw('unknown model')
      const refused = [
        () => of('AccessToken').consume('x'),
        () => of('ClientCredentials').findByUid('x'),
        () => of('Client').upsert('x', {}, 60),
        () => of('ReplayDetection').consume('x'),
        () => of('RefreshToken').findByUserCode('x'),
      ]
      for (const use of refused) {
        const error: unknown = await use().then(
          () => null,
          (reason: unknown) => reason,
        )
        expect(error).to.be.an('error')
      }
    })

    it('keeps an opaque access token as a row under its hash, and removes it without a trace of its value', async () => {
      const { of, app } = await storage(redis)
      for (const model of ['AccessToken', 'ClientCredentials']) {
        const value = randomToken()
        await of(model).upsert(value, { kind: model, clientId: 'web1', grantId: 'grant-1' }, 60)
        expect(await of(model).find(value)).to.include({ clientId: 'web1' })
        await of(model).destroy(value)
        expect(await of(model).find(value)).to.equal(undefined)
        expect(await app.db('revocations').where({ key: value })).to.have.lengthOf(0)
      }
    })

    it('revokes a JWT that was presented by its jti, for it has no row', async () => {
      const { of, app, request } = await storage(redis)
      const claims = { iss: 'x', sub: 'x', aud: 'x', exp: 1, iat: 1, nbf: 1, client_id: 'x', scope: '' }
      await request(async (unit) => {
        unit.verifiedTokens.set('jwt:1', { ...claims, jti: 'jti-1' })
        await of('AccessToken').destroy('jti-1')
      })
      expect(await of('AccessToken').find('jti-1')).to.equal(undefined)
      expect(await app.db('revocations').where({ kind: 'jti', key: 'jti-1' })).to.have.lengthOf(1)
    })

    if (redis === null || !ready) return

    it('begins a sign-in again, and loses nothing else, when Redis was emptied', async () => {
      const { of, cache } = await storage(redis)
      for (const [model, payload] of Object.entries(rowModels))
        await of(model).upsert(`${model}-1`, { ...payload }, 60)

      await cache?.del(`oidc:Interaction:${sha256('Interaction-1').toString('hex')}`)

      for (const model of Object.keys(rowModels)) {
        const found = await of(model).find(`${model}-1`)
        expect(found === undefined, model).to.equal(model === 'Interaction')
      }
    })

    it('revives nothing that Redis still holds because it was away when it ended', async () => {
      const { of, parts: own } = await storage(redis)
      await of('Interaction').upsert(
        'i-1',
        { ...rowModels.Interaction, result: { login: { accountId: 'ann' } } },
        60,
      )
      const away = openAdapters({ ...own, cacheStore: openCacheStore({ cache: await unreachable() }) })

      await away('Interaction').destroy('i-1')

      expect(await of('Interaction').find('i-1')).to.equal(undefined)
    })

    it('takes up a sign-in where it was, when Redis was away in the middle of it', async () => {
      const { of, parts: own } = await storage(redis)
      await of('Interaction').upsert('i-1', { ...rowModels.Interaction }, 60)
      const away = openAdapters({ ...own, cacheStore: openCacheStore({ cache: await unreachable() }) })

      await away('Interaction').upsert(
        'i-1',
        { ...rowModels.Interaction, result: { login: { accountId: 'ann' } } },
        60,
      )

      expect(await of('Interaction').find('i-1')).to.have.deep.property('result', {
        login: { accountId: 'ann' },
      })
    })
  })
}

/** Redis as a process sees it that cannot reach it. */
async function unreachable(): Promise<Cache> {
  const cache = await openCache(secret(deadRedis), openLog('fatal'))
  afterTest(() => {
    cache.disconnect()
  })
  return cache
}

describe('what is kept in Redis', () => {
  it('is found by a process that stood still for longer than it waits for an answer', async function () {
    if (redisUrl === undefined) this.skip()
    const cache = await openCache(secret(redisUrl), openLog('fatal'))
    afterTest(() => {
      cache.disconnect()
    })
    await new Promise((resolve) => cache.once('ready', resolve))
    const store = openCacheStore({ cache })
    const [key, now] = [sha256(randomToken()), new Date()]
    const expiresAt = new Date(now.getTime() + 60_000)
    const payload = { uid: 'half-finished' }
    await store.write(
      { model: 'Interaction', key, payload, grantKey: null, uid: null, expiresAt, revision: null },
      now,
    )

    const found = store.read('Interaction', key)
    const until = performance.now() + 150
    while (performance.now() < until); // nothing else is done meanwhile, the answer not read either

    expect(await found).to.deep.equal({ uid: 'half-finished' })
  })
})
