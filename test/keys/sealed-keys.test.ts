import { expect } from 'chai'
import { pino } from 'pino'

import {
  listKeys,
  openKeyRing,
  revokeKey,
  rewrapKeys,
  ripeAfterSeconds,
  rotateKeys,
} from '../../src/features/keys/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { randomBytes } from '../../src/platform/crypto/index.ts'
import type { Parts } from '../support/parts.ts'
import {
  anotherProcess,
  connected,
  eventually,
  openRing,
  partsWithKeys,
  sealedUnder,
} from './another-process.ts'

const freshKey = () => randomBytes(32).toString('base64')
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

/** The test's own key-encryption key under a name, to stand in a list with others. */
const named = (app: Parts, id: string) =>
  `${id}:${app.config.keyEncryptionKeys.reveal()[0]?.bytes.toString('base64') ?? ''}`

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '')

describe('signing keys at rest', function () {
  this.timeout(10_000)

  it('are not readable in the database', async () => {
    const app = await partsWithKeys()
    const ring = await openRing(app)
    const rows =
      JSON.stringify(await app.db('signing_keys').select('public_jwk')) + JSON.stringify(await listKeys(app))
    const sealed = await app.db('signing_keys').select<{ sealed_jwk: Buffer }[]>('sealed_jwk')
    for (const { d } of ring.jwks().keys) {
      expect(rows).not.to.include(d)
      expect(sealed.some(({ sealed_jwk: bytes }) => bytes.includes(String(d)))).to.equal(false)
    }
  })

  it('do not open under another key-encryption key: the start is refused in one sentence that says what to do', async () => {
    const app = await partsWithKeys()
    await openRing(app)

    const refusal = await refusalOf(
      openKeyRing(anotherProcess(app, { keyEncryptionKey: `other:${freshKey()}` })),
    )

    expect(refusal).to.include({ name: 'StartupError' })
    const [first] = await listKeys(app)
    expect(messageOf(refusal))
      .to.include(first?.kid)
      .and.include('"1"')
      .and.include('keys revoke --emergency')
    expect(await listKeys(app)).to.have.lengthOf(6)
  })

  it('do not open in another key’s row', async () => {
    const app = await partsWithKeys()
    await openRing(app)
    const [one, two] = (await listKeys(app)).filter(({ algorithm }) => algorithm === 'ES256')
    await app.db.raw(
      'update signing_keys k set sealed_jwk = o.sealed_jwk from signing_keys o where k.kid = ? and o.kid = ?',
      [one?.kid ?? '', two?.kid ?? ''],
    )
    const refusal = await refusalOf(openKeyRing(anotherProcess(app)))
    expect(messageOf(refusal)).to.include(one?.kid)
  })

  it('can be given up one by one when their key-encryption key is lost, and the service starts again', async () => {
    const app = await partsWithKeys()
    await openRing(app)
    const later = anotherProcess(app, { keyEncryptionKey: `new:${freshKey()}` })

    for (const { kid } of await listKeys(app)) await revokeKey(later, bySystem, kid, { emergency: true })

    const ring = await openRing(later)
    expect(ring.ready()).to.equal(true)
    expect(ring.publicJwks().keys).to.have.lengthOf(6)
  })

  it('stay usable in a running process when the database holds one it cannot open', async () => {
    const app = await partsWithKeys()
    const errors: string[] = []
    const log = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) })
    const other = { ...anotherProcess(app), log }
    const running = await openRing(other)
    await connected(other.bus)
    const signers = () => running.jwks().keys.flatMap((key) => ('key_ops' in key ? [] : [key.kid]))
    const ahead = anotherProcess(app, { keyEncryptionKey: `new:${freshKey()},${named(app, '1')}` })
    app.clock.advance(ripeAfterSeconds)
    const [first] = await rotateKeys(ahead, bySystem, { algorithm: 'ES256' })
    app.clock.advance(ripeAfterSeconds)
    const [second] = await rotateKeys(ahead, bySystem, { algorithm: 'ES256' }) // the first key sealed under `new`

    const [third] = await rotateKeys(app, bySystem, { algorithm: 'EdDSA' })
    await eventually(() => signers().includes(third?.kid ?? ''))

    expect(signers()).to.include(first?.kid).and.not.include(second?.kid)
    expect(running.ready()).to.equal(true)
    expect(errors.join()).to.include('does not open').and.include(second?.kid).and.not.include('"d"')
  })
})

describe('sealing the keys anew', function () {
  this.timeout(10_000)

  it('moves all of them under the current key-encryption key, so that the old one can go', async () => {
    const app = await partsWithKeys()
    const before = await openRing(app)
    const next = freshKey()
    const both = anotherProcess(app, { keyEncryptionKey: `v2:${next},${named(app, '1')}` })

    expect(await rewrapKeys(both, bySystem)).to.deep.equal({ rewrapped: 6, alreadyCurrent: 0 })
    expect(await rewrapKeys(both, bySystem)).to.deep.equal({ rewrapped: 0, alreadyCurrent: 6 })

    const after = await openRing(anotherProcess(app, { keyEncryptionKey: `v2:${next}` }))
    expect(after.jwks()).to.deep.equal(before.jwks())
    expect((await listKeys(app)).every(({ sealingKeyId }) => sealingKeyId === 'v2')).to.equal(true)
    expect(await app.db('audit_records').where({ action: 'key.rewrapped' })).to.have.lengthOf(6)
  })

  it('goes on where it was stopped', async () => {
    const app = await partsWithKeys()
    await openRing(app)
    const both = anotherProcess(app, { keyEncryptionKey: `v2:${freshKey()},${named(app, '1')}` })
    const [first] = await listKeys(app)
    await app
      .db('signing_keys')
      .where({ kid: first?.kid })
      .update({ sealed_jwk: Buffer.alloc(40) })
    await refusalOf(rewrapKeys(both, bySystem)) // stops at the first, which does not open
    await revokeKey(both, bySystem, first?.kid ?? '', { emergency: true })

    const done = await rewrapKeys(both, bySystem)

    expect(done.rewrapped + done.alreadyCurrent).to.equal(6)
    expect((await listKeys(app)).filter(({ sealingKeyId }) => sealingKeyId === '1')).to.have.lengthOf(0)
  })

  it('notices other bytes under the same name', async () => {
    const app = await partsWithKeys()
    await openRing(app)
    const next = freshKey()
    const config = { ...app.config, ...sealedUnder(`1:${next},${named(app, 'old')}`) }
    expect(await rewrapKeys({ ...app, config }, bySystem)).to.deep.equal({ rewrapped: 6, alreadyCurrent: 0 })
    const ring = await openRing(anotherProcess(app, { keyEncryptionKey: next }))
    expect(ring.ready()).to.equal(true)
  })
})
