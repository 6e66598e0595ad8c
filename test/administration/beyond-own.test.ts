import { expect } from 'chai'

import { assignRole, createRole, permissionsOf } from '../../src/features/authorization/index.ts'
import { routes } from '../../src/http.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import type { Route } from '../../src/platform/http/index.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { operator, problem, told } from './support.ts'

const anyId = '01900000-0000-7000-8000-000000000000'

/** An act on somebody, said so that nothing but authority is missing. `person` is an ordinary one. */
type Act = (target: string, person: string) => { path: string; body?: object }

/**
 * How each operation that changes something about a person is tried on somebody who may do more. An operation that is not
 * here fails the test: say how it is tried.
 */
const acts: Record<string, Act[]> = {
  'patch /admin/users/:id': [
    (id) => ({ path: `/admin/users/${id}`, body: { status: 'disabled' } }),
    (id) => ({ path: `/admin/users/${id}`, body: { roles: [] } }),
    (id) => ({ path: `/admin/users/${id}`, body: { roles: ['admin'] } }),
  ],
  'delete /admin/users/:id': [(id) => ({ path: `/admin/users/${id}` })],
  'post /admin/users/:id/restore': [(id) => ({ path: `/admin/users/${id}/restore`, body: {} })],
  'post /admin/users/:id/password-reset': [(id) => ({ path: `/admin/users/${id}/password-reset` })],
  'delete /admin/users/:id/consents': [(id) => ({ path: `/admin/users/${id}/consents?client_id=x` })],
  'delete /admin/users/:id/sessions': [(id) => ({ path: `/admin/users/${id}/sessions` })],
  'delete /admin/users/:id/factors': [(id) => ({ path: `/admin/users/${id}/factors?reason=x` })],
  'delete /admin/users/:id/passkeys/:passkey': [(id) => ({ path: `/admin/users/${id}/passkeys/${anyId}` })],
  'delete /admin/users/:id/identities/:identity': [
    (id) => ({ path: `/admin/users/${id}/identities/${anyId}` }),
  ],
  'post /admin/users/:id/merge': [
    (id, person) => ({ path: `/admin/users/${id}/merge`, body: { merged_user_id: person, reason: 'x' } }),
    (id, person) => ({ path: `/admin/users/${person}/merge`, body: { merged_user_id: id, reason: 'x' } }),
  ],
  'post /admin/users/:id/roles': [
    (id) => ({ path: `/admin/users/${id}/roles`, body: { role: 'support' } }),
    (_, person) => ({ path: `/admin/users/${person}/roles`, body: { role: 'root_admin' } }),
    (_, person) => ({ path: `/admin/users/${person}/roles`, body: { role: 'keeper' } }),
  ],
  'delete /admin/users/:id/roles/:role': [
    (id) => ({ path: `/admin/users/${id}/roles/root_admin` }),
    (id) => ({ path: `/admin/users/${id}/roles/keeper` }),
  ],
  'post /admin/users/:id/permissions': [
    (id) => ({
      path: `/admin/users/${id}/permissions`,
      body: { permission: 'users:read:any', effect: 'deny' },
    }),
    (_, person) => ({
      path: `/admin/users/${person}/permissions`,
      body: { permission: 'settings:write:any', effect: 'allow' },
    }),
  ],
  'delete /admin/users/:id/permissions/:permission': [
    (id) => ({ path: `/admin/users/${id}/permissions/users:read:any?effect=allow` }),
  ],
}

const may = (role: string, { access }: Route): boolean =>
  typeof access === 'object' && new Set<string>(permissionsOf([role])).has(access.permission)

const named = ({ method, path }: Route): string => `${method} ${path}`

