import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { codeOf, gatehouse, json } from './run-command.ts'

const create = ['user', 'create', '--email']
const password = ['--password', 'correct horse battery staple']

describe('the command gatehouse user create', () => {
  const app = sharedStage<Gatehouse>(async (opened) => opened.app)

  it('prints the id as one JSON document, and the person signs in', async () => {
    const said = await gatehouse(app(), ...create, 'Ann@Example.com', ...password, '--verified', '--json')
    const { id } = json(said)
    expect(Object.keys(json(said))).to.deep.equal(['id'])
    const client = await relyingParty(app())
    const ann = { id: String(id), email: 'ann@example.com', username: '', password: password[1] ?? '' }
    const { tokens } = await client.signIn(ann)
    expect(tokens.claims()).to.include({ sub: id, email_verified: true })
  })

  it('gives the role it is told, and says the role that does not exist', async () => {
    const made = json(
      await gatehouse(app(), ...create, 'admin@example.com', ...password, '--role', 'admin', '--json'),
    )
    const roles = await app()
      .db('assignments')
      .where({ principal_id: String(made.id) })
      .select<{ role: string }[]>('role')
    expect(roles).to.deep.equal([{ role: 'admin' }])
    const refused = await gatehouse(
      app(),
      ...create,
      'nobody@example.com',
      ...password,
      '--role',
      'emperor',
      '--json',
    )
    expect(refused.error).to.be.an.instanceOf(Error)
    expect(
      await app().db('users').where({ email: 'nobody@example.com' }),
      'nothing half done',
    ).to.have.lengthOf(0)
  })

  it('warns of a weak password on standard error, and makes the account: who runs commands here decides', async () => {
    const said = await gatehouse(
      app(),
      ...create,
      'weak@example.com',
      '--password',
      'passwordpassword',
      '--json',
    )
    expect(json(said).id).to.be.a('string')
    expect(said.err).to.match(/^warning: /)
    expect(said.err).not.to.include('passwordpassword')
  })

  it('refuses an address that is taken or none, and a missing password', async () => {
    await gatehouse(app(), ...create, 'twice@example.com', ...password, '--json')
    expect(
      (await gatehouse(app(), ...create, 'TWICE@example.com', ...password, '--json')).error,
    ).to.be.an.instanceOf(Error)
    expect(
      (await gatehouse(app(), ...create, 'not an address', ...password, '--json')).error,
    ).to.be.an.instanceOf(Error)
    expect(codeOf(await gatehouse(app(), ...create, 'x@example.com', '--json'))).to.equal(
      'commander.missingMandatoryOptionValue',
    )
  })

  it('answers a person in a sentence that holds no password', async () => {
    const { out } = await gatehouse(app(), ...create, 'sentence@example.com', ...password)
    expect(out).to.match(/^Created sentence@example\.com \([\w-]{36}\)\.\n$/)
    expect(out).not.to.include(password[1])
  })
})

describe('the command gatehouse bootstrap-admin', () => {
  it('makes the root administrator once, and says so afterwards', async () => {
    const { app } = await stage()
    const first = json(await gatehouse(app, 'bootstrap-admin', '--json'))
    expect(first.email).to.equal('root@localhost.test')
    expect(first.password).to.match(/^[\w-]{24}$/)
    expect(json(await gatehouse(app, 'bootstrap-admin', '--json'))).to.deep.equal({
      email: null,
      password: null,
    })
    expect((await gatehouse(app, 'bootstrap-admin')).out).to.include('--reset')
  })

  it('--reset gives another password', async () => {
    const { app } = await stage()
    const first = json(await gatehouse(app, 'bootstrap-admin', '--json'))
    const again = json(await gatehouse(app, 'bootstrap-admin', '--reset', '--json'))
    expect(again.email).to.equal(first.email)
    expect(again.password).to.match(/^[\w-]{24}$/)
    expect(again.password).not.to.equal(first.password)
  })

  it('--reset without one says what makes one', async () => {
    const { app } = await stage()
    const said = await gatehouse(app, 'bootstrap-admin', '--reset', '--json')
    expect(codeOf(said)).to.equal('no_root_administrator')
  })
})

describe('the commands about one person', () => {
  const app = sharedStage<Gatehouse>(async (opened) => opened.app)

  it('disable by address and enable by id, and say how the person is now', async () => {
    const ann = await person(app())
    expect(
      json(await gatehouse(app(), 'user', 'disable', ann.email, '--reason', 'left', '--json')),
    ).to.include({
      id: ann.id,
      status: 'disabled',
      status_reason: 'left',
    })
    expect((await gatehouse(app(), 'user', 'show', ann.username)).out).to.match(/status +disabled/)
    expect(json(await gatehouse(app(), 'user', 'enable', ann.id, '--json'))).to.include({ status: 'active' })
  })

  it('list by role and state', async () => {
    const ann = await person(app(), { role: 'admin' })
    const listed = json(await gatehouse(app(), 'user', 'list', '--role', 'admin', '--json')) as unknown
    expect(listed).to.deep.include.members([(listed as { id: string }[]).find(({ id }) => id === ann.id)])
    expect((await gatehouse(app(), 'user', 'list', '--q', ann.email)).out.trim()).to.equal(
      `${ann.id}  active    ${ann.email}  admin`,
    )
  })

  it('remove second factors with a reason, and not without one', async () => {
    const ann = await person(app())
    const without = await gatehouse(app(), 'user', 'reset-factors', ann.email)
    expect(codeOf(without)).to.equal('commander.missingMandatoryOptionValue')
    const reset = ['user', 'reset-factors', ann.email, '--reason', 'came by', '--json']
    expect(json(await gatehouse(app(), ...reset))).to.deep.equal({ id: ann.id, passkeysLeft: false })
    const recorded = await app().db('audit_records').where({ target_id: ann.id, action: 'factors.reset' })
    expect(recorded).to.have.lengthOf(1)
    expect(recorded[0]).to.include({ reason: 'came by', actor_type: 'system' })
  })

  it('sign out everywhere, and delete', async () => {
    const ann = await person(app())
    await (await relyingParty(app())).signIn(ann)
    expect(json(await gatehouse(app(), 'user', 'end-sessions', ann.email, '--json'))).to.deep.equal({
      id: ann.id,
      ended: 1,
    })
    expect(json(await gatehouse(app(), 'user', 'delete', ann.email, '--json'))).to.include({
      status: 'deleted',
    })
    for (const who of [ann.email, ann.id, 'nobody'])
      expect(codeOf(await gatehouse(app(), 'user', 'disable', who)), who).to.equal('user_not_found')
  })

  it('never take the last root administrator away', async () => {
    const root = await person(app(), { role: 'root_admin' })
    for (const command of ['disable', 'delete'])
      expect(codeOf(await gatehouse(app(), 'user', command, root.id))).to.equal('last_root_admin')
  })
})
