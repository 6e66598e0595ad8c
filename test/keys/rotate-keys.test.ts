import { expect } from 'chai'
import { compactVerify, CompactSign, decodeProtectedHeader, importJWK } from 'jose'

import { jobs, type KeyRing, listKeys, ripeAfterSeconds, rotateKeys } from '../../src/features/keys/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import type { SigningJwk } from '../../src/platform/crypto/index.ts'
import type { Parts } from '../support/parts.ts'
import { anotherProcess, connected, eventually, openRing, partsWithKeys } from './another-process.ts'

const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  )
const activeOf = async (app: Parts) => (await listKeys(app)).filter(({ state }) => state === 'active')

/** One token of every algorithm, signed with what the ring holds for signing. */
async function signAll(ring: KeyRing): Promise<string[]> {
  const signers = ring.jwks().keys.filter((key) => !('key_ops' in key))
  return Promise.all(
    signers.map(async (jwk) => {
      const header = { alg: jwk.alg, kid: jwk.kid }
      return new CompactSign(Buffer.from('{}')).setProtectedHeader(header).sign(await importJWK(jwk, jwk.alg))
    }),
  )
}

/** A relying party that fetches the key set, and then not again for ten minutes, come what may. */
function cachingVerifier(app: Parts, ring: KeyRing) {
  let cache: { at: number; keys: SigningJwk[] } | undefined
  return async (token: string): Promise<void> => {
    const now = app.clock.now().getTime()
    if (!cache || now - cache.at > 600_000) cache = { at: now, keys: ring.publicJwks().keys }
    const { kid } = decodeProtectedHeader(token)
    const jwk = cache.keys.find((key) => key.kid === kid)
    if (!jwk) throw new Error('unknown kid')
    await compactVerify(token, await importJWK(jwk, jwk.alg))
  }
}

describe('rotating the signing keys', function () {
  this.timeout(10_000)

  it('refuses to let a key sign that some verifier cannot know yet, and says how long to wait', async () => {
    const app = await partsWithKeys()
    await openRing(app)
    app.clock.advance(500)

    const refusal = await refusalOf(rotateKeys(app, bySystem, { algorithm: 'ES256' }))

    expect(refusal).to.include({ code: 'keys_not_ripe', status: 409 })
    expect(refusal).to.have.nested.property('options.retryAfterSeconds').that.is.within(100, 105)
  })

  it('promotes the published key, retires the active one and publishes the next, of one algorithm', async () => {
    const app = await partsWithKeys()
    await openRing(app)
    const before = await listKeys(app)
    const kidOf = (state: string) =>
      before.find((key) => key.algorithm === 'ES256' && key.state === state)?.kid
    app.clock.advance(ripeAfterSeconds)

    const rotated = await rotateKeys(app, bySystem, { algorithm: 'ES256' })

    expect(rotated).to.deep.equal([{ algorithm: 'ES256', kid: kidOf('published'), retired: kidOf('active') }])
    const states = (await listKeys(app)).filter((key) => key.algorithm === 'ES256').map(({ state }) => state)
    expect(states).to.have.members(['retired', 'active', 'published'])
    expect(await listKeys(app)).to.have.lengthOf(7)
    expect(await app.db('outbox_events').where({ type: 'auth.key.rotated' })).to.have.lengthOf(1)
    expect(await app.db('audit_records').where({ action: 'key.retired' })).to.have.lengthOf(1)
  })

  it('has one winner when two administrators rotate at the same moment', async () => {
    const app = await partsWithKeys()
    await openRing(app)
    app.clock.advance(ripeAfterSeconds)

    const outcomes = await Promise.allSettled([
      rotateKeys(app, bySystem),
      rotateKeys(anotherProcess(app), bySystem),
    ])

    expect(outcomes.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected'])
    expect(outcomes.find((one) => one.status === 'rejected')?.reason).to.include({ code: 'keys_not_ripe' })
    expect(await activeOf(app)).to.have.lengthOf(3)
    expect(await listKeys(app)).to.have.lengthOf(9)
  })

  it('reaches the other processes within a second, without a restart', async () => {
    const app = await partsWithKeys()
    const other = anotherProcess(app)
    const [ring, follower] = await Promise.all([openRing(app), openRing(other)])
    await Promise.all([connected(app.bus), connected(other.bus)])
    let changes = 0
    follower.onChange(() => changes++)
    const version = follower.version()
    app.clock.advance(ripeAfterSeconds)

    await rotateKeys(app, bySystem)

    const expected = (await activeOf(app)).map(({ kid }) => kid)
    const signersOf = (one: KeyRing) =>
      one
        .jwks()
        .keys.filter((key) => !('key_ops' in key))
        .map(({ kid }) => kid)
    await eventually(() => expected.every((kid) => signersOf(follower).includes(kid)), 1_000)
    await eventually(() => expected.every((kid) => signersOf(ring).includes(kid)), 1_000)
    expect(follower.version()).to.be.greaterThan(version)
    expect(changes).to.be.greaterThan(0)
  })

  it('never shows a kid that a verifier with a ten minute old key set does not know (three rotations)', async function () {
    this.timeout(30_000)
    const app = await partsWithKeys()
    const ring = await openRing(app)
    await connected(app.bus)
    const verifiers = [cachingVerifier(app, ring)]
    const kept: string[] = []
    const seen = new Set<unknown>()

    let rotations = 0
    for (let step = 0; step < 40; step++) {
      const tokens = await signAll(ring)
      for (const token of tokens) seen.add(decodeProtectedHeader(token).kid)
      kept.push(...tokens)
      for (const verify of verifiers) for (const token of [...tokens, ...kept.slice(-9)]) await verify(token)
      verifiers.push(cachingVerifier(app, ring)) // one more that fetches now, at another moment of the ten minutes
      await verifiers.at(-1)?.(tokens[0] ?? '')

      app.clock.advance(59)
      if ((await refusalOf(rotateKeys(app, bySystem))) !== null) continue
      rotations++
      // A step of the test lasts a tenth of a second and moves the clock by a minute: let the ring follow first.
      const published = (await listKeys(app))
        .filter(({ state }) => state === 'published')
        .map(({ kid }) => kid)
      await eventually(() => published.every((kid) => ring.publicJwks().keys.some((key) => key.kid === kid)))
    }

    expect(rotations).to.equal(3)
    expect(seen.size).to.equal(12)
  })

  it('happens by itself after ninety days, once', async () => {
    const app = await partsWithKeys()
    await openRing(app)
    const job = jobs(app).find(({ name }) => name === 'keys.rotate')
    await job?.run({})
    expect(await listKeys(app)).to.have.lengthOf(6)

    app.clock.advance(90 * 24 * 3600)
    await job?.run({})
    await job?.run({})

    expect(await listKeys(app)).to.have.lengthOf(9)
  })
})
