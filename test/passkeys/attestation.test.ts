import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { type DeviceOptions, type Lies, openAuthenticator } from '../support/authenticator.ts'
import { type Certified, makeCertificate } from '../support/certificates.ts'
import { problemOf, signedIn } from '../support/my-api.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { type Stage, stage } from '../support/stage.ts'
import { optionsFor, type Purpose, register, set } from './support.ts'

const aaguid = Buffer.from('2fc0579f811347eab116bb5a8db9202a', 'hex')
const kind = '2fc0579f-8113-47ea-b116-bb5a8db9202a'
const otherKind = Buffer.from('ee882879721c491397753dfcce97072a', 'hex')

const root = makeCertificate({ name: 'Harbour Root', ca: true })
const batch = makeCertificate({ name: 'Harbour Batch', issuer: root, aaguid })
const stranger = makeCertificate({ name: 'Harbour Root', ca: true })

type Maker = NonNullable<DeviceOptions['maker']>

const madeBy = (own: Certified, chain: Buffer[] = [own.der]): Maker => ({
  aaguid,
  chain,
  privateKey: own.privateKey,
})

async function withPolicy(opened: Stage): Promise<Stage> {
  await set(opened.app, 'passkeys.attestation', 'direct')
  await set(opened.app, 'passkeys.attestation_roots', [root.pem])
  await set(opened.app, 'passkeys.allowed_authenticators', [kind])
  return opened
}

describe('a policy for authenticators', () => {
  const shared = sharedStage(withPolicy)

  const make = async (
    maker: Maker | undefined,
    { lies = {}, purpose = 'passkey' }: { lies?: Lies; purpose?: Purpose } = {},
  ) => {
    const { issuer } = shared()
    const plain = purpose === 'security-key'
    const device = openAuthenticator({ origin: issuer, plain, ...(maker && { maker }) })
    return register(await signedIn(shared()), device, { lies, purpose })
  }

  it('asks for an attestation', async () => {
    const { attestation } = await optionsFor(await signedIn(shared()))
    expect(attestation).to.equal('direct')
  })

  for (const purpose of ['passkey', 'security-key'] as const)
    it(`takes a ${purpose} of an allowed kind that its maker vouches for`, async () => {
      const reply = await make(madeBy(batch), { purpose })
      expect([reply.status, reply.body.aaguid]).to.deep.equal([201, kind])
    })

  it('takes one whose maker sends the whole way to the root', async () => {
    const between = makeCertificate({ name: 'Harbour Works', issuer: root, ca: true })
    const own = makeCertificate({ name: 'Harbour Batch 2', issuer: between, aaguid })
    for (const chain of [
      [own.der, between.der],
      [own.der, between.der, root.der],
    ])
      expect((await make(madeBy(own, chain))).status).to.equal(201)
  })

  const device = makeCertificate({ name: 'A device', issuer: batch, aaguid })
  const expired = makeCertificate({ name: 'Old batch', issuer: root, aaguid, expired: true })
  const forged = makeCertificate({ name: 'Harbour Batch', issuer: stranger, aaguid })
  const trailing = Buffer.concat([forged.der, Buffer.from([0])])

  const refused: Record<string, [Maker | undefined, Lies?]> = {
    'none at all': [undefined],
    'one that the key signed itself': [madeBy(batch), { attestation: 'self' }],
    'a root of the same name that is not ours': [madeBy(forged)],
    'that root sent along': [madeBy(forged, [forged.der, stranger.der])],
    'a genuine certificate behind a forged one': [madeBy(forged, [forged.der, batch.der])],
    'a forged certificate that is read in two ways': [madeBy(forged, [trailing, batch.der])],
    'a certificate that a device issued': [madeBy(device, [device.der, batch.der])],
    'an expired certificate': [madeBy(expired)],
    'no certificates': [madeBy(batch, [])],
  }
  for (const [what, [maker, lies = {}]] of Object.entries(refused))
    it(`MF-09: refuses ${what}`, async () => {
      const reply = await make(maker, { lies })
      expect(reply.status).to.equal(403)
      expect(['authenticator_not_allowed', 'passkey_refused']).to.include(problemOf(reply))
    })

  it('MF-09: refuses a statement that nobody signed', async () => {
    const reply = await make(madeBy(batch), { lies: { attestation: 'forged' } })
    expect([reply.status, problemOf(reply)]).to.deep.equal([403, 'passkey_refused'])
  })

  it('MF-09: refuses a kind that the certificate does not vouch for', async () => {
    const reply = await make(madeBy(batch), { lies: { aaguid: otherKind } })
    expect([reply.status, problemOf(reply)]).to.deep.equal([403, 'passkey_refused'])
  })

  it('refuses a kind that is vouched for and not allowed', async () => {
    const own = makeCertificate({ name: 'Harbour Toys', issuer: root, aaguid: otherKind })
    const reply = await make({ ...madeBy(own), aaguid: otherKind })
    expect([reply.status, problemOf(reply)]).to.deep.equal([403, 'authenticator_not_allowed'])
  })
})

describe('settings of that policy', () => {
  it('let nothing in without roots, ask for attestation by a list alone, and leave what people have', async () => {
    const opened = await stage()
    const { app, issuer } = opened
    const ann = await signedIn(opened)
    expect((await register(ann, openAuthenticator({ origin: issuer }))).status).to.equal(201)
    await set(app, 'passkeys.allowed_authenticators', [kind])

    const reply = await register(ann, openAuthenticator({ origin: issuer, maker: madeBy(batch) }))

    expect([reply.status, problemOf(reply)]).to.deep.equal([403, 'authenticator_not_allowed'])
    const { items } = (await ann.call('GET', '/users/me/passkeys')).body
    expect(items).to.have.lengthOf(1)
  })

  it('take certificates of issuers only, one each', async () => {
    const { app } = await stage()
    for (const wrong of ['x', batch.pem, root.pem + batch.pem]) {
      const change = changeSetting(app, bySystem, 'passkeys.attestation_roots', [wrong])
      const thrown = await change.catch((error: unknown) => error)
      expect(thrown).to.include({ code: 'setting_invalid' })
    }
  })
})
