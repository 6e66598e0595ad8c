import { expect } from 'chai'
import { calculateJwkThumbprint } from 'jose'
import Provider from 'oidc-provider'

import { listKeys, ripeAfterSeconds, rotateKeys } from '../../src/features/keys/index.ts'
import { generateSigningKey, signingAlgorithms } from '../../src/platform/crypto/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { openRing, partsWithKeys } from './another-process.ts'

const publicMembers = ['kid', 'alg', 'use', 'kty', 'crv', 'x', 'y', 'n', 'e']

describe('the key set (RFC 7517, section 4)', function () {
  this.timeout(10_000)

  it('shows only public members, each key with its own kid, alg and use', async () => {
    const ring = await openRing(await partsWithKeys())
    const { keys } = ring.publicJwks()
    for (const key of keys) {
      expect(publicMembers).to.include.members(Object.keys(key))
      expect(key.use).to.equal('sig')
      expect(key.kty).to.be.oneOf(['EC', 'RSA', 'OKP'])
    }
    expect(new Set(keys.map(({ kid }) => kid)).size).to.equal(6)
    expect(keys.map(({ alg }) => alg)).to.deep.equal(['ES256', 'ES256', 'RS256', 'RS256', 'EdDSA', 'EdDSA'])
  })

  it('keeps its order through a rotation', async () => {
    const app = await partsWithKeys()
    const ring = await openRing(app)
    const before = ring.publicJwks().keys.map(({ kid }) => kid)
    app.clock.advance(ripeAfterSeconds)
    await rotateKeys(app, bySystem, { algorithm: 'RS256' })
    const reopened = await openRing(app)
    const after = reopened.publicJwks().keys.map(({ kid }) => kid)
    expect(after.filter((kid) => before.includes(kid))).to.deep.equal(before)
    expect(after).to.have.lengthOf(7)
  })

  for (const alg of signingAlgorithms) {
    it(`names a key of ${alg} by its thumbprint (RFC 7638, section 3)`, async () => {
      const key = await generateSigningKey(alg)
      expect(key.kid).to.equal(await calculateJwkThumbprint(key.publicJwk))
    })
  }

  it('gives the provider a set it accepts, in which only the active keys may sign', async () => {
    const app = await partsWithKeys()
    const ring = await openRing(app)
    const active = (await listKeys(app)).filter(({ state }) => state === 'active').map(({ kid }) => kid)

    const { keys } = ring.jwks()

    const mayVerifyOnly = (key: object) => 'key_ops' in key
    const signing = keys.filter((key) => !mayVerifyOnly(key))
    expect(signing.map(({ kid }) => kid)).to.have.members(active)
    expect(signing.every((key) => typeof key.d === 'string')).to.equal(true)
    expect(keys.filter(mayVerifyOnly).map((key) => key.key_ops)).to.deep.equal([
      ['verify'],
      ['verify'],
      ['verify'],
    ])
    expect(
      () => new Provider('https://id.example.com', { jwks: { keys }, cookies: { keys: ['k'] } }),
    ).not.to.throw()
  })
})
