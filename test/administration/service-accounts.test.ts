import { expect } from 'chai'
import * as openid from 'openid-client'

import { deleteClient, disableClient } from '../../src/features/clients/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { registeredApi } from '../support/apis.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'
import { operator, problem, told } from './support.ts'

/** What every process hears of within a second. */
const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 25))

describe('service accounts at the management API', () => {
  it('do what was assigned to them, read live, and nothing that is a person’s own', async () => {
    const on = await stage({ worker: true })
    const { app, issuer } = on
    const root = await operator(app, 'root_admin')
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const api = await registeredApi(app, { clients: [{ client_id: machine.clientId }] })
    const { access_token: token } = await openid.clientCredentialsGrant(machine.configuration)
    const call = (method: string, path: string, body?: object, bearer = token) =>
      fetch(issuer + path, {
        method,
        headers: {
          authorization: `Bearer ${bearer}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      })
    const status = async (...asked: Parameters<typeof call>) => (await call(...asked)).status

    // nothing was assigned: known, and refused
    expect(await status('GET', '/admin/users')).to.equal(403)
    for (const path of ['/users/me', '/profile/me', '/users/me/sessions'])
      expect(await status('GET', path), path).to.equal(403)

    const given = await root.call('POST', `/admin/clients/${machine.clientId}/roles`, { role: 'admin' })
    expect(given.status).to.equal(201)
    expect(await status('GET', '/admin/users')).to.equal(200)
    // a token is as recent as its proof: destructive acts work, and are the client's in the audit log
    const ann = await operator(app)
    expect(await status('PATCH', `/admin/users/${ann.id}`, { status: 'disabled' })).to.equal(200)
    const [record] = await app
      .db('audit_records')
      .where({ action: 'user.disabled' })
      .select<object[]>('actor_type', 'actor_id')
    expect(record).to.deep.equal({ actor_type: 'client', actor_id: machine.clientId })
    // still nothing of a person's own, though the role names it
    for (const path of ['/users/me', '/profile/me', '/users/me/sessions'])
      expect(await status('GET', path), path).to.equal(403)
    // AD-02: it acts on nobody above it and gives nothing beyond its own
    expect(await status('DELETE', `/admin/users/${root.id}`)).to.equal(403)
    expect(await status('POST', `/admin/clients/${machine.clientId}/roles`, { role: 'root_admin' })).to.equal(
      403,
    )

    // for another audience it opens nothing here
    const { access_token: elsewhere } = await openid.clientCredentialsGrant(machine.configuration, {
      resource: api.identifier,
    })
    expect(await status('GET', '/admin/users', undefined, elsewhere)).to.equal(401)

    const taken = await root.call('DELETE', `/admin/clients/${machine.clientId}/roles/admin`)
    expect(taken.status).to.equal(204)
    expect(await status('GET', '/admin/users')).to.equal(403)

    await root.call('POST', `/admin/clients/${machine.clientId}/roles`, { role: 'auditor' })
    expect(await status('GET', '/admin/users')).to.equal(200)
    await disableClient(app, bySystem, machine.clientId)
    for (let tries = 0; tries < 40 && (await status('GET', '/admin/users')) !== 401; tries++) await moment()
    expect(await status('GET', '/admin/users')).to.equal(401)
    await deleteClient(app, bySystem, machine.clientId)
    const left = () => app.db('assignments').where({ principal_id: machine.clientId }).whereNull('revoked_at')
    for (let tries = 0; tries < 200 && (await left()).length > 0; tries++) await moment()
    expect(await left()).to.deep.equal([])
  }).timeout(30_000)

  it('are asked for in the words of a person’s token by nobody else: RFC 9068, section 5', async () => {
    const { isOfClient } = await import('../../src/features/oidc/access-token.ts')
    const claims = {
      ...{ iss: 'i', sub: 'c', aud: 'i', exp: 1, iat: 1, nbf: 1, jti: 'j', client_id: 'c', scope: '' },
    }
    expect(isOfClient(claims)).to.equal(true)
    for (const more of [{ role: 'user' }, { sid: 's' }, { act: { sub: 'x' } }, { via: ['c'] }, { sub: 'd' }])
      expect(isOfClient({ ...claims, ...more }), JSON.stringify(more)).to.equal(false)
  })

  it('of whoever registered it itself hold no rights', async () => {
    const { app } = await stage()
    const root = await operator(app, 'root_admin')
    const machine = await relyingParty(app, {
      ...{ redirectUris: [], firstParty: false },
      grants: ['client_credentials'],
    })
    await app.db('clients').where({ id: machine.clientId }).update({ owner_type: 'self' })
    const reply = await root.call('POST', `/admin/clients/${machine.clientId}/roles`, { role: 'support' })
    expect([reply.status, (await told(reply)).type]).to.deep.equal([409, problem('not_a_service_account')])
  })
})
