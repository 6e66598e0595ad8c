import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { CompactSign, compactVerify, importJWK } from 'jose'

import {
  jobs,
  keepRetiredSeconds,
  type KeyRing,
  listKeys,
  revokeKey,
  ripeAfterSeconds,
  rotateKeys,
} from '../../src/features/keys/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { anotherProcess, connected, eventually, openRing, partsWithKeys } from './another-process.ts'

const emergency = { emergency: true } as const
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

function signerOf(ring: KeyRing, alg: string): string {
  return ring.jwks().keys.find((key) => key.alg === alg && !('key_ops' in key))?.kid ?? ''
}

const oddNames: unknown[] = [
  '',
  'nobody',
  '__proto__',
  'constructor',
  'x'.repeat(100_000),
  7,
  null,
  undefined,
  {},
  [],
  Number.NaN,
]

describe('the key a token names', function () {
  this.timeout(10_000)

  it('is found by its kid alone, with the algorithm of our own record', async () => {
    const ring = await openRing(await partsWithKeys())
    for (const alg of ['ES256', 'RS256', 'EdDSA']) {
      const jwk = ring.jwks().keys.find((key) => key.kid === signerOf(ring, alg)) ?? {}
      const token = await new CompactSign(Buffer.from('hello'))
        .setProtectedHeader({ alg })
        .sign(await importJWK(jwk, alg))

      const found = await ring.verificationKey(signerOf(ring, alg))

      expect(found?.alg).to.equal(alg)
      expect(found?.key.type).to.equal('public')
      if (found) await compactVerify(token, found.key, { algorithms: [found.alg] })
    }
  })

  it('is nobody’s for a name of an odd form', async () => {
    const ring = await openRing(await partsWithKeys())
    for (const odd of oddNames)
      expect(await ring.verificationKey(odd), String(odd).slice(0, 40)).to.equal(null)
  })

  it('is nobody’s for a well-formed name we never gave', async () => {
    const ring = await openRing(await partsWithKeys())
    expect(await ring.verificationKey('A'.repeat(43))).to.equal(null)
  })

  it('is accepted while a token of a retired key may live, and not a second longer, sweep or no sweep', async () => {
    const app = await partsWithKeys()
    const ring = await openRing(app)
    const old = signerOf(ring, 'ES256')
    app.clock.advance(ripeAfterSeconds)
    await rotateKeys(app, bySystem)
    await eventually(() => signerOf(ring, 'ES256') !== old)

    app.clock.advance(keepRetiredSeconds - 60)
    await jobs(app)
      .find(({ name }) => name === 'keys.remove-retired')
      ?.run({})
    expect(await ring.verificationKey(old)).to.include({ kid: old })

    app.clock.advance(61)
    expect(await ring.verificationKey(old)).to.equal(null)
    expect(ring.publicJwks().keys.map(({ kid }) => kid)).not.to.include(old)
    expect(ring.jwks().keys.map(({ kid }) => kid)).not.to.include(old)
  })

  it('loses its private part, not its row, when it is long retired', async () => {
    const app = await partsWithKeys()
    const ring = await openRing(app)
    const old = signerOf(ring, 'RS256')
    app.clock.advance(ripeAfterSeconds)
    await rotateKeys(app, bySystem)
    app.clock.advance(keepRetiredSeconds + 1)

    await jobs(app)
      .find(({ name }) => name === 'keys.remove-retired')
      ?.run({})

    const row: unknown = await app
      .db('signing_keys')
      .where({ kid: old })
      .first('state', 'sealed_jwk', 'removed_at')
    expect(row).to.include({ state: 'retired', sealed_jwk: null })
    expect(row).to.have.property('removed_at').that.is.instanceOf(Date)
  })
})

