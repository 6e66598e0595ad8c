import { expect } from 'chai'

import { type Me, problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'

const everything = {
  name: 'Ann Weaver',
  locale: 'de-CH',
  given_name: 'Ann',
  family_name: 'Weaver',
  middle_name: 'Maria',
  nickname: 'Annie',
  profile: 'https://ann.example/about',
  picture: 'https://ann.example/me.png',
  website: 'https://ann.example/',
  gender: 'female',
  birthdate: '1990-12-31',
  zoneinfo: 'Europe/Zurich',
  phone_number: '+41446681800',
  address: {
    street_address: 'Limmatquai 1\n2. Stock',
    postal_code: '8001',
    locality: 'Zürich',
    country: 'CH',
  },
}

const eventsOf = (app: Stage['app'], subject: string) =>
  app
    .db('outbox_events')
    .select<{ type: string; data: object }[]>('type', 'data')
    .where({ subject })
    .whereIn('type', ['auth.user.updated', 'auth.profile.changed'])

describe('changing one’s own account and profile', () => {
  const stage = sharedStage()
  let ann: Me
  beforeEach(async () => {
    ann = await signedIn(stage())
  })

  it('keeps what is absent and clears what is null (PATCH), the parts of an address too', async () => {
    expect((await ann.call('PUT', '/profile/me', everything)).body).to.deep.include(everything)

    const patched = await ann.call('PATCH', '/profile/me', {
      nickname: null,
      given_name: 'Anna',
      address: { street_address: null, region: 'ZH' },
    })

    const address = { postal_code: '8001', locality: 'Zürich', country: 'CH', region: 'ZH' }
    expect(patched.body).to.deep.include({ ...everything, nickname: null, given_name: 'Anna', address })
    const cleared = await ann.call('PATCH', '/profile/me', { address: null })
    expect(cleared.body).to.deep.include({ address: null, given_name: 'Anna' })
    expect((await ann.call('GET', '/profile/me')).body).to.deep.equal(cleared.body)
  })

  it('clears what is absent of the place it is sent to (PUT), and nothing beside', async () => {
    await ann.call('PUT', '/profile/me', everything)

    expect((await ann.call('PUT', '/users/me', { username: ann.username })).body).to.deep.include({
      username: ann.username,
      name: null,
      locale: null,
      email: ann.email,
    })
    expect((await ann.call('GET', '/profile/me')).body).to.include({ given_name: 'Ann', locale: null })

    await ann.call('PUT', '/profile/me', { family_name: 'Weaver' })
    const left = (await ann.call('GET', '/profile/me')).body
    expect(left).to.deep.include({ family_name: 'Weaver', given_name: null, address: null, name: null })
    expect(left.preferred_username).to.equal(ann.username)
  })

  it('writes names and languages the way they are compared', async () => {
    const reply = await ann.call('PATCH', '/users/me', {
      name: '  Ann ',
      locale: 'DE-ch',
      username: ann.username.toUpperCase(),
    })
    expect(reply.body).to.include({ name: 'Ann', locale: 'de-CH', username: ann.username })
  })

  it('tells relying parties at once', async () => {
    await ann.call('PATCH', '/profile/me', { given_name: 'Anna', name: 'Anna W.' })
    const told = await ann.call('GET', '/userinfo')
    expect(told.body).to.include({ given_name: 'Anna', name: 'Anna W.' })
  })

  it('records what changed, before and after, and announces which members, never their values', async () => {
    const { app } = stage()
    await ann.call('PATCH', '/profile/me', { given_name: 'Anna', name: 'Anna W.' })

    const [record] = await app
      .db('audit_records')
      .select<Record<string, unknown>[]>('actor_type', 'actor_id', 'outcome')
      .where({ action: 'user.updated', target_id: ann.id })
    expect(record).to.include({ actor_type: 'user', actor_id: ann.id, outcome: 'success' })
    const events = await eventsOf(app, ann.id)
    expect(events).to.have.deep.members([
      { type: 'auth.user.updated', data: { userId: ann.id, fields: 'name' } },
      { type: 'auth.profile.changed', data: { userId: ann.id, fields: 'given_name' } },
    ])
  })

  it('records and announces nothing when nothing differs', async () => {
    const { app } = stage()
    const reply = await ann.call('PATCH', '/users/me', { username: ann.username, name: 'Ann Example' })
    expect(reply.status).to.equal(200)
    expect(await eventsOf(app, ann.id)).to.be.empty
  })

  it('lets twenty changes of different members at the same moment all count', async () => {
    const members = ['given_name', 'family_name', 'middle_name', 'nickname', 'gender']
    const parts = ['locality', 'region', 'country', 'postal_code', 'street_address']

    const replies = await Promise.all([
      ...members.map((member) => ann.call('PATCH', '/profile/me', { [member]: member })),
      ...parts.map((part) => ann.call('PATCH', '/profile/me', { address: { [part]: part } })),
      ann.call('PATCH', '/users/me', { name: 'name' }),
      ann.call('PATCH', '/users/me', { locale: 'fr' }),
    ])

    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([200]))
    expect((await ann.call('GET', '/profile/me')).body).to.deep.include({
      ...Object.fromEntries(members.map((member) => [member, member])),
      address: Object.fromEntries(parts.map((part) => [part, part])),
      name: 'name',
      locale: 'fr',
    })
  })

  it('refuses a user name that somebody has, or that is none', async () => {
    const other = await person(stage().app)
    const taken = await ann.call('PATCH', '/users/me', { username: other.username.toUpperCase() })
    expect([taken.status, problemOf(taken)]).to.deep.equal([409, 'username_taken'])
    const none = await ann.call('PATCH', '/users/me', { username: 'ann@example.com' })
    expect([none.status, problemOf(none)]).to.deep.equal([422, 'username_invalid'])
  })

  const notTheirs = ['id', 'role', 'roles', 'is_admin', 'email', 'email_verified', 'tenant_id', 'status']
  const unknown = [
    ...notTheirs,
    'created_at',
    'phone_number_verified',
    'sub',
    'preferred_username',
    'delete_at',
  ]
  it('RG-02: refuses every member that is not a person’s to set, and changes nothing', async () => {
    const { app } = stage()
    const before = await app.db('users').where({ id: ann.id })
    for (const path of ['/users/me', '/profile/me'])
      for (const method of ['PUT', 'PATCH'])
        for (const member of unknown) {
          const reply = await ann.call(method, path, { name: 'Changed', [member]: 'root_admin' })
          expect([reply.status, problemOf(reply)], `${method} ${path} ${member}`).to.deep.equal([
            400,
            'invalid_input',
          ])
        }
    expect(await app.db('users').where({ id: ann.id })).to.deep.equal(before)
  })

  it('MA-02: refuses names of prototypes, at every depth, without any effect on others', async () => {
    const bodies = [
      '{"__proto__":{"role":"root_admin"}}',
      '{"constructor":{"prototype":{"role":"root_admin"}}}',
      '{"address":{"__proto__":{"country":"XX"}}}',
      '{"address":{"constructor":{"prototype":{"country":"XX"}}}}',
    ]
    for (const body of bodies) {
      const reply = await ann.call('PATCH', '/profile/me', body)
      expect(reply.status, body).to.equal(400)
    }
    expect(Object.hasOwn(Object.prototype, 'role')).to.equal(false)
    expect((await ann.call('PATCH', '/profile/me', '{"name":"One","name":"Two"}')).status).to.equal(400)
    expect((await ann.call('GET', '/profile/me')).body.address).to.equal(null)
  })

  const wrong: [member: string, value: unknown][] = [
    ['name', ''],
    ['name', 'a'.repeat(201)],
    ['name', 'Ann\u202egnp.exe'],
    ['name', 'Ann\u0000'],
    ['name', 7],
    ['locale', 'not a language'],
    ['zoneinfo', 'Mars/Olympus'],
    ['picture', 'javascript:alert(1)'],
    ['birthdate', '31.12.1990'],
    ['phone_number', '0800 CALL ME'],
    ['address', 'Leeds'],
    ['address', { planet: 'Mars' }],
    ['address', { country: 'x'.repeat(101) }],
  ]
  it('names the member that is wrong, and not its value', async () => {
    for (const [member, value] of wrong) {
      const reply = await ann.call('PATCH', '/profile/me', { [member]: value })
      expect(reply.status, `${member} ${JSON.stringify(value)}`).to.equal(400)
      expect(JSON.stringify(reply.body)).to.include(member)
      expect(JSON.stringify(reply.body)).not.to.include('Olympus')
    }
  })

  it('lets nobody write through another party’s client, whatever its scopes', async () => {
    const partner = await relyingParty(stage().app, { firstParty: false })
    const there = await signedIn(stage(), {
      as: ann,
      client: partner,
      scope: 'openid profile email address phone',
    })
    for (const path of ['/users/me', '/profile/me'])
      for (const method of ['PUT', 'PATCH']) {
        const reply = await there.call(method, path, { name: 'Changed' })
        expect([reply.status, problemOf(reply)]).to.deep.equal([403, 'not_allowed'])
      }
  })

  it('shows another party’s client only the claims of its scopes (OpenID Connect Core 1.0, section 5.4)', async () => {
    await ann.call('PUT', '/profile/me', everything)
    const partner = await relyingParty(stage().app, { firstParty: false })
    const membersWith = async (scope: string) => {
      const there = await signedIn(stage(), { as: ann, client: partner, scope })
      return Object.keys((await there.call('GET', '/profile/me')).body)
    }

    expect(await membersWith('openid')).to.deep.equal([])
    expect(await membersWith('openid phone')).to.have.members(['phone_number', 'phone_number_verified'])
    expect(await membersWith('openid address')).to.deep.equal(['address'])
    const profile = await membersWith('openid profile')
    expect(profile).to.include.members(['given_name', 'birthdate', 'preferred_username', 'updated_at'])
    expect(profile).not.to.include.members(['email'])
    expect(profile).not.to.include.members(['phone_number'])
  })
})
