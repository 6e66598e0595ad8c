import { expect } from 'chai'

import { secondsAfter } from '../../src/lib/clock.ts'
import { randomMark } from '../../src/platform/crypto/index.ts'
import { byUser } from '../authorization/support.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { operator, problem, told } from './support.ts'
import { createUser } from '../../src/features/accounts/index.ts'
import { transaction } from '../../src/platform/db/index.ts'

describe('roles and permissions of people, by API', () => {
  const shared = sharedStage(async ({ app }) => {
    const [root, admin] = [await operator(app, 'root_admin'), await operator(app, 'admin')]
    const somebody = async () => {
      const email = `${randomMark().toLowerCase()}@example.test`
      const { id } = await transaction(app.db, (tx) => createUser(app, tx, byUser(root.id), { email }))
      return id
    }
    return { app, root, admin, somebody }
  })

  const may = async (id: string, permission: string) =>
    told(await shared().root.call('GET', `/admin/users/${id}/access?permission=${permission}`))

  it('are given, listed with who and why, explained, and taken', async () => {
    const { root, somebody } = shared()
    const id = await somebody()
    const path = `/admin/users/${id}/roles`
    const given = await root.call('POST', path, { role: 'support', reason: 'new here' })
    expect(given.status).to.equal(201)
    expect((await root.call('POST', path, { role: 'support' })).status).to.equal(200)

    const { items } = (await told(await root.call('GET', path))) as { items: Record<string, unknown>[] }
    expect(items).to.have.lengthOf(1)
    expect(items[0]).to.include({ role: 'support', reason: 'new here', in_force: true, effect: 'allow' })
    expect(items[0]).to.include({ granted_by: `user:${root.id}`, source: 'direct', ends_at: null })
    expect(await may(id, 'users:read:any')).to.deep.equal({
      ...{ permission: 'users:read:any', allowed: true, reason: 'granted' },
      because: { via: 'support', source: 'direct', assignment_id: items[0]?.id },
    })
    expect(await may(id, 'profile:read:own')).to.deep.include({
      reason: 'granted',
      because: { via: 'support', source: 'direct', assignment_id: items[0]?.id },
    })
    expect(await may(id, 'keys:rotate:any')).to.include({
      allowed: false,
      reason: 'not_granted',
      because: null,
    })
    expect(await may(id, 'users:fly:any')).to.include({ allowed: false, reason: 'unknown_permission' })

    expect((await root.call('DELETE', `${path}/support?reason=left`)).status).to.equal(204)
    const again = await root.call('DELETE', `${path}/support`)
    expect([again.status, (await told(again)).type]).to.deep.equal([404, problem('assignment_not_found')])
    expect(await may(id, 'users:read:any')).to.include({ allowed: false })
  })

  it('begin and end by themselves', async () => {
    const { app, root, somebody } = shared()
    const id = await somebody()
    const [begin, end] = [secondsAfter(app.clock.now(), 3600), secondsAfter(app.clock.now(), 7200)]
    const wish = { role: 'admin', starts_at: begin.toISOString(), ends_at: end.toISOString() }
    const given = await root.call('POST', `/admin/users/${id}/roles`, wish)
    expect(await told(given)).to.include({ in_force: false, ends_at: end.toISOString() })
    expect(await may(id, 'users:read:any')).to.include({ allowed: false })
    const backwards = { role: 'admin', ends_at: '2020-01-01T00:00:00Z' }
    const refused = await root.call('POST', `/admin/users/${id}/roles`, backwards)
    expect([refused.status, (await told(refused)).type]).to.deep.equal([
      400,
      problem('assignment_window_empty'),
    ])
  })

  it('one by one: a permission is given, and a denial beats the role', async () => {
    const { root, somebody } = shared()
    const id = await somebody()
    const path = `/admin/users/${id}/permissions`
    await root.call('POST', `/admin/users/${id}/roles`, { role: 'support' })
    const wish = { permission: 'audit:read:any', effect: 'allow' }
    expect((await root.call('POST', path, wish)).status).to.equal(201)
    expect(await may(id, 'audit:read:any')).to.include({ allowed: true })
    const denied = { permission: 'users:read:any', effect: 'deny', reason: 'conflict of interest' }
    expect((await root.call('POST', path, denied)).status).to.equal(201)
    expect((await root.call('POST', path, denied)).status).to.equal(200)
    expect(await may(id, 'users:read:any')).to.include({ allowed: false, reason: 'denied' })
    expect((await root.call('DELETE', `${path}/users:read:any?effect=deny`)).status).to.equal(204)
    expect(await may(id, 'users:read:any')).to.include({ allowed: true })
    expect((await root.call('DELETE', `${path}/audit:read:any?effect=allow`)).status).to.equal(204)
    expect(await may(id, 'audit:read:any')).to.include({ allowed: false })
    expect((await root.call('DELETE', `${path}/audit:read:any?effect=allow`)).status).to.equal(404)
  })

  it('AD-05: the last root administrator is denied nothing', async () => {
    const { root } = shared()
    const denial = { permission: 'audit:read:any', effect: 'deny' }
    const reply = await root.call('POST', `/admin/users/${root.id}/permissions`, denial)
    expect([reply.status, (await told(reply)).type]).to.deep.equal([409, problem('last_root_admin')])
    const gone = await root.call('DELETE', `/admin/users/${root.id}/roles/root_admin`)
    expect([gone.status, (await told(gone)).type]).to.deep.equal([409, problem('last_root_admin')])
  })

  it('AD-02: an administrator gives nothing beyond their own, to nobody above them', async () => {
    const { app, root, admin, somebody } = shared()
    const id = await somebody()
    const denied: [path: string, body: object][] = [
      [`/admin/users/${id}/roles`, { role: 'root_admin' }],
      [`/admin/users/${admin.id}/roles`, { role: 'root_admin' }],
      [`/admin/users/${root.id}/roles`, { role: 'support' }],
      [`/admin/users/${id}/permissions`, { permission: 'settings:write:any', effect: 'allow' }],
      [`/admin/users/${id}/permissions`, { permission: 'settings:write:any', effect: 'deny' }],
      [`/admin/users/${root.id}/permissions`, { permission: 'users:read:any', effect: 'deny' }],
    ]
    for (const [path, body] of denied) {
      const reply = await admin.call('POST', path, body)
      expect([reply.status, (await told(reply)).type], path).to.deep.equal([403, problem('role_beyond_own')])
    }
    // what was denied to somebody is given back only by who holds it
    const deny = { permission: 'settings:write:any', effect: 'deny' }
    expect((await root.call('POST', `/admin/users/${id}/permissions`, deny)).status).to.equal(201)
    const lifted = await admin.call('DELETE', `/admin/users/${id}/permissions/settings:write:any?effect=deny`)
    expect(lifted.status).to.equal(403)
    expect((await admin.call('DELETE', `/admin/users/${root.id}/roles/root_admin`)).status).to.equal(403)
    expect(await app.db('assignments').where({ principal_id: id, effect: 'allow' })).to.deep.equal([])
  })

  it('of nobody, and of applications that do not act for themselves, are refused', async () => {
    const { app, root } = shared()
    const web = await relyingParty(app)
    const cases: [path: string, status: number, code: string][] = [
      [`/admin/users/01900000-0000-7000-8000-000000000000/roles`, 404, 'user_not_found'],
      ['/admin/users/x/roles', 404, 'user_not_found'],
      ['/admin/clients/x/roles', 404, 'client_not_found'],
      [`/admin/clients/${web.clientId}/roles`, 409, 'not_a_service_account'],
    ]
    for (const [path, status, code] of cases) {
      const reply = await root.call('POST', path, { role: 'support' })
      expect([reply.status, (await told(reply)).type], path).to.deep.equal([status, problem(code)])
    }
    const unknown = await root.call('POST', `/admin/users/${root.id}/roles`, { role: 'superuser' })
    expect([unknown.status, (await told(unknown)).type]).to.deep.equal([400, problem('unknown_role')])
  })
})
