import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { opens, pause } from '../../oidc/tokens/requests.ts'
import { keepSecret } from '../../support/canary.ts'
import { person } from '../../support/people.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { type NativeApp, nativeApp, problem, refusal, type Reply, tokensOf } from './app.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  phone: NativeApp
}

const password = 'a quiet harbour at dawn'
keepSecret(password)

const fieldsOf = ({ body }: Reply): string[] => (body.errors as { field: string }[]).map(({ field }) => field)

describe('registering in one of our own applications', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    app,
    issuer,
    phone: await nativeApp(app),
  }))

  it('makes an account and begins its first session', async () => {
    const { app, issuer, phone } = fixture()
    const given = { email: 'Bob@Example.com', username: 'Bob.B', name: 'Bob Beispiel', locale: 'de-AT' }

    const reply = await phone.send('/auth/register', { ...given, password, scope: 'openid email' })

    expect(reply.status, reply.text).to.equal(201)
    const tokens = tokensOf(reply)
    expect(tokens.scope).to.equal('openid email')
    expect(await opens(issuer, tokens.access_token)).to.equal(true)
    const user = await app
      .db('users')
      .where({ id: decodeJwt(tokens.access_token).sub })
      .first<object>()
    expect(user).to.include({
      ...{ email: 'bob@example.com', username: 'bob.b', name: 'Bob Beispiel', locale: 'de-AT' },
      ...{ status: 'active', email_verified_at: null },
    })
    expect((await phone.login({ email: 'bob@example.com', password })).status).to.equal(200)
    expect((await phone.refresh(tokens.refresh_token)).status).to.equal(200)
  })

  it('makes no account for an application that asks for more than it may hold', async () => {
    const { app } = fixture()
    const limited = await nativeApp(app, { scopes: ['openid', 'email'] })
    const email = 'too-much@example.com'
    const refused = await limited.send('/auth/register', { email, password, scope: 'openid profile' })
    expect(refusal(refused)).to.deep.equal(problem(400, 'invalid_scope'))
    expect(await app.db('users').where({ email })).to.be.empty
  })

  it('takes of a stranger only what a stranger may say (RG-02)', async () => {
    const { app, phone } = fixture()
    const more = {
      ...{ role: 'root_admin', roles: ['root_admin'], is_admin: true, email_verified: true, tenant_id: 'x' },
      ...{ id: '01900000-0000-7000-8000-000000000000', status: 'active', created_at: '2020-01-01', sub: 'x' },
    }
    for (const [field, value] of Object.entries(more)) {
      const reply = await phone.send('/auth/register', { email: 'eve@example.com', password, [field]: value })
      expect(refusal(reply), field).to.deep.equal(problem(400, 'invalid_input'))
      expect(fieldsOf(reply)).to.deep.equal([field])
    }
    const wrong = [
      { email: ['a@example.com', 'b@example.com'] },
      { email: `${'x'.repeat(10_240)}@example.com` },
    ]
    for (const one of [...wrong, { email: 1 }, { email: '' }]) {
      const reply = await phone.send('/auth/register', { password, ...one })
      expect(fieldsOf(reply)).to.deep.equal(['email'])
    }
    for (const [field, value] of Object.entries({
      name: 'x'.repeat(201),
      locale: 'x_y',
      username: ['x'],
      password: 1,
    })) {
      const reply = await phone.send('/auth/register', { email: 'eve@example.com', password, [field]: value })
      expect(fieldsOf(reply)).to.deep.equal([field])
    }
    expect(await app.db('users').where({ email: 'eve@example.com' })).to.deep.equal([])
  })

  const passwords: [string, number][] = [
    ['quiet dawn1', 422], // 11
    ['password1234', 422],
    ['gatehouse gatehouse', 422],
    ['carol@example.com', 422],
    ['x'.repeat(257).replace(/./g, (_, at: number) => String.fromCharCode(97 + ((at * 7) % 26))), 422],
    ['sharp cliff, ninety-one lanterns over a slow river past midnight', 201], // 64
    ['   spaces are part of it   ', 201],
    ['🦊🌊🕯️🪵🧭🪐🥁🛶🌵🔭🪁🧵', 201],
  ]
  for (const [wanted, status] of passwords) {
    it(`answers ${status} to a password like ${JSON.stringify(wanted.slice(0, 24))} (RG-11)`, async () => {
      const { phone } = fixture()
      keepSecret(wanted)
      const email = status === 201 ? `carol-${wanted.length}@example.com` : 'carol@example.com'
      const reply = await phone.send('/auth/register', { email, password: wanted })
      expect(reply.status, reply.text).to.equal(status)
      if (status === 422) expect(fieldsOf(reply)).to.deep.equal(['password'])
      else expect((await phone.login({ email, password: wanted })).status).to.equal(200)
    })
  }

  it('says which field cannot be taken, and what somebody else has already', async () => {
    const { app, phone } = fixture()
    const ann = await person(app)
    const register = (more: object) =>
      phone.send('/auth/register', { email: 'dora@example.com', password, ...more })
    const refused: [object, number, string[]][] = [
      [{ email: 'no address' }, 422, ['email']],
      [{ email: 'two@at@example.com' }, 422, ['email']],
      [{ email: 'dora\u0000@example.com' }, 422, ['email']],
      [{ username: 'no name at all' }, 422, ['username']],
      [{ username: 'dora\u200b' }, 422, ['username']],
      [{ name: 'Dora\u0000' }, 422, ['name']],
      [{ email: '   ', password: 'short' }, 422, ['email', 'password']],
      [{ email: ann.email.toUpperCase() }, 409, ['email']],
      [{ username: ann.username.toUpperCase() }, 409, ['username']],
      [{ username: ann.email }, 422, ['username']], // another person's address is no name (LG-06)
    ]
    for (const [more, status, fields] of refused) {
      const reply = await register(more)
      expect(reply.status, JSON.stringify(more)).to.equal(status)
      expect(fieldsOf(reply), JSON.stringify(more)).to.deep.equal(fields)
    }
    expect(await app.db('users').where({ email: 'dora@example.com' })).to.deep.equal([])
    expect((await phone.login(ann)).status).to.equal(200)
  })
})

