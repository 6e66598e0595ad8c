import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { eventually, opens } from '../oidc/tokens/requests.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { operator, problem, told } from './support.ts'

describe('changing a person', () => {
  const shared = sharedStage(async ({ app, issuer }) => ({
    app,
    issuer,
    root: await operator(app, 'root_admin'),
    admin: await operator(app, 'admin'),
  }))

  it('disables at once, with the reason in the audit log, and enables again', async () => {
    const { app, issuer, admin } = shared()
    const ann = await operator(app)

    const reply = await admin.call('PATCH', `/admin/users/${ann.id}`, {
      status: 'disabled',
      reason: 'left us',
    })

    expect(reply.status).to.equal(200)
    expect(await told(reply)).to.include({ id: ann.id, status: 'disabled', status_reason: 'left us' })
    expect(await eventually(async () => !(await opens(issuer, ann.tokens.access_token)))).to.be.below(1_000)
    const [record] = await app
      .db('audit_records')
      .where({ action: 'user.disabled', target_id: ann.id })
      .select<{ actor_id: string; reason: string; changes: object }[]>('actor_id', 'reason', 'changes')
    expect(record).to.deep.include({
      actor_id: admin.id,
      reason: 'left us',
      changes: { before: { status: 'active' }, after: { status: 'disabled' } },
    })
    const enabled = await admin.call('PATCH', `/admin/users/${ann.id}`, { status: 'active' })
    expect(await told(enabled)).to.include({ status: 'active' })
  })

  it('gives and takes roles, which count from the next request on', async () => {
    const { app, root } = shared()
    const ann = await operator(app)
    expect((await ann.call('GET', '/admin/users')).status).to.equal(403)

    const given = await root.call('PATCH', `/admin/users/${ann.id}`, { roles: ['admin'] })
    expect(await told(given)).to.deep.include({ roles: ['admin', 'user'], role: 'admin' })
    expect((await ann.call('GET', '/admin/users')).status).to.equal(200)

    await root.call('PATCH', `/admin/users/${ann.id}`, { roles: [] })
    expect((await ann.call('GET', '/admin/users')).status).to.equal(403)
  })

  it('AD-02: lets nobody touch who is above them, nor give more than they hold', async () => {
    const { app, root, admin } = shared()
    const ann = await person(app)
    const refused: [method: string, path: string, body?: object][] = [
      ['PATCH', `/admin/users/${root.id}`, { status: 'disabled' }],
      ['PATCH', `/admin/users/${root.id}`, { roles: [] }],
      ['PATCH', `/admin/users/${ann.id}`, { roles: ['root_admin'] }],
      ['PATCH', `/admin/users/${admin.id}`, { roles: ['root_admin', 'admin'] }],
      ['DELETE', `/admin/users/${root.id}`],
      ['DELETE', `/admin/users/${root.id}/sessions`],
    ]
    for (const [method, path, body] of refused) {
      const reply = await admin.call(method, path, body)
      expect(reply.status, `${method} ${path}`).to.equal(403)
      expect(await told(reply)).to.include({ type: problem('role_beyond_own') })
    }
    expect(await told(await root.call('GET', `/admin/users/${root.id}`))).to.include({ status: 'active' })
  })

  it('changes all of it or nothing', async () => {
    const { app, admin } = shared()
    const ann = await person(app)
    const reply = await admin.call('PATCH', `/admin/users/${ann.id}`, {
      status: 'disabled',
      roles: ['root_admin'],
    })
    expect(reply.status).to.equal(403)
    expect(await told(await admin.call('GET', `/admin/users/${ann.id}`))).to.include({
      status: 'active',
      role: 'user',
    })
  })

  it('names what is wrong with a request, and 404s for nobody', async () => {
    const { app, admin } = shared()
    const ann = await person(app)
    const wrong = [{}, { status: 'deleted' }, { roles: ['king'] }, { status: 'active', is_admin: true }, []]
    for (const body of wrong)
      expect((await admin.call('PATCH', `/admin/users/${ann.id}`, body)).status).to.equal(400)
    const nobody = '01900000-0000-7000-8000-000000000000'
    for (const id of [nobody, 'x', "' or 1=1"]) {
      const path = `/admin/users/${encodeURIComponent(id)}`
      expect((await admin.call('GET', path)).status, id).to.equal(404)
      expect((await admin.call('PATCH', path, { status: 'disabled' })).status, id).to.equal(404)
      expect((await admin.call('DELETE', path)).status, id).to.equal(404)
    }
  })

  it('deletes: nothing works any more, and the second time there is nobody', async () => {
    const { app, issuer, admin } = shared()
    const ann = await operator(app)
    expect((await admin.call('DELETE', `/admin/users/${ann.id}?reason=asked%20for%20it`)).status).to.equal(
      204,
    )
    await eventually(async () => !(await opens(issuer, ann.tokens.access_token)))
    expect((await admin.call('PATCH', `/admin/users/${ann.id}`, { status: 'active' })).status).to.equal(404)
  })
})

