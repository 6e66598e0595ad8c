import { expect } from 'chai'

import { displayHost } from '../../../src/features/clients/index.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { manyNetworks, send, set } from './register.ts'

describe('RFC 7591: what a client asks for its own safety', () => {
  const shared = sharedStage(async (opened) => {
    await set(opened.app, 'registration.clients', 'open')
    return opened
  }, manyNetworks)

  const register = (metadata: Record<string, unknown>) =>
    send('POST', `${shared().issuer}/register`, { redirect_uris: ['https://rp.example/cb'], ...metadata })

  it('section 2: is registered and answered by the same names', async () => {
    const asked = {
      subject_type: 'pairwise',
      initiate_login_uri: 'https://rp.example/begin',
      require_signed_request_object: true,
      request_object_signing_alg: 'ES256',
      jwks_uri: 'https://rp.example/keys',
      token_endpoint_auth_method: 'private_key_jwt',
      userinfo_signed_response_alg: 'RS256',
      dpop_bound_access_tokens: true,
      frontchannel_logout_uri: 'https://rp.example/bye',
      frontchannel_logout_session_required: true,
    }
    const { status, body } = await register(asked)
    expect(status, JSON.stringify(body)).to.equal(201)
    expect(body).to.deep.include(asked)
  })

  it('(SS-01) refuses addresses inside of the house, frames elsewhere and algorithms there are not', async () => {
    for (const metadata of [
      { backchannel_logout_uri: 'https://169.254.169.254/hears' },
      { backchannel_logout_uri: 'not an address' },
      { frontchannel_logout_uri: 'https://elsewhere.example/bye' },
      { frontchannel_logout_uri: 'x' },
      { sector_identifier_uri: 'https://10.0.0.1/sector', subject_type: 'pairwise' },
      { userinfo_signed_response_alg: 'none' },
      { subject_type: 'secret' },
      { redirect_uris: ['https://x,frame-src/cb'] },
      { redirect_uris: ['https://x;sandbox/cb'] },
    ])
      expect((await register(metadata)).status, JSON.stringify(metadata)).to.equal(400)
  })

  it('makes a pairwise client a sector by itself, whatever host it names', async () => {
    const { app } = shared()
    const { body } = await register({ subject_type: 'pairwise' })
    const row = await app
      .db('clients')
      .where({ id: String(body.client_id) })
      .first<{ metadata: object }>()
    expect(row.metadata).to.include({ subject_type: 'pairwise' }).and.not.have.property('sector_host')
  })

  it('shows and matches no host behind a scheme of one’s own', async () => {
    const { app } = shared()
    expect(displayHost('com.evil.app://bank.example/cb')).to.equal('com.evil.app:')
    await set(app, 'registration.policy', { redirectHosts: ['bank.example'] })
    const { status } = await register({
      application_type: 'native',
      redirect_uris: ['com.evil.app://bank.example/cb'],
      token_endpoint_auth_method: 'none',
    })
    expect(status).to.equal(400)
    await set(app, 'registration.policy', {})
  })
})
