import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { Profile, saveProfile } from '../../../src/features/accounts/index.ts'
import { NewMapping, removeMapping } from '../../../src/features/claims/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { randomMark } from '../../../src/platform/crypto/index.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient, eventually, opens, refresh } from '../tokens/requests.ts'
import { mapped, said } from './support.ts'

/** A name that no other test uses. */
const named = (what: string): string => `${what}_${randomMark().replace(/-/g, 'x')}`

describe('OpenID Connect Core 1.0, section 5.1.2: claims of operators', function () {
  this.timeout(20_000)
  const on = sharedStage()

  it('stand in the ID token, at userinfo and in the access token, where the table says so', async () => {
    const { app } = on()
    const client = await relyingParty(app)
    const own = { client_id: client.clientId }
    await mapped(app, 'mail', { ...own, attribute: 'email', tokens: ['id_token'] })
    await mapped(app, 'https://shop.example/login', { ...own, attribute: 'username', tokens: ['userinfo'] })
    await mapped(app, 'plan', { ...own, value: { tier: 'gold', seats: [1, 2] }, tokens: ['access_token'] })
    const ann = await person(app)

    const { id, userinfo, access } = await said(app, client, { who: ann })

    expect(id).to.include({ mail: ann.email }).and.not.have.any.keys('plan', 'https://shop.example/login')
    expect(userinfo).to.include({ 'https://shop.example/login': ann.username })
    expect(userinfo).to.not.have.any.keys('plan', 'mail')
    expect(access.plan).to.deep.equal({ tier: 'gold', seats: [1, 2] })
    expect(access).to.not.have.any.keys('mail', 'https://shop.example/login')
  })

  it('are there again after a refresh, and the access token still opens our own API', async () => {
    const { app, issuer } = on()
    const client = await relyingParty(app)
    const mapping = await mapped(app, 'plan', { client_id: client.clientId, value: 'gold' })
    const { accessToken, refreshToken } = await said(app, client)
    expect(await opens(issuer, accessToken)).to.equal(true)

    const { body } = await refresh(issuer, client, refreshToken)
    expect(decodeJwt(String(body.access_token))).to.include({ plan: 'gold' })
    expect(decodeJwt(String(body.id_token))).to.include({ plan: 'gold' })

    await removeMapping(app, bySystem, mapping.id)
    await eventually(async () => (await said(app, client)).access.plan === undefined)
  })

  it('come from the profile, and what nobody has told is left out (section 5.3.2)', async () => {
    const { app } = on()
    const client = await relyingParty(app)
    const own = { client_id: client.clientId }
    await mapped(app, 'first', { ...own, attribute: 'given_name' })
    await mapped(app, 'mobile', { ...own, attribute: 'phone_number' })
    await mapped(app, 'town', { ...own, attribute: 'address' })
    const ann = await person(app)
    await tellProfile(ann.id)

    const { id, access, userinfo } = await said(app, client, { who: ann })
    for (const token of [id, access, userinfo]) {
      expect(token).to.include({ first: 'Ann' }).and.not.have.any.keys('town', 'mobile') // the number is not proven
    }
  })

  it('say an address only once it is proven, and a role no higher than the sign-in is good for', async () => {
    const { app } = on()
    const client = await relyingParty(app)
    const own = { client_id: client.clientId }
    await mapped(app, 'mail', { ...own, attribute: 'email' })
    await mapped(app, 'rank', { ...own, attribute: 'role' })
    const ann = await person(app, { role: 'admin' })
    await app.db('users').where({ id: ann.id }).update({ email_verified_at: null })

    const { id, access, userinfo } = await said(app, client, { who: ann })

    for (const token of [id, access, userinfo]) expect(token).to.not.have.property('mail')
    for (const token of [id, access, userinfo]) expect(token.rank).to.equal(access.role)
  })

  it('are absent where their scope was not granted, and for another client', async () => {
    const { app } = on()
    const [client, other] = [await relyingParty(app), await relyingParty(app)]
    const [scoped, own] = [named('scoped'), named('own')]
    await mapped(app, scoped, { scope: 'phone', value: 1 })
    await mapped(app, own, { client_id: client.clientId, value: 2 })

    const without = await said(app, client)
    const granted = await said(app, client, { scope: 'openid phone' })
    const elsewhere = await said(app, other, { scope: 'openid phone' })

    for (const kind of ['id', 'access', 'userinfo'] as const) {
      expect(without[kind], kind).to.not.have.property(scoped)
      expect(without[kind], kind).to.have.property(own, 2)
      expect(granted[kind], kind).to.include({ [scoped]: 1, [own]: 2 })
      expect(elsewhere[kind], kind)
        .to.include({ [scoped]: 1 })
        .and.not.have.property(own)
    }
  })

  it('go to a third party only under a scope that people were asked for, whatever they are called', async () => {
    const { app } = on()
    const third = await relyingParty(app, { firstParty: false })
    const [bare, disguised, told] = [named('bare'), named('disguised'), named('told')]
    await mapped(app, bare, { value: 1 })
    await mapped(app, disguised, { scope: 'profile', attribute: 'email' }) // an address under another name and scope
    await mapped(app, told, { scope: 'profile', attribute: 'username' })

    const { id, access, userinfo } = await said(app, third, { scope: 'openid profile' })
    for (const token of [id, access, userinfo]) expect(token).to.have.property(told).and.to.be.a('string')
    for (const token of [id, access, userinfo]) expect(token).to.not.have.any.keys(bare, disguised)

    const more = await said(app, third, { scope: 'openid profile email' })
    expect(more.id).to.have.property(disguised)
  })

  it('say fields that an operator keeps of people, to a third party only where it may know their profile', async () => {
    const { app } = on()
    const third = await relyingParty(app, { firstParty: false })
    const own = { client_id: third.clientId, scope: 'phone' }
    await mapped(app, 'floor', { ...own, attribute: 'custom.floor' })
    await mapped(app, 'desk', { ...own, attribute: 'custom.desk' })
    const ann = await person(app)
    await app
      .db('custom_fields')
      .insert({ user_id: ann.id, fields: { floor: 7, secret: 'x' }, updated_at: app.clock.now() })

    const covered = await said(app, third, { who: ann, scope: 'openid phone profile' })
    for (const token of [covered.id, covered.access, covered.userinfo])
      expect(token).to.include({ floor: 7 }).and.not.have.any.keys('desk', 'secret')
    const uncovered = await said(app, third, { who: ann, scope: 'openid phone' })
    for (const token of [uncovered.id, uncovered.access, uncovered.userinfo])
      expect(token).to.not.have.property('floor')

    for (const attribute of ['custom.', 'custom.Floor', 'custom.a.b', 'floor'])
      expect(
        NewMapping.safeParse({ claim: 'x', tokens: ['id_token'], attribute }).success,
        attribute,
      ).to.equal(false)
  })

  it('of one client stand before everybody’s', async () => {
    const { app } = on()
    const [client, other] = [await relyingParty(app), await relyingParty(app)]
    const claim = named('tier')
    await mapped(app, claim, { value: 'basic' })
    await mapped(app, claim, { client_id: client.clientId, value: 'gold' })
    expect((await said(app, client)).id).to.include({ [claim]: 'gold' })
    expect((await said(app, other)).id).to.include({ [claim]: 'basic' })
  })

  it('never take the place of what the protocol says, even when the table holds such a name', async () => {
    const { app } = on()
    const client = await relyingParty(app)
    const names = [
      'sub',
      'aud',
      'role',
      'acr',
      'scope',
      'act',
      'cnf',
      'email',
      'nonce',
      'Sub',
      '__proto__',
      'via',
      'userinfo_claims',
    ]
    await app.db('claim_mappings').insert(
      names.map((claim) => ({
        id: crypto.randomUUID(),
        claim,
        client_id: client.clientId,
        tokens: ['id_token', 'userinfo', 'access_token'],
        value: JSON.stringify('evil'),
        created_at: new Date(),
      })),
    )
    await mapped(app, 'harmless', { client_id: client.clientId, value: 1 }) // tells the process that the table has changed
    const ann = await person(app)

    const { id, access, userinfo } = await said(app, client, { who: ann })

    for (const token of [id, access, userinfo]) {
      expect(JSON.stringify(token)).to.not.include('evil')
      expect(token).to.include({ harmless: 1 })
    }
    expect(id).to.include({ sub: ann.id, aud: client.clientId, email: ann.email })
    expect(access).to.include({ sub: ann.id, role: 'user' })
  })

  it('have 4 KiB in a token together: what does not fit is left out whole', async () => {
    const { app, issuer } = on()
    const client = await relyingParty(app)
    for (const letter of 'abcdef')
      await mapped(app, `long_${letter}`, { client_id: client.clientId, value: letter.repeat(900) })

    const { access, accessToken } = await said(app, client)

    expect(Object.keys(access).filter((claim) => claim.startsWith('long_'))).to.have.lengthOf(4)
    expect(await opens(issuer, accessToken)).to.equal(true)
  })

  it('that are the same for everybody stand in a machine’s token too, those of a person do not', async () => {
    const { app, issuer } = on()
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const own = { client_id: machine.clientId }
    await mapped(app, 'zone', { ...own, value: 'eu' })
    await mapped(app, 'mail', { ...own, attribute: 'email' })
    await mapped(app, 'rank', { ...own, attribute: 'role' })

    const { body } = await asClient(issuer, '/token', machine, { grant_type: 'client_credentials' })

    const access = decodeJwt(String(body.access_token))
    expect(access).to.include({ zone: 'eu', sub: machine.clientId }).and.not.have.any.keys('mail', 'rank')
  })

  it('change at every replica at once', async () => {
    const { app, replica } = on()
    const second = await replica()
    const client = await relyingParty(app)
    const asked = {
      clientId: client.clientId,
      firstParty: true,
      scopes: new Set<string>(),
      token: 'id_token',
    } as const
    const seen = async () => (await second.app.operatorClaims.mappingsFor(asked)).map(({ claim }) => claim)
    const claim = named('shared')
    expect(await seen()).to.not.include(claim)

    const { id } = await mapped(app, claim, { client_id: client.clientId, value: 1 })
    await eventually(async () => (await seen()).includes(claim))
    await removeMapping(app, bySystem, id)
    await eventually(async () => !(await seen()).includes(claim))
  })

  it('cost no statement once they are known', async () => {
    const { app } = on()
    const client = await relyingParty(app)
    const asked = {
      clientId: client.clientId,
      firstParty: true,
      scopes: new Set<string>(),
      token: 'id_token',
    } as const
    await eventually(async () => {
      let statements = 0
      const count = () => statements++
      app.db.on('query', count)
      for (let time = 0; time < 20; time++) await app.operatorClaims.mappingsFor(asked)
      app.db.removeListener('query', count)
      return statements === 0
    })
  })

  async function tellProfile(userId: string): Promise<void> {
    const { app } = on()
    const told = Profile.parse({ given_name: 'Ann', phone_number: '+491701234567' })
    await saveProfile(app.db, app.clock.now(), userId, told)
  }
})
