import { expect } from 'chai'

import { assignRole } from '../../src/features/authorization/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { newId } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { operator, problem, told } from '../administration/support.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'

const path = '/admin/configuration'

const withApi = (more = '') => `version: 1
apis:
  https://by-api.example/:
    name: Tides
${more}`

/** Somebody who holds these permissions and no role. */
async function holding({ app, clock }: Stage, ...permissions: string[]) {
  const who = await operator(app)
  for (const permission of permissions)
    await app.db('assignments').insert({
      id: newId(clock.now()),
      principal_type: 'user',
      principal_id: who.id,
      permission,
      effect: 'allow',
      scope_type: 'system',
      source: 'direct',
      granted_by: 'system',
      starts_at: new Date(clock.now().getTime() - 1000),
      created_at: clock.now(),
    })
  return who
}

describe('the configuration by /admin/configuration', () => {
  const fixture = sharedStage(async (stage) => ({ stage, root: await operator(stage.app, 'root_admin') }))

  it('is exported, planned and applied', async () => {
    const { root } = fixture()
    const planned = await root.call('POST', `${path}/plan`, { document: withApi() })
    const plan = await told(planned)
    expect(planned.status, JSON.stringify(plan)).to.equal(200)
    expect(plan.summary).to.deep.equal({ create: 1, change: 0, delete: 0 })

    const applied = await told(await root.call('POST', `${path}/apply`, { document: withApi() }))
    expect(applied).to.deep.equal(plan)
    const { document } = await told(await root.call('GET', path))
    expect(document).to.include('https://by-api.example/').and.not.to.include(root.client.secret)
    const again = await told(await root.call('POST', `${path}/plan`, { document, prune: true }))
    expect(again.changes).to.deep.equal([])
  })

  it('takes no reference to a file or a variable, and says where one stands', async () => {
    const { root } = fixture()
    for (const reference of ['{ env: KEY_ENCRYPTION_KEY }', '{ file: /etc/passwd }']) {
      const document = `version: 1\nclients:\n  some-client:\n    name: x\n    secrets: [${reference}]\n`
      const reply = await root.call('POST', `${path}/plan`, { document })
      expect(reply.status).to.equal(422)
      const { errors } = await told(reply)
      expect(errors).to.have.lengthOf(1)
      expect(JSON.stringify(errors)).to.match(
        /clients\.some-client\.secrets\.0.*is a reference \(\{(env|file): …\}\), which only the command line reads.*line 5/,
      )
    }
  })

  it('is a document of a megabyte at most, and refused by line where it is wrong', async () => {
    const { root } = fixture()
    const long = withApi(`# ${'x'.repeat(200_000)}\n`)
    expect((await root.call('POST', `${path}/plan`, { document: long })).status).to.equal(200)
    const longer = withApi(`# ${'x'.repeat(1_100_000)}\n`)
    expect((await root.call('POST', `${path}/plan`, { document: longer })).status).to.be.oneOf([400, 413])
    const wrong = await told(
      await root.call('POST', `${path}/plan`, { document: withApi('    colour: red\n') }),
    )
    expect(wrong.errors).to.deep.equal([
      { field: 'apis.https://by-api.example/.colour', detail: 'is not known here (line 5)' },
    ])
  })

  it('AD-03: is applied by nobody above what they may do themselves', async () => {
    const { stage, root } = fixture()
    const admin = await operator(stage.app, 'admin')
    for (const [method, where] of [
      ['GET', path],
      ['POST', `${path}/plan`],
      ['POST', `${path}/apply`],
    ] as const)
      expect(
        (await admin.call(method, where, method === 'GET' ? undefined : { document: withApi() })).status,
      ).to.equal(403)

    const some = await holding(stage, 'configuration:read:any', 'configuration:write:any', 'apis:write:any')
    const settings = 'settings: { system: { registration.mode: closed } }\n'
    const both = await some.call('POST', `${path}/apply`, {
      document: withApi('    token_format: opaque\n') + settings,
    })
    expect(both.status).to.equal(403)
    const refused = await told(both)
    expect(refused).to.include({
      type: problem('configuration_beyond_own'),
      detail: 'It takes settings:write:any besides.',
    })
    expect(await stage.app.db('settings').where({ key: 'registration.mode' })).to.deep.equal([])
    const one = await some.call('POST', `${path}/apply`, { document: withApi('    token_format: opaque\n') })
    expect(one.status).to.equal(200)
    const { changes } = await told(await root.call('POST', `${path}/plan`, { document: withApi() }))
    expect(changes).to.deep.equal([
      {
        action: 'change',
        section: 'apis',
        key: 'https://by-api.example/',
        fields: [{ name: 'token_format', before: 'opaque', after: null }],
      },
    ])
  })

  it('AD-03: makes no role above what one may do oneself', async () => {
    const { stage } = fixture()
    const some = await holding(stage, 'configuration:write:any', 'configuration:read:any', 'roles:write:any')
    const reply = await some.call('POST', `${path}/apply`, {
      document: 'version: 1\nroles:\n  above: { description: x, permissions: [keys:revoke:any] }\n',
    })
    expect(reply.status).to.equal(403)
    expect(await stage.app.db('roles').where({ name: 'above' })).to.deep.equal([])
  })

  it('AD-03: changes and removes no client that may do more than whoever applies it', async () => {
    const { stage } = fixture()
    const { app } = stage
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const principal = { type: 'client', id: machine.clientId } as const
    await transaction(app.db, (tx) => assignRole(app, tx, bySystem, { principal, role: 'root_admin' }))
    const some = await holding(
      stage,
      'configuration:read:any',
      'configuration:write:any',
      'clients:write:any',
    )
    const saying = (id: string) => `version: 1
clients:
  ${id}: { name: x, grant_types: [client_credentials], secrets: [one-that-whoever-applies-it-knows] }
`
    const before = await app.db('client_secrets').orderBy('id')
    for (const body of [
      { document: saying(machine.clientId) },
      { document: 'version: 1\nclients: {}\n', prune: true },
    ]) {
      const reply = await some.call('POST', `${path}/apply`, body)
      expect([reply.status, (await told(reply)).type]).to.deep.equal([403, problem('role_beyond_own')])
    }
    expect(await app.db('client_secrets').orderBy('id')).to.deep.equal(before)
    expect((await some.call('POST', `${path}/apply`, { document: saying('by-some') })).status).to.equal(200)
  })

  it('AD-11: switches nobody on or off for who may not do that by /admin/users', async () => {
    const { stage } = fixture()
    const ann = await person(stage.app)
    const rights = ['configuration:read:any', 'configuration:write:any', 'users:import:any']
    const some = await holding(stage, ...rights)
    const document = `version: 1\nusers:\n  - id: ${ann.id}\n    email: ${ann.email}\n    name: Ann Example\n    status: disabled\n`
    const refused = await some.call('POST', `${path}/apply`, { document })
    expect([refused.status, (await told(refused)).type]).to.deep.equal([403, problem('role_beyond_own')])
    const more = await holding(stage, ...rights, 'users:disable:any')
    const done = await more.call('POST', `${path}/apply`, { document })
    expect(done.status, await done.clone().text()).to.equal(200)
  })

  it('AD-03: tells nothing of people to who may not put them there', async () => {
    const { stage } = fixture()
    const ann = await operator(stage.app, 'support')
    const some = await holding(stage, 'configuration:read:any', 'configuration:write:any')
    const document = `version: 1\nusers:\n  - id: ${ann.id}\n    username: not-hers\n    name: Probe\n    roles: []\n`
    for (const act of ['plan', 'apply']) {
      const reply = await some.call('POST', `${path}/${act}`, { document })
      expect(reply.status, act).to.equal(403)
      expect(await told(reply)).to.include({
        type: problem('configuration_beyond_own'),
        detail: 'It takes users:import:any besides.',
      })
    }
  })

  it('is refused, and breaks nothing, where an id in it is something else’s or there are too many documents', async () => {
    const { stage, root } = fixture()
    const made = `version: 1
identity_providers:
  first: { connector: google, name: One, client_id: one, secret: a-client-secret-of-one }
`
    expect((await root.call('POST', `${path}/apply`, { document: made })).status).to.equal(200)
    const { document } = await told(await root.call('GET', path))
    const [, kept] = /( {2}first:\n(?: {4}.*\n)+)/.exec(String(document)) ?? []
    const copy = `version: 1\nidentity_providers:\n${String(kept).replace('first:', 'second:')}`
    const planned = await root.call('POST', `${path}/plan`, { document: copy })
    const { errors: found } = await told(planned)
    expect([planned.status, found], 'of the same issuer').to.deep.equal([
      422,
      [{ field: 'identity_providers.second', detail: 'its issuer is the one of first already (line 3)' }],
    ])
    const other = copy.replace('connector: google', 'connector: linkedin')
    const reply = await root.call('POST', `${path}/apply`, { document: other })
    expect(reply.status, JSON.stringify(await told(reply))).to.equal(409)
    expect(await stage.app.db('identity_providers').where({ slug: 'second' })).to.deep.equal([])

    const many = await root.call('POST', `${path}/plan`, { document: '---\nversion: 1\n'.repeat(1_000) })
    expect(many.status).to.equal(422)
  })
})
