import { expect } from 'chai'

import { assignRole } from '../../src/features/authorization/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import { bySystem } from '../../src/platform/app.ts'
import { newId } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { apply, parts, plan, refusal, run, sample } from './support.ts'

const people = `version: 1
users:
  - sub: kc-4711
    email: Maria@Shop.example
    email_verified: true
    username: maria
    name: Maria Muster
    given_name: Maria
    created_at: '2022-02-03T04:05:06.000Z'
    password_hash: $2b$10$S6RC51pWZTZ0pXkyWh4MZe8bYCUzLqOcWjceWG1vKeCPlnENVEzya
    totp_secret: JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
    roles: [support]
  - id: 01900000-0000-7000-8000-00000000000a
    email: root@shop.example
    roles: [root_admin]
---
version: 1
users:
  - username: nobody
    status: disabled
`

interface Held {
  principal_id: string
  role: string
}

interface Window {
  starts_at: Date
  ends_at: Date | null
}

describe('people in a configuration', () => {
  it('come with ids, subs, hashes and apps, and out again as they went in', async () => {
    const app = await parts()
    await apply(app, people)
    const plain = (await run(app, 'export')).out
    expect(plain, 'people only when they are asked for').not.to.include('maria')
    const exported = (await run(app, 'export', '--users')).out
    expect(exported).to.include('kc-4711').and.to.include('01900000-0000-7000-8000-00000000000a')
    expect(exported).not.to.include('JBSWY3DPEHPK3PXP')

    const pepper = app.config.peppers
    const empty = await parts({ PASSWORD_PEPPER: 'x'.repeat(32) })
    expect(pepper).not.to.equal(empty.config.peppers)
    await apply(empty, exported)
    expect((await run(empty, 'export', '--users')).out).to.equal(exported)
    expect(await plan(empty, exported, '--prune')).to.deep.equal({ out: 'Nothing to change.\n', code: 0 })
  })

  it('are not made where one comes by an identity that is somebody else’s', async () => {
    const app = await parts()
    await apply(app, sample)
    const comes = (email: string) =>
      `  - email: ${email}\n    identities: [{ provider: google, issuer: https://accounts.google.com, subject: '1', label: x }]\n`
    await apply(app, `version: 1\nusers:\n${comes('ann@shop.example')}`)
    const said = await refusal(apply(app, `version: 1\nusers:\n${comes('eve@shop.example')}`))
    expect(said).to.match(/Somebody else comes by google as 1/)
    expect(await app.db('users').where({ email: 'eve@shop.example' })).to.deep.equal([])
  })

  it('come in as many statements as one alone, with the identities and roles they have', async () => {
    const app = await parts()
    await apply(app, sample)
    const crowd = (first: number, last: number) => {
      const numbers = Array.from({ length: last - first + 1 }, (_, at) => first + at)
      const lines = numbers.map(
        (n) =>
          `  - email: p${n}@shop.example\n    roles: [support, desk]\n    identities: [{ provider: google, issuer: https://accounts.google.com, subject: 's${n}', label: x }]\n`,
      )
      return `version: 1\nusers:\n${lines.join('')}`
    }
    let asked = 0
    app.db.on('query', () => (asked += 1))
    const counted = async (text: string) => {
      asked = 0
      await apply(app, text)
      return asked
    }
    const alone = await counted(crowd(1, 1))
    expect(await counted(crowd(2, 31))).to.equal(alone)

    const people = await app.db('users').where('email', 'like', 'p%@shop.example').pluck<string[]>('id')
    expect(people).to.have.lengthOf(31)
    const held = await app.db('assignments').where({ source: 'direct' }).select('principal_id', 'role')
    expect(held.map((one: Held) => `${one.principal_id} ${one.role}`)).to.have.members(
      people.flatMap((id) => [`${id} support`, `${id} desk`]),
    )
    expect(await app.db('user_identities').whereNotNull('provider_id').pluck('user_id')).to.have.members(
      people,
    )
    const events = await app.db('outbox_events').whereIn('subject', people).select('subject', 'type')
    expect(events).to.have.lengthOf(31 * 3)
    const records = await app.db('audit_records').whereIn('target_id', people).pluck<string[]>('action')
    expect(records.filter((action) => action === 'identity.linked')).to.have.lengthOf(31)
    expect(records.filter((action) => action === 'role.assigned')).to.have.lengthOf(62)

    const changed = crowd(1, 31).replaceAll('[support, desk]', '[support, desk, auditor]')
    const few = await counted(crowd(1, 1).replace('[support, desk]', '[support, desk, auditor]'))
    expect(await counted(changed), 'those who are there, too').to.equal(few)
    expect((await plan(app, changed)).code).to.equal(0)
  })

  it('get a role for good in place of one for a while', async () => {
    const app = await parts()
    await apply(app, people)
    const id = '01900000-0000-7000-8000-00000000000a'
    const principal = { type: 'user', id } as const
    await transaction(app.db, (tx) =>
      assignRole(app, tx, bySystem, {
        principal,
        role: 'auditor',
        startsAt: secondsAfter(app.clock.now(), 3600),
      }),
    )
    await apply(app, people.replace('roles: [root_admin]', 'roles: [root_admin, auditor]'))
    const held = await app
      .db('assignments')
      .where({ principal_id: id, role: 'auditor', revoked_at: null })
      .select('starts_at', 'ends_at')
    expect(held.map((one: Window) => [one.starts_at <= app.clock.now(), one.ends_at])).to.deep.equal([
      [true, null],
    ])
  })

  it('who are there keep what they prove themselves by, whatever the file says', async () => {
    const app = await parts()
    await apply(app, people)
    const hashes = await app.db('user_credentials').pluck('hash')
    const taken = people
      .replace('S6RC51', 'AAAAAA')
      .replace('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', 'KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU')
      .replace('name: Maria Muster', 'name: Maria Meister')
      .replace('roles: [support]', 'roles: [auditor]')
    const { out, code } = await plan(app, taken)
    expect(code).to.equal(2)
    expect(out)
      .to.include('name: "Maria Muster" -> "Maria Meister"')
      .and.to.include('roles: ["support"] -> ["auditor"]')
    await apply(app, taken)
    expect(await app.db('user_credentials').pluck('hash')).to.deep.equal(hashes)
    expect(await app.db('factors').select('id')).to.have.lengthOf(1)
    expect((await plan(app, taken)).code).to.equal(0)
  })

  it('hold roles of the operator’s own that the same file makes', async () => {
    const app = await parts()
    const text = `version: 1
roles:
  desk:
    description: Answers the telephone
    permissions: [users:read:any]
users:
  - email: lea@shop.example
    roles: [desk]
`
    await apply(app, text)
    expect(await app.db('assignments').where({ role: 'desk' })).to.have.lengthOf(1)
    const exported = (await run(app, 'export', '--users')).out
    const empty = await parts()
    await apply(empty, exported)
    expect((await run(empty, 'export', '--users')).out).to.equal(exported)

    const changed = text.replace('[users:read:any]', '[users:read:any, sessions:read:any]')
    expect((await plan(app, changed)).out).to.include('~ roles.desk')
    await apply(app, changed)
    expect((await app.db('roles').where({ name: 'desk' }).pluck('permissions'))[0]).to.deep.equal([
      'sessions:read:any',
      'users:read:any',
    ])
    expect(await refusal(apply(app, 'version: 1\nroles: {}\n', '--prune')), 'somebody holds it').to.match(
      /^role_held/,
    )
    for (const [wrong, why] of [
      ['support: { description: x, permissions: [users:read:any] }', /roles\.support: is built in/],
      ['Desk: { description: x, permissions: [users:read:any] }', /roles\.Desk: must be 2 to 60/],
      ['desk: { description: x, permissions: [all] }', /roles\.desk\.permissions\.0: does not exist/],
    ] as const)
      expect(await refusal(plan(app, `version: 1\nroles:\n  ${wrong}\n`))).to.match(why)
  })

  it('never lose the last root administrator, and are refused where they are wrong', async () => {
    const app = await parts()
    await apply(app, people)
    const demoted = people.replace('roles: [root_admin]', 'roles: []')
    expect(await refusal(apply(app, demoted))).to.match(/users: .*/)
    expect((await plan(app, people)).code, 'nothing happened').to.equal(0)
    const wrong = people.replace('totp_secret: JBSW', 'totp_secret: 1').replace('kc-4711', '"kc 4711"')
    expect(await refusal(plan(app, wrong))).to.match(/^users\.0\.sub: .*\(line 3\)/m)
    const twice = people.replace('username: nobody', 'username: maria')
    expect((await plan(app, twice)).out).to.not.include('+')
    await app.db('users').where({ username: 'nobody' }).update({ status: 'deleted', username: null })
    const client = `version: 1\nclients:\n  kc-4711:\n    name: x\n    token_endpoint_auth_method: none\n    redirect_uris: [https://x.example/]\n`
    expect(await refusal(apply(app, client)), 'what a person is known by').to.match(
      /is what a person is known by/,
    )
    expect(newId(app.clock.now())).to.be.a('string')
  })
})