describe('registering the same address 50 times at once', () => {
  it('makes one account, whatever its spelling, over two replicas (RG-14, ONE/50)', async function () {
    this.timeout(60_000)
    const place = await stage()
    const { origin } = await place.replica()
    const phone = await nativeApp(place.app)
    const spellings = ['bob@example.com', 'BOB@example.com', 'bob@EXAMPLE.com', 'Bob@Example.Com']

    const all = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const body = { email: spellings[index % 4], username: index % 2 === 0 ? 'bob' : 'BOB', password }
        return phone.send('/auth/register', body, {}, index % 2 === 0 ? origin : place.issuer)
      }),
    )

    const statuses = all.map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).to.have.lengthOf(1)
    expect(statuses.filter((status) => ![201, 409, 503].includes(status))).to.deep.equal([])
    expect(await place.app.db('users')).to.have.lengthOf(1)
    expect(await place.app.db('sessions')).to.have.lengthOf(1)
  })
})

describe('a stricter rule for passwords', () => {
  it('counts soon: 14 characters are too few under nist, 15 are not (RG-11)', async () => {
    const { app } = await stage()
    const phone = await nativeApp(app)
    await changeSetting(app, bySystem, 'password.policy', 'nist')
    await pause(300) // until the process has heard of it
    const register = (email: string, wanted: string) =>
      phone.send('/auth/register', { email, password: wanted })
    expect((await register('a@example.com', 'quiet dawn 14!')).status).to.equal(422)
    expect((await register('a@example.com', 'quiet dawns 15!')).status).to.equal(201)
  })
})
