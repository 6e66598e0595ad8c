import { expect } from 'chai'

import { cibaGrant, createClient, disableClient } from '../../../src/features/clients/index.ts'
import { setUserStatus } from '../../../src/features/accounts/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient, eventually, post } from '../tokens/requests.ts'
import { ask, asked, decides, poll, said, till } from './support.ts'

describe('OpenID Connect CIBA Core 1.0: what is refused', () => {
  const shared = sharedStage()

  it('section 7: only a client that authenticates, and is registered for it, may ask', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app)]
    const form = { scope: 'openid', login_hint: ann.email }
    expect(said(await post(`${issuer}/ciba`, { client_id: client.clientId, ...form }))[1]).to.equal(
      'invalid_client',
    )
    const wrong = { ...client, secret: 'wrong' }
    expect(said(await ask(issuer, wrong, form))).to.deep.equal([401, 'invalid_client'])
    const other = await relyingParty(app)
    expect(said(await ask(issuer, other, form))).to.deep.equal([400, 'invalid_request'])
    const grant = { grant_type: cibaGrant, auth_req_id: 'x' }
    expect(said(await asClient(issuer, '/token', other, grant))).to.deep.equal([400, 'invalid_request'])
  })

  it('section 4: a public client, and a ping without an address, cannot be registered', async () => {
    const { app } = shared()
    const refused = [
      { authentication: 'none' as const },
      { cibaDelivery: 'ping' as const },
      { cibaNotificationEndpoint: 'https://rp.example/told' },
    ]
    for (const one of refused) {
      const refusal = await createClient(app, bySystem, { name: 'Till', grants: [cibaGrant], ...one }).catch(
        (error: unknown) => error,
      )
      expect(refusal, JSON.stringify(one)).to.include({ code: 'invalid_client_metadata' })
    }
    const misplaced = await createClient(app, bySystem, {
      name: 'Till',
      redirectUris: ['https://rp.example/cb'],
      cibaDelivery: 'poll',
    }).catch((error: unknown) => error)
    expect(misplaced).to.include({ code: 'invalid_client_metadata' })
  })

  it('section 7.1: exactly one hint, and none that is not supported', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app)]
    const forms: Record<string, string>[] = [
      {},
      { login_hint: ann.email, id_token_hint: 'x' },
      { login_hint_token: 'x.y.z' },
      { id_token_hint: 'x.y.z' },
      { login_hint: ann.email, user_code: '1234' },
      { login_hint: ann.email, request: 'x.y.z' },
      { login_hint: ann.email, requested_expiry: '-1' },
      { login_hint: ann.email, requested_expiry: 'soon' },
    ]
    for (const form of forms) {
      const { status, body } = await ask(issuer, client, form)
      expect(status, JSON.stringify(form)).to.equal(400)
      expect(body.error, JSON.stringify(form)).to.match(/^(invalid_request|request_not_supported)$/)
    }
  })

  it('section 13: nobody, somebody who is disabled and what is no name are one answer', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app)]
    await setUserStatus(app, bySystem, ann.id, 'disabled', 'left')
    const hints = ['nobody@example.com', 'no body', '\u202e', 'x'.repeat(3_000), ann.email, ann.username]
    const answers = await Promise.all(hints.map((login_hint) => ask(issuer, client, { login_hint })))
    for (const { status, body } of answers)
      expect([status, body]).to.deep.equal([
        400,
        { error: 'unknown_user_id', error_description: 'could not identify end-user' },
      ])
    expect(await app.db('backchannel_requests').where({ user_id: ann.id })).to.deep.equal([])
  })

  it('section 13: invalid_binding_message for what is long, invisible, or misleads', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app)]
    for (const binding_message of ['x'.repeat(41), 'a\nb', 'a\u200bb', '\u202eabc', ' padded', 'a\u3164'])
      expect(said(await ask(issuer, client, { login_hint: ann.email, binding_message }))).to.deep.equal([
        400,
        'invalid_binding_message',
      ])
    expect(
      (await ask(issuer, client, { login_hint: ann.email, binding_message: 'Kasse 4 · Ⅳ-19' })).status,
    ).to.equal(200)
  })

  it('section 7.1: requested_expiry is kept within limits, and the answer says so', async () => {
    const { app, issuer } = shared()
    const client = await till(app)
    const wanted: [string, number][] = [
      ['1', 30],
      ['120', 120],
      ['86400', 600],
    ]
    for (const [requested_expiry, expected] of wanted) {
      const ann = await person(app)
      const { body } = await ask(issuer, client, { login_hint: ann.email, requested_expiry })
      expect(body.expires_in).to.equal(expected)
    }
  })

  it('scopes outside of the client’s list (AZ-10)', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app, { scopes: ['openid', 'email'] })]
    expect(said(await ask(issuer, client, { login_hint: ann.email, scope: 'openid phone' }))).to.deep.equal([
      400,
      'invalid_scope',
    ])
    expect(said(await ask(issuer, client, { login_hint: ann.email, scope: 'email' }))).to.deep.equal([
      400,
      'invalid_request',
    ])
    const id = await asked(issuer, client, ann, { scope: 'openid email offline_access unheard_of' }).catch(
      String,
    )
    expect(id, 'offline access too is outside of it').to.include('invalid_scope')
    const heard = await asked(issuer, client, ann, { scope: 'openid email unheard_of' })
    await decides(shared(), ann, 'approve')
    const { body } = await poll(issuer, client, heard)
    expect(String(body.scope).split(' ')).to.have.members(['openid', 'email'])
  })

  it('a client, and a person, that are disabled when the tokens are fetched (LG-13)', async () => {
    const { app, issuer } = shared()
    const [ann, bob, client] = [await person(app), await person(app), await till(app)]
    const id = await asked(issuer, client, ann)
    await decides(shared(), ann, 'approve')
    await setUserStatus(app, bySystem, ann.id, 'disabled', 'left')
    expect(said(await poll(issuer, client, id))).to.deep.equal([400, 'invalid_grant'])

    const second = await asked(issuer, client, bob)
    await decides(shared(), bob, 'approve')
    await disableClient(app, bySystem, client.clientId)
    await eventually(async () => (await ask(issuer, client, { login_hint: bob.email })).status === 401)
    expect(said(await poll(issuer, client, second))).to.deep.equal([401, 'invalid_client'])
  })
})
