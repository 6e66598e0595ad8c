import { expect } from 'chai'

import { listKeys } from '../../src/features/keys/index.ts'
import { parts } from '../support/parts.ts'
import { anotherProcess, openRing } from './another-process.ts'

const oneSet = [
  'ES256 active',
  'ES256 published',
  'EdDSA active',
  'EdDSA published',
  'RS256 active',
  'RS256 published',
]

describe('the first start', function () {
  this.timeout(10_000)

  it('makes one active key and one published successor of every algorithm, ready to sign at once', async () => {
    const app = await parts()
    const ring = await openRing(app)

    const made = (await listKeys(app)).map(({ algorithm, state }) => `${algorithm} ${state}`)

    expect(made.sort()).to.deep.equal(oneSet)
    expect(ring.ready()).to.equal(true)
    expect(await app.db('audit_records').where({ action: 'key.created' })).to.have.lengthOf(6)
    expect(await app.db('audit_records').where({ action: 'key.promoted' })).to.have.lengthOf(3)
  })

  it('makes exactly one set when eight processes start on an empty database at once', async () => {
    const app = await parts()
    const processes = Array.from({ length: 8 }, () => anotherProcess(app))

    const rings = await Promise.all(processes.map(openRing))

    const made = (await listKeys(app)).map(({ algorithm, state }) => `${algorithm} ${state}`)
    expect(made.sort()).to.deep.equal(oneSet)
    expect(new Set(rings.map((ring) => JSON.stringify(ring.publicJwks()))).size).to.equal(1)
    expect(await app.db('audit_records').where({ action: 'key.created' })).to.have.lengthOf(6)
  })

  it('changes nothing when the keys are there', async () => {
    const app = await parts()
    const first = await openRing(app)
    const second = await openRing(anotherProcess(app))
    expect(second.publicJwks()).to.deep.equal(first.publicJwks())
    expect(await listKeys(app)).to.have.lengthOf(6)
  })

  it('makes good what a process killed in the middle of a rotation left undone', async () => {
    const app = await parts()
    await openRing(app)
    await app.db('signing_keys').where({ algorithm: 'ES256', state: 'published' }).delete()
    await app
      .db('signing_keys')
      .where({ algorithm: 'EdDSA', state: 'published' })
      .update({ state: 'pending' })

    const ring = await openRing(anotherProcess(app))

    const made = (await listKeys(app)).map(({ algorithm, state }) => `${algorithm} ${state}`)
    expect(made.sort()).to.deep.equal(oneSet)
    expect(ring.publicJwks().keys).to.have.lengthOf(6)
  })
})
