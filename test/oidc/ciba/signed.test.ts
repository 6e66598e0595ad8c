import { expect } from 'chai'

import { cibaGrant } from '../../../src/features/clients/index.ts'
import { randomToken } from '../../../src/platform/crypto/index.ts'
import { person } from '../../support/people.ts'
import type { RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { type Keys, keyPair, registered, requestObject } from '../requests/support.ts'
import { asClient } from '../tokens/requests.ts'
import { decides, poll, said, till } from './support.ts'

describe('CIBA Core 1.0: signed authentication requests', () => {
  const shared = sharedStage(async ({ app, issuer }) => {
    const [keys, stranger] = [await keyPair('ES256'), await keyPair('ES256')]
    const client = await till(app, { grants: [cibaGrant], keys: registered(keys) })
    return { app, issuer, keys, stranger, client, ann: await person(app) }
  })

  const signed = async (keys: Keys, client: RelyingParty, claims: Record<string, unknown>) =>
    requestObject(shared().issuer, client, keys, { jti: randomToken(), ...claims })

  it('section 7.1.1: is heard, and asks what the object says', async () => {
    const { issuer, keys, client, ann } = shared()
    const request = await signed(keys, client, { scope: 'openid', login_hint: ann.email })
    const answer = await asClient(issuer, '/ciba', client, { request })
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200)
    await decides(shared(), ann, 'approve')
    expect(said(await poll(issuer, client, String(answer.body.auth_req_id)))).to.deep.equal([200, 'tokens'])
  })

  it('section 7.2: is refused with another key, and what stands beside it says nothing', async () => {
    const { issuer, keys, stranger, client, ann } = shared()
    const forged = await signed(stranger, client, { scope: 'openid', login_hint: ann.email })
    expect((await asClient(issuer, '/ciba', client, { request: forged })).status).to.equal(400)
    const request = await signed(keys, client, { scope: 'openid', login_hint: ann.email })
    const beside = await asClient(issuer, '/ciba', client, { request, scope: 'openid profile' })
    expect(beside.status).to.equal(200)
    const replayed = await asClient(issuer, '/ciba', client, { request })
    expect([replayed.status, replayed.body.error], 'its jti is used up').to.deep.equal([
      400,
      'invalid_request',
    ])
    await decides(shared(), ann, 'approve')
    const { body } = await poll(issuer, client, String(beside.body.auth_req_id))
    expect(body.scope).to.equal('openid')
  })

  it('section 7.1.1: is refused where it does not say for whom, by whom, from when and to when, and once (FAPI or not)', async () => {
    const { issuer, keys, client, ann } = shared()
    for (const name of ['aud', 'iss', 'exp', 'iat', 'nbf', 'jti']) {
      const claims = { scope: 'openid', login_hint: ann.email, [name]: undefined }
      const { status, body } = await asClient(issuer, '/ciba', client, {
        request: await signed(keys, client, claims),
      })
      expect([status, body.error], name).to.deep.equal([400, 'invalid_request'])
    }
  })
})