describe('changing a person, with the clock moved', () => {
  it('AD-12: asks for a recent sign-in', async () => {
    const { app, clock } = await stage()
    await changeSetting(app, bySystem, 'token.access_seconds', 3600)
    const admin = await operator(app, 'admin')
    const ann = await person(app)
    clock.advance(16 * 60)
    const reply = await admin.call('DELETE', `/admin/users/${ann.id}`)
    expect(reply.status).to.equal(401)
    expect(reply.headers.get('www-authenticate')).to.include('insufficient_user_authentication')
  })
})

describe('the last root administrators', () => {
  it('AD-05: at least one remains when all are demoted and deleted at the same moment', async () => {
    const { app } = await stage()
    const [one, two] = [await operator(app, 'root_admin'), await operator(app, 'root_admin')]
    const acts = Array.from({ length: 24 }, (_, index) => {
      const [by, whom] = index % 2 === 0 ? [one, two] : [two, one]
      if (index % 3 === 0) return by.call('DELETE', `/admin/users/${whom.id}`)
      const body = index % 3 === 1 ? { roles: [] } : { status: 'disabled' }
      return by.call('PATCH', `/admin/users/${whom.id}`, body)
    })
    for (const { status } of await Promise.all(acts)) expect(status).to.be.below(500)
    const { rows: roots } = await app.db.raw<{ rows: unknown[] }>(
      `select u.id from assignments a join users u on u.id::text = a.principal_id
       where a.role = 'root_admin' and a.revoked_at is null and u.status = 'active'`,
    )
    expect(roots).to.have.lengthOf(1)
  })
})

describe('the sessions of everybody', () => {
  const shared = sharedStage(async ({ app, issuer }) => ({
    app,
    issuer,
    admin: await operator(app, 'admin'),
    root: await operator(app, 'root_admin'),
  }))

  interface Session {
    id: string
    user: { id: string }
    clients: { client_id: string; session_id: string; ended: boolean }[]
    end_reason: string | null
  }

  async function sessionsOf(userId: string, query = ''): Promise<Session[]> {
    const reply = await shared().admin.call('GET', `/admin/sessions?user_id=${userId}${query}`)
    expect(reply.status).to.equal(200)
    return ((await reply.json()) as { items: Session[] }).items
  }

  it('are listed with the applications they reached, by person, client and state', async () => {
    const { app, admin } = shared()
    const ann = await operator(app)
    const [session, ...others] = await sessionsOf(ann.id)
    expect(others).to.deep.equal([])
    expect(session?.clients).to.have.lengthOf(1)
    expect(session?.clients[0]).to.deep.include({ client_id: ann.client.clientId, ended: false })
    expect(await sessionsOf(ann.id, `&client_id=${ann.client.clientId}`)).to.have.lengthOf(1)
    expect(await sessionsOf(ann.id, `&client_id=${admin.client.clientId}`)).to.have.lengthOf(0)
    expect(await sessionsOf(ann.id, '&state=ended')).to.have.lengthOf(0)
  })

  for (const name of ['its own name', 'the sid in its tokens'] as const) {
    it(`JW-12: end at once by ${name}, with their refresh tokens; the second time there is none`, async () => {
      const { app, issuer, admin } = shared()
      const ann = await operator(app)
      const [session] = await sessionsOf(ann.id)
      const id = name === 'its own name' ? session?.id : session?.clients[0]?.session_id

      expect((await admin.call('POST', `/admin/sessions/${id}/revoke`)).status).to.equal(204)

      expect(await eventually(async () => !(await opens(issuer, ann.tokens.access_token)))).to.be.below(1_000)
      const again = ann.client.refresh(ann.tokens.refresh_token ?? '')
      expect(await again.catch((error: unknown) => (error as { error?: string }).error)).to.equal(
        'invalid_grant',
      )
      expect((await admin.call('POST', `/admin/sessions/${id}/revoke`)).status).to.equal(404)
      const [ended] = await sessionsOf(ann.id, '&state=ended')
      expect(ended?.end_reason).to.equal('ended_by_administrator')
    })
  }

  it('of a person end together', async () => {
    const { app, issuer, admin } = shared()
    const ann = await operator(app)
    const { tokens } = await (await relyingParty(app)).signIn(ann)
    const reply = await admin.call('DELETE', `/admin/users/${ann.id}/sessions`)
    expect(await told(reply)).to.deep.equal({ ended: 2 })
    for (const token of [ann.tokens, tokens])
      await eventually(async () => !(await opens(issuer, token.access_token)))
  })

  it('AD-02: of somebody above are not for an administrator to end, and unknown ones are not there', async () => {
    const { admin, root, issuer } = shared()
    const [session] = await sessionsOf(root.id)
    expect((await admin.call('POST', `/admin/sessions/${session?.id}/revoke`)).status).to.equal(403)
    expect(await opens(issuer, root.tokens.access_token)).to.equal(true)
    expect((await admin.call('POST', '/admin/sessions/nothing/revoke')).status).to.equal(404)
  })
})
