import { expect } from 'chai'

import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { accessOf, assignRole, permissions, roles, rolesOf } from '../../src/features/authorization/index.ts'
import { randomMark } from '../../src/platform/crypto/index.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { operator, problem, told } from './support.ts'

const named = (): string =>
  `r${randomMark()
    .toLowerCase()
    .replace(/[^a-z0-9]/g, 'x')}`

describe('roles of the operator’s own', () => {
  const shared = sharedStage(async (on) => {
    const { app } = on
    const [root, admin, ann] = [
      await operator(app, 'root_admin'),
      await operator(app, 'admin'),
      await operator(app),
    ]
    const replica = await on.replica()
    const give = (id: string, role: string) =>
      transaction(app.db, (tx) => assignRole(app, tx, bySystem, { principal: { type: 'user', id }, role }))
    return { app, root, admin, ann, replica, give }
  })

  const make = async (held: string[], name = named()) => {
    const reply = await shared().root.call('POST', '/admin/roles', {
      name,
      description: 'x',
      permissions: held,
    })
    expect(reply.status).to.equal(201)
    return name
  }

  it('are listed after the built-in ones, with every permission described', async () => {
    const { root } = shared()
    const name = await make(['users:read:any'])
    const { items } = (await told(await root.call('GET', '/admin/roles'))) as {
      items: { name: string; built_in: boolean }[]
    }
    expect(items.slice(0, roles.length).map((role) => role.name)).to.deep.equal(roles)
    expect(items.find((role) => role.name === name)).to.include({ built_in: false })
    const all = (await told(await root.call('GET', '/admin/permissions'))) as {
      items: { name: string; description: string; built_in_roles: string[] }[]
    }
    expect(all.items.map((one) => one.name)).to.deep.equal(permissions)
    for (const { name: one, description, built_in_roles: included } of all.items) {
      expect(description, one).to.match(/^[A-Z].{10,}\.$/)
      expect(included, one).to.include('root_admin')
    }
  })

  it('count at the next request on every replica, when given, changed and deleted', async () => {
    const { root, ann, replica, give } = shared()
    const name = await make(['sessions:read:any'])
    await give(ann.id, name)
    const reads = async () => {
      const bearer = { authorization: `Bearer ${ann.tokens.access_token}` }
      const [here, there] = await Promise.all([
        ann.call('GET', '/admin/users?limit=1'),
        fetch(`${replica.origin}/admin/users?limit=1`, { headers: bearer }),
      ])
      return [here.status, there.status]
    }
    expect(await reads()).to.deep.equal([403, 403])
    const raised = { permissions: ['sessions:read:any', 'users:read:any'] }
    expect((await root.call('PATCH', `/admin/roles/${name}`, raised)).status).to.equal(200)
    expect(await reads()).to.deep.equal([200, 200])

    const held = await root.call('DELETE', `/admin/roles/${name}`)
    expect([held.status, await told(held)]).to.deep.include(409)
    expect(await reads()).to.deep.equal([200, 200])
    const taken = await root.call('DELETE', `/admin/roles/${name}?take_away=true&reason=closed`)
    expect(taken.status).to.equal(204)
    expect(await reads()).to.deep.equal([403, 403])

    await make(['users:read:any'], name) // one of the same name later revives nothing
    expect(await reads()).to.deep.equal([403, 403])
    const records = await shared()
      .app.db('audit_records')
      .where({ target_id: ann.id, action: 'role.removed' })
      .select<{ reason: string }[]>('reason')
    expect(records).to.deep.equal([{ reason: 'closed' }])
  })

  it('AD-02: nobody makes, raises, lowers or deletes one beyond what they hold', async () => {
    const { app, root, give } = shared()
    const [maker, chief] = [await operator(app), await operator(app)]
    await give(maker.id, await make(['roles:write:any', 'roles:assign:any', 'users:read:any']))
    const status = async (method: string, path: string, body?: unknown) =>
      (await maker.call(method, path, body)).status
    const mine = named()
    const wish = (held: string[]) => ({ name: mine, description: 'x', permissions: held })

    expect(await status('POST', '/admin/roles', wish(['users:read:any', 'keys:rotate:any']))).to.equal(403)
    expect(await status('POST', '/admin/roles', wish(['users:read:any']))).to.equal(201)
    expect(await status('PATCH', `/admin/roles/${mine}`, { permissions: ['keys:rotate:any'] })).to.equal(403)
    const strong = await make(['settings:write:any', 'users:read:any'])
    expect(await status('PATCH', `/admin/roles/${strong}`, { permissions: ['users:read:any'] })).to.equal(403)
    expect(await status('DELETE', `/admin/roles/${strong}`)).to.equal(403)
    expect(await status('PATCH', `/admin/roles/${mine}`, { description: 'y' })).to.equal(200)
    // to raise one that somebody holds is to give: it wants the right to give
    const writer = await operator(app)
    await give(writer.id, await make(['roles:write:any', 'users:read:any', 'sessions:read:any']))
    const desk = await make(['users:read:any'])
    const raise = async () =>
      (
        await writer.call('PATCH', `/admin/roles/${desk}`, {
          permissions: ['users:read:any', 'sessions:read:any'],
        })
      ).status
    await give(shared().ann.id, desk)
    expect(await raise()).to.equal(403)
    await root.call('DELETE', `/admin/users/${shared().ann.id}/roles/${desk}`)
    expect(await raise()).to.equal(200)
    // held by somebody who may do more: to change it is to act on them
    await give(chief.id, mine)
    await give(chief.id, 'root_admin')
    expect(await status('PATCH', `/admin/roles/${mine}`, { permissions: ['roles:write:any'] })).to.equal(403)
    expect(await status('DELETE', `/admin/roles/${mine}?take_away=true`)).to.equal(403)
    expect((await root.call('DELETE', `/admin/roles/${mine}?take_away=true`)).status).to.equal(204)
  })

  const refused: [why: string, body: object, status: number, code: string][] = [
    ['a built-in name', { name: 'admin', permissions: ['users:read:any'] }, 409, 'role_exists'],
    [
      'a permission that does not exist',
      { name: 'abc', permissions: ['users:fly:any'] },
      400,
      'unknown_permission',
    ],
    ['no permission', { name: 'abc', permissions: [] }, 400, 'invalid_input'],
    ['a name with spaces', { name: 'a b', permissions: ['users:read:any'] }, 400, 'invalid_input'],
    [
      'fields that are not there',
      { name: 'abc', permissions: ['users:read:any'], built_in: true },
      400,
      'invalid_input',
    ],
  ]
  for (const [why, body, status, code] of refused) {
    it(`are refused: ${why}`, async () => {
      const reply = await shared().root.call('POST', '/admin/roles', { description: 'x', ...body })
      expect([reply.status, (await told(reply)).type]).to.deep.equal([status, problem(code)])
    })
  }

  it('are the root’s to make; built-in ones nobody’s to change', async () => {
    const { root, admin } = shared()
    const wish = { name: named(), description: 'x', permissions: ['users:read:any'] }
    expect((await admin.call('POST', '/admin/roles', wish)).status).to.equal(403)
    for (const [method, body] of [['PATCH', { description: 'x' }], ['DELETE']] as const) {
      const reply = await root.call(method, '/admin/roles/support', body)
      expect([reply.status, (await told(reply)).type]).to.deep.equal([409, problem('role_built_in')])
    }
    expect((await root.call('GET', '/admin/roles/nothing')).status).to.equal(404)
    expect((await root.call('DELETE', '/admin/roles/nothing')).status).to.equal(404)
  })

  it('are not changed by whoever saw an older one', async () => {
    const { root, app } = shared()
    const name = await make(['users:read:any'])
    const seen = (await root.call('GET', `/admin/roles/${name}`)).headers.get('etag') ?? ''
    const change = (description: string) =>
      fetch(`${app.config.issuer}/admin/roles/${name}`, {
        method: 'PATCH',
        headers: {
          ...{ authorization: `Bearer ${root.tokens.access_token}`, 'content-type': 'application/json' },
          'if-match': seen,
        },
        body: JSON.stringify({ description }),
      })
    const statuses = await Promise.all([change('one'), change('two')])
    expect(statuses.map((reply) => reply.status).toSorted()).to.deep.equal([200, 412])
  })

  it('AD-08: show page by page who holds them, people and service accounts', async () => {
    const { app, root, ann, give } = shared()
    const [name, other] = [await make(['users:read:any']), await make(['users:read:any'])]
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    await give(ann.id, name)
    const path = `/admin/roles/${name}/holders?limit=1`
    await root.call('POST', `/admin/clients/${machine.clientId}/roles`, { role: name, reason: 'nightly' })
    const first = await told(await root.call('GET', path))
    const second = await told(await root.call('GET', `${path}&after=${String(first.next)}`))
    const holders = [first, second].flatMap(
      ({ items }) => items as { holder: object; reason: string | null }[],
    )
    expect(holders.map(({ holder, reason }) => ({ ...holder, reason }))).to.deep.equal([
      { type: 'client', id: machine.clientId, reason: 'nightly' },
      { type: 'user', id: ann.id, reason: null },
    ])
    expect(second.next).to.equal(null)
    const elsewhere = await root.call('GET', `/admin/roles/${other}/holders?after=${String(first.next)}`)
    expect(elsewhere.status).to.equal(400)
    expect((await root.call('GET', '/admin/roles/nothing/holders')).status).to.equal(404)
  })

  it('cost no further statement: each question is one, as before', async () => {
    const { app, ann, give } = shared()
    await give(ann.id, await make(['users:read:any', 'sessions:read:any']))
    const pool = app.db.client as { acquireConnection(): Promise<unknown> }
    const acquire = pool.acquireConnection.bind(pool)
    let taken = 0 // a hot statement takes a connection of its own: platform/db/statement.ts
    pool.acquireConnection = () => (taken++, acquire())
    const who = { type: 'user', id: ann.id } as const
    const [access, byAccess] = [await accessOf(app.db, who, app.clock.now()), taken]
    const [held, byBoth] = [await rolesOf(app.db, who, app.clock.now()), taken]
    pool.acquireConnection = acquire
    expect([byAccess, byBoth]).to.deep.equal([1, 2])
    expect(access.permissions.has('sessions:read:any')).to.equal(true)
    expect([access.role, held.length > 1]).to.deep.equal(['user', true])
  })
})