describe('AD-02, AD-03: whoever may do more', () => {
  const shared = sharedStage(async ({ app }) => {
    const [root, admin, support] = [
      await operator(app, 'root_admin'),
      await operator(app, 'admin'),
      await operator(app, 'support'),
    ]
    const [keeper, person] = [await operator(app), await operator(app)]
    const described = { name: 'keeper', description: 'x', permissions: ['settings:write:any'] }
    await createRole(app, bySystem, described)
    const principal = { type: 'user', id: keeper.id } as const
    await transaction(app.db, (tx) => assignRole(app, tx, bySystem, { principal, role: 'keeper' }))
    const changing = routes(app).filter(
      ({ method, path }) => method !== 'get' && path.startsWith('/admin/users/:id'),
    )
    return { app, root, admin, support, keeper, person, changing }
  })

  it('cannot be edited, disabled, deleted, reset, merged or given roles by who may do less, by any operation', async () => {
    const { app, root, admin, support, keeper, person, changing } = shared()
    const missing = changing.map(named).filter((name) => !Object.hasOwn(acts, name))
    expect(missing, 'say in this test how they are tried on somebody who may do more').to.deep.equal([])
    const before = await app.db('users').select<object[]>('*').orderBy('id')
    const held = await app.db('assignments').select<object[]>('*').orderBy('id')

    /** Whose role it is that a path names at its end. */
    const heldBy = (path: string) =>
      ({ root_admin: root.id, keeper: keeper.id })[path.split('/').at(-1) ?? '']
    const pairs = [
      { actor: admin, role: 'admin', target: root },
      { actor: admin, role: 'admin', target: keeper },
      { actor: support, role: 'support', target: admin },
    ]
    const tries = pairs.flatMap(({ actor, role, target }) =>
      changing
        .filter((route) => may(role, route))
        .flatMap((route) =>
          (acts[named(route)] ?? []).map((act) => ({ route, ...act(target.id, person.id) })),
        )
        .filter(({ path }) => (heldBy(path) ?? target.id) === target.id)
        .map((one) => ({ actor, role, ...one })),
    )
    for (const { actor, role, route, path, body } of tries) {
      const reply = await actor.call(route.method.toUpperCase(), path, body)
      const said = [reply.status, (await told(reply)).type]
      const what = `${role}: ${route.method} ${path} ${JSON.stringify(body)}`
      expect(said, what).to.deep.equal([403, problem('role_beyond_own')])
    }

    expect(tries.length).to.be.above(20)
    expect(await app.db('users').select<object[]>('*').orderBy('id')).to.deep.equal(before)
    expect(await app.db('assignments').select<object[]>('*').orderBy('id')).to.deep.equal(held)
  })

  it('is not signed out session by session either, and their address is not reported away', async () => {
    const { root, admin } = shared()
    const { items } = (await told(await root.call('GET', `/admin/sessions?user_id=${root.id}`))) as {
      items: { id: string }[]
    }
    expect(items).not.to.be.empty
    const ended = await admin.call('POST', `/admin/sessions/${items[0]?.id}/revoke`)
    expect([ended.status, (await told(ended)).type]).to.deep.equal([403, problem('role_beyond_own')])
    const bounced = await admin.call('POST', '/admin/mail/bounces', {
      address: root.email,
      reason: 'bounced',
    })
    expect([bounced.status, (await told(bounced)).type]).to.deep.equal([403, problem('role_beyond_own')])
  })

  it('support helps who may not do more, with a reason, and changes nothing else', async () => {
    const { support, person } = shared()
    const reset = await support.call('DELETE', `/admin/users/${person.id}/factors?reason=passport`)
    expect(reset.status).to.equal(200)
    expect((await support.call('DELETE', `/admin/users/${person.id}/sessions`)).status).to.equal(200)
    for (const [method, path, body] of [
      ['PATCH', `/admin/users/${person.id}`, { status: 'disabled' }],
      ['DELETE', `/admin/users/${person.id}`, undefined],
      ['POST', `/admin/users/${person.id}/roles`, { role: 'support' }],
      ['GET', '/admin/settings', undefined],
    ] as const)
      expect((await support.call(method, path, body)).status, `${method} ${path}`).to.be.oneOf([403, 404])
  })
})

describe('AD-05: two root administrators', () => {
  it('never both go, whatever thirty requests take, deny, disable and delete at once', async () => {
    const { app } = await stage()
    const [one, other] = [await operator(app, 'root_admin'), await operator(app, 'root_admin')]
    const ways = [
      ['DELETE', '/roles/root_admin', undefined],
      ['PATCH', '', { status: 'disabled' }],
      ['POST', '/permissions', { permission: 'audit:read:any', effect: 'deny' }],
      ['PATCH', '', { roles: [] }],
      ['DELETE', '', undefined],
      ['POST', '/roles', { role: 'root_admin', ends_at: '2040-01-01T00:00:00Z' }],
    ] as const
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const [actor, target] = index % 2 === 0 ? [one, other] : [other, one]
        const [method, path, body] = ways[Math.floor(index / 2) % ways.length] ?? ways[0]
        return actor.call(method, `/admin/users/${target.id}${path}`, body)
      }),
    )
    const statuses = replies.map(({ status }) => status)
    expect(statuses.filter((status) => status >= 500 && status !== 503)).to.deep.equal([])

    const left = await app
      .db('assignments as a')
      .join('users as u', app.db.raw('u.id::text = a.principal_id'))
      .where({ 'a.role': 'root_admin', 'u.status': 'active' })
      .whereNull('a.revoked_at')
      .whereNull('a.ends_at')
      .select<{ principal_id: string }[]>('a.principal_id')
    const denied = await app.db('assignments').where({ effect: 'deny' }).pluck<string[]>('principal_id')
    expect(left.filter(({ principal_id: id }) => !denied.includes(id))).to.have.lengthOf(1)
  }).timeout(30_000)
})
