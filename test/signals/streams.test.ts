import { expect } from 'chai'

import { type Me, problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { post, basic, get } from '../oidc/tokens/requests.ts'
import { callApi } from '../support/my-api.ts'
import {
  calling,
  caep,
  ownToken,
  poll,
  pushTo,
  receiver,
  ssf,
  stream,
  toThisMachine,
  verified,
} from './support.ts'

interface Fixture extends Stage {
  admin: Me
}

describe('streams of security events (SSF 1.0, section 8)', () => {
  const fixture = sharedStage<Fixture>(
    async (stage) => ({
      ...stage,
      admin: await signedIn(stage, { as: await person(stage.app, { role: 'admin' }) }),
    }),
    { variables: toThisMachine },
  )

  it('are found by the configuration of the transmitter (section 7), and scopes by discovery', async () => {
    const { issuer } = fixture()
    const { status, body, headers } = await get(`${issuer}/.well-known/ssf-configuration`)
    expect(status).to.equal(200)
    expect(headers.get('cache-control')).to.contain('max-age')
    expect(body).to.deep.include({
      spec_version: '1_0',
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      delivery_methods_supported: ['urn:ietf:rfc:8935', 'urn:ietf:rfc:8936'],
      authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
      critical_subject_members: ['user', 'session'],
    })
    const resource = await get(`${issuer}/.well-known/oauth-protected-resource`)
    expect(resource.body.scopes_supported).to.include.members(['ssf.read', 'ssf.manage'])
  })

  it('are created once a client, shown, changed, replaced and deleted, and the audit says so', async () => {
    const { app, issuer } = fixture()
    const client = await receiver(app)
    const call = await calling(issuer, client)
    const asked = { events_requested: [`${caep}session-revoked`, 'urn:of:another'], description: 'ours' }
    const made = await call('POST', '/ssf/streams', asked)
    expect(made.status, JSON.stringify(made.body)).to.equal(201)
    const id = String(made.body.stream_id)
    expect(made.body).to.deep.include({
      iss: issuer,
      aud: client.clientId,
      delivery: { method: 'urn:ietf:rfc:8936', endpoint_url: `${issuer}/ssf/poll/${id}` },
      events_delivered: [`${caep}session-revoked`],
      description: 'ours',
    })
    expect(problemOf(await call('POST', '/ssf/streams', asked))).to.equal('stream_exists')
    const one = `/ssf/streams?stream_id=${id}`
    expect((await call('GET', one)).body).to.deep.equal(made.body)
    expect((await call('GET', '/ssf/streams')).body).to.deep.equal([made.body])

    const pushed = pushTo('http://127.0.0.1:9/events', 'Bearer secret-of-the-receiver')
    const changed = await call('PATCH', '/ssf/streams', { stream_id: id, iss: issuer, ...pushed })
    expect(changed.body).to.deep.include({
      description: 'ours',
      events_delivered: [`${caep}session-revoked`],
    })
    expect(JSON.stringify(changed.body), 'never shown').not.to.contain('secret-of')
    const sealed: unknown[] = await app.db('signal_streams').where({ id }).pluck('sealed_authorization')
    expect(String(sealed[0])).not.to.contain('secret-of')
    const lying = { stream_id: id, aud: 'somebody else' }
    expect(problemOf(await call('PATCH', '/ssf/streams', lying))).to.equal('stream_invalid')
    const replaced = await call('PUT', '/ssf/streams', { ...made.body, description: null })
    expect(replaced.body, JSON.stringify(replaced.body)).not.to.have.property('description')
    expect(replaced.body.delivery).to.deep.equal(made.body.delivery)
    expect((await call('DELETE', one)).status).to.equal(204)
    expect(problemOf(await call('GET', one))).to.equal('stream_not_found')
    const actions: unknown[] = await app
      .db('audit_records')
      .where({ target_id: id })
      .orderBy('id')
      .pluck('action')
    expect(actions).to.have.members(['stream.created', 'stream.updated', 'stream.updated', 'stream.deleted'])
  })

  it('of another client are as unknown as one that is not there, whatever is done (CASES SS)', async () => {
    const { app, issuer } = fixture()
    const id = await stream(await calling(issuer, await receiver(app)))
    const call = await calling(issuer, await receiver(app))
    const subject = { format: 'iss_sub', iss: issuer, sub: 'x' }
    const attempts: [string, string, unknown?][] = [
      ['GET', `/ssf/streams?stream_id=${id}`],
      ['PATCH', '/ssf/streams', { stream_id: id, description: 'mine' }],
      ['PUT', '/ssf/streams', { stream_id: id }],
      ['DELETE', `/ssf/streams?stream_id=${id}`],
      ['GET', `/ssf/status?stream_id=${id}`],
      ['POST', '/ssf/status', { stream_id: id, status: 'disabled' }],
      ['POST', '/ssf/subjects/add', { stream_id: id, subject }],
      ['POST', '/ssf/subjects/remove', { stream_id: id, subject }],
      ['POST', '/ssf/verify', { stream_id: id }],
      ['POST', `/ssf/poll/${id}`, { returnImmediately: true }],
    ]
    for (const [method, path, body] of attempts)
      expect(problemOf(await call(method, path, body)), `${method} ${path}`).to.equal('stream_not_found')
    expect((await call('GET', '/ssf/streams')).body).to.deep.equal([])
  })

  it('are nobody’s without a token of a client that an operator let do this', async () => {
    const { app, issuer, admin } = fixture()
    const client = await receiver(app)
    const token = await ownToken(issuer, client)
    const at = (header: Record<string, string>) => get(`${issuer}/ssf/streams`, header)
    const silent = await at({})
    expect([silent.status, silent.headers.get('www-authenticate')?.slice(0, 6)]).to.deep.equal([
      401,
      'Bearer',
    ])
    expect((await at({ authorization: `Bearer ${admin.token}` })).status, 'a person’s').to.equal(401)
    expect((await at({ authorization: `Bearer ${token}x` })).status).to.equal(401)

    // Who has no limit of scopes has not these; who asks for one it may not have gets a token without it.
    const grants = ['authorization_code', 'client_credentials'] as const
    for (const scopes of [undefined, ['openid']]) {
      const plain = await relyingParty(app, { grants: [...grants], ...(scopes && { scopes }) })
      const { body } = await post(
        `${issuer}/token`,
        { grant_type: 'client_credentials', scope: 'ssf.manage' },
        basic(plain),
      )
      const refused = await at({ authorization: `Bearer ${String(body.access_token)}` })
      expect(refused.status, JSON.stringify(scopes)).to.equal(403)
      expect(refused.headers.get('www-authenticate')).to.contain('insufficient_scope')
    }

    // What is taken from a client is gone at once, whatever its token says.
    expect((await at({ authorization: `Bearer ${token}` })).status).to.equal(200)
    await app
      .db('clients')
      .where({ id: client.clientId })
      .update({ owner_type: 'self', first_party: false, version: 99 })
    await app.db.raw('select pg_notify(?, ?)', [
      'gatehouse',
      JSON.stringify({ topic: 'clients', message: {} }),
    ])
    let status = 200 // the news takes a moment
    for (let n = 0; n < 100 && status === 200; n++)
      ({ status } = await at({ authorization: `Bearer ${token}` }))
    expect(status, 'one that registered itself').to.equal(403)
  })

  it('are not pushed to an address of this network, nor where it is none (CASES SS-01)', async () => {
    const { app, issuer } = fixture()
    const call = await calling(issuer, await receiver(app))
    for (const url of [
      'https://169.254.169.254/',
      'https://10.0.0.1/x',
      'ftp://example.com/',
      'x',
      'https://a.example/#f',
    ])
      expect(problemOf(await call('POST', '/ssf/streams', pushTo(url))), url).to.equal('stream_invalid')
    const header = pushTo('https://a.example/', 'Bearer a\r\nhost: b')
    expect((await call('POST', '/ssf/streams', header)).status).to.equal(400)
  })

  it('are verified when their receiver asks, once a minute (section 8.1.4)', async () => {
    const { app, issuer } = fixture()
    const client = await receiver(app)
    const call = await calling(issuer, client)
    const id = await stream(call)
    expect((await call('POST', '/ssf/verify', { stream_id: id, state: 'mine' })).status).to.equal(204)
    const again = await call('POST', '/ssf/verify', { stream_id: id })
    expect([again.status, again.headers.get('retry-after')]).to.deep.equal([429, '60'])
    const [token = ''] = Object.values((await poll(call, id)).sets)
    const { sub_id, events } = await verified(issuer, client, token)
    expect(sub_id).to.deep.equal({ format: 'opaque', id })
    expect(events).to.deep.equal({ [`${ssf}verification`]: { state: 'mine' } })
    await call('POST', '/ssf/status', { stream_id: id, status: 'disabled' })
    expect(problemOf(await call('POST', '/ssf/verify', { stream_id: id }))).to.equal('stream_disabled')
  })

  it('are listed, shown, paused, which is told, and deleted by administrators, and by nobody else', async () => {
    const { app, issuer, admin } = fixture()
    const client = await receiver(app)
    const call = await calling(issuer, client)
    const id = await stream(call)
    const list = await admin.call('GET', '/admin/streams?limit=1')
    expect(list.body.items).to.have.lengthOf(1)
    const shown = await admin.call('GET', `/admin/streams/${id}`)
    expect(shown.body).to.include({ id, client_id: client.clientId, method: 'poll', status: 'enabled' })
    const paused = await admin.call('POST', `/admin/streams/${id}/status`, {
      status: 'paused',
      reason: 'repairs',
    })
    expect(paused.body).to.include({ status: 'paused', status_reason: 'repairs' })
    const [token = ''] = Object.values((await poll(call, id)).sets)
    expect((await verified(issuer, client, token)).events).to.deep.equal({
      [`${ssf}stream-updated`]: { status: 'paused', reason: 'repairs' },
    })
    const status = (wanted: string) => call('POST', '/ssf/status', { stream_id: id, status: wanted })
    for (const refused of [
      await status('enabled'),
      await status('paused'),
      await call('DELETE', `/ssf/streams?stream_id=${id}`),
    ])
      expect([refused.status, problemOf(refused)]).to.deep.equal([403, 'stream_stopped'])
    expect((await status('disabled')).status).to.equal(200)
    expect(problemOf(await status('enabled')), 'still the operator’s to lift').to.equal('stream_stopped')
    expect((await admin.call('POST', `/admin/streams/${id}/status`, { status: 'enabled' })).status).to.equal(
      200,
    )
    expect((await status('paused')).status).to.equal(200)
    const often = await Promise.all(Array.from({ length: 12 }, () => status('enabled')))
    expect(often.map((answer) => answer.status)).to.include.members([200, 429])
    const ann = await signedIn(fixture())
    for (const [method, path] of [
      ['GET', ''],
      ['GET', `/${id}`],
      ['DELETE', `/${id}`],
    ] as const)
      expect((await ann.call(method, `/admin/streams${path}`)).status, method).to.equal(403)
    expect((await admin.call('DELETE', `/admin/streams/${id}`)).status).to.equal(204)
    expect(problemOf(await admin.call('GET', `/admin/streams/${id}`))).to.equal('stream_not_found')
  })
})

describe('global token revocation', () => {
  const shared = sharedStage(undefined, { variables: toThisMachine })

  it('ends every session and token of a person, by sub or address, and is written down', async () => {
    const { app, issuer } = shared()
    const { body } = await get(`${issuer}/.well-known/openid-configuration`)
    expect(body.global_token_revocation_endpoint).to.equal(`${issuer}/global-token-revocation`)
    const client = await receiver(app, ['global_token_revocation'])
    const token = await ownToken(issuer, client, 'global_token_revocation')
    const call = (sub_id: unknown) =>
      callApi(`${issuer}/global-token-revocation`, { method: 'POST', token, body: { sub_id } })
    const ann = await person(app)
    const elsewhere = await relyingParty(app)
    const names = [
      (sub: string) => ({ format: 'iss_sub', iss: issuer, sub }),
      () => ({ format: 'email', email: ann.email.toUpperCase() }),
      (sub: string) => ({ format: 'opaque', id: sub }),
    ]
    for (const named of names) {
      const { tokens } = await elsewhere.signIn(ann, { parameters: { scope: 'openid offline_access' } })
      const userinfo = () => get(`${issuer}/userinfo`, { authorization: `Bearer ${tokens.access_token}` })
      expect((await userinfo()).status).to.equal(200)
      expect((await call(named(String(tokens.claims()?.sub)))).status).to.equal(204)
      expect((await userinfo()).status).to.equal(401)
      const refresh = { grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token) }
      expect((await post(`${issuer}/token`, refresh, basic(elsewhere))).body.error).to.equal('invalid_grant')
    }
    const records = await app
      .db('audit_records')
      .where({ action: 'user.tokens_revoked', target_id: ann.id })
      .select('actor_type', 'actor_id')
    expect(records).to.have.lengthOf(3)
    expect(records[0]).to.include({ actor_type: 'client', actor_id: client.clientId })
  })

  it('is refused without authority, for nobody, and for who may do more than the client was let do', async () => {
    const { app, issuer } = shared()
    const path = `${issuer}/global-token-revocation`
    const client = await receiver(app, ['global_token_revocation', 'ssf.manage'])
    const ask = async (scope: string, sub_id: unknown) =>
      callApi(path, { method: 'POST', token: await ownToken(issuer, client, scope), body: { sub_id } })
    const root = await person(app, { role: 'root_admin' })
    const ann = await person(app)
    const { tokens } = await (await relyingParty(app)).signIn(ann)
    const sub = String(tokens.claims()?.sub)
    const anna = { format: 'iss_sub', iss: issuer, sub }
    expect((await ask('ssf.manage', anna)).status, 'another scope').to.equal(403)
    const cases: [unknown, number][] = [
      [{ format: 'email', email: root.email }, 403],
      [{ format: 'iss_sub', iss: 'https://elsewhere.example', sub }, 404],
      [{ format: 'iss_sub', iss: issuer, sub: 'nobody' }, 404],
      [{ format: 'email', email: ann.username }, 404],
      [{ format: 'email', email: 'nobody@example.com' }, 404],
      [{ format: 'iss_sub', iss: issuer }, 400],
      [{ format: 'did', url: 'did:x' }, 400],
      [{}, 400],
    ]
    for (const [subject, status] of cases)
      expect((await ask('global_token_revocation', subject)).status, JSON.stringify(subject)).to.equal(status)
    const own = await callApi(path, { method: 'POST', token: tokens.access_token, body: { sub_id: anna } })
    expect(own.status, 'a person’s own token').to.equal(401)
    const userinfo = await get(`${issuer}/userinfo`, { authorization: `Bearer ${tokens.access_token}` })
    expect(userinfo.status, 'nothing was ended').to.equal(200)
  })
})
