import { expect } from 'chai'

import { newId } from '../../src/platform/crypto/index.ts'
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