describe('an emergency revocation', function () {
  this.timeout(10_000)

  it('refuses the key everywhere within a second, and its successor signs', async () => {
    const app = await partsWithKeys()
    const other = anotherProcess(app)
    const [ring, follower] = [await openRing(app), await openRing(other)]
    await Promise.all([connected(app.bus), connected(other.bus)])
    const leaked = signerOf(ring, 'ES256')
    const next = (await listKeys(app)).find(
      ({ algorithm, state }) => algorithm === 'ES256' && state === 'published',
    )?.kid

    expect(await revokeKey(app, bySystem, leaked, emergency)).to.deep.equal({ kid: leaked, successor: next })

    const took = await eventually(async () => {
      const found = await Promise.all([ring.verificationKey(leaked), follower.verificationKey(leaked)])
      return found.every((one) => one === null)
    })
    expect(took).to.be.lessThan(1_000)
    for (const one of [ring, follower]) {
      await eventually(() => signerOf(one, 'ES256') === next, 1_000)
      expect([...one.publicJwks().keys, ...one.jwks().keys].map(({ kid }) => kid)).not.to.include(leaked)
      expect(one.ready()).to.equal(true)
    }
    const row: unknown = await app.db('signing_keys').where({ kid: leaked }).first('sealed_jwk')
    expect(row).to.deep.equal({ sealed_jwk: null })
    expect(
      await app.db('outbox_events').where({ type: 'auth.key.revoked', subject: leaked }),
    ).to.have.lengthOf(1)
    expect(
      await app.db('audit_records').where({ action: 'key.revoked', target_id: leaked }),
    ).to.have.lengthOf(1)
  })

  it('holds twice in a row: there is always one more key', async () => {
    const app = await partsWithKeys()
    const ring = await openRing(app)
    for (let n = 0; n < 2; n++) {
      const leaked = signerOf(ring, 'EdDSA')
      await revokeKey(app, bySystem, leaked, emergency)
      await eventually(() => signerOf(ring, 'EdDSA') !== leaked)
    }
    const states = (await listKeys(app))
      .filter(({ algorithm }) => algorithm === 'EdDSA')
      .map(({ state }) => state)
    expect(states).to.have.members(['revoked', 'revoked', 'active', 'published'])
  })

  it('of a published key replaces it, and leaves the active one', async () => {
    const app = await partsWithKeys()
    const ring = await openRing(app)
    const active = signerOf(ring, 'ES256')
    const next = (await listKeys(app)).find(
      ({ algorithm, state }) => algorithm === 'ES256' && state === 'published',
    )
    await revokeKey(app, bySystem, next?.kid ?? '', emergency)
    const states = (await listKeys(app))
      .filter(({ algorithm }) => algorithm === 'ES256')
      .map(({ state }) => state)
    expect(states).to.have.members(['active', 'revoked', 'published'])
    expect(signerOf(ring, 'ES256')).to.equal(active)
  })

  it('answers 404 for a key that is unknown or revoked already', async () => {
    const app = await partsWithKeys()
    const ring = await openRing(app)
    const leaked = signerOf(ring, 'ES256')
    await revokeKey(app, bySystem, leaked, emergency)
    for (const kid of [leaked, 'nobody', "' or 1=1"]) {
      const refusal = await refusalOf(revokeKey(app, bySystem, kid, emergency))
      expect(refusal).to.include({ code: 'key_not_found', status: 404 })
    }
  })

  it('reaches a process whose message channel is dead: it does not trust its memory', async () => {
    const app = await partsWithKeys()
    const other = anotherProcess(app)
    const [ring, deaf] = [await openRing(app), await openRing(other)]
    const leaked = signerOf(ring, 'ES256')
    await connected(other.bus)
    await other.bus.close()
    await eventually(() => other.bus.staleFor() > 1_000)
    expect(await deaf.verificationKey(leaked)).to.include({ kid: leaked })

    await revokeKey(app, bySystem, leaked, emergency)

    await delay(1_000)
    expect(await deaf.verificationKey(leaked)).to.equal(null)
    await eventually(() => signerOf(deaf, 'ES256') !== leaked, 1_000)
  })

  it('is heard by a process that lost its channel a moment ago', async () => {
    const app = await partsWithKeys()
    const other = anotherProcess(app)
    const [ring, deaf] = [await openRing(app), await openRing(other)]
    const leaked = signerOf(ring, 'ES256')
    await connected(other.bus)
    await other.bus.close()

    await revokeKey(app, bySystem, leaked, emergency)

    await delay(1_000)
    expect(await deaf.verificationKey(leaked)).to.equal(null)
  })

  it('cannot be missed: without channel and database no key is trusted', async () => {
    const app = await partsWithKeys()
    const other = anotherProcess(app)
    const cutOff = await openRing(other)
    const kid = signerOf(cutOff, 'ES256')
    await other.bus.close()
    await other.db.destroy()
    await eventually(async () => (await refusalOf(cutOff.verificationKey(kid))) !== null, 2_500)

    const refusal = await refusalOf(cutOff.verificationKey(kid))

    expect(refusal).to.include({ code: 'keys_unavailable', status: 503 })
    expect(cutOff.ready()).to.equal(true)
    expect(cutOff.publicJwks().keys).to.have.lengthOf(6)
  })
})
