import { expect } from 'chai'

import { sharedStage } from '../../support/shared-stage.ts'
import { bearer, get } from '../tokens/requests.ts'

describe('RFC 9728: protected resource metadata of our own API', () => {
  const fixture = sharedStage()

  it('section 2: says whose tokens are taken, and how they are sent', async () => {
    const { issuer } = fixture()
    const { status, headers, body } = await get(`${issuer}/.well-known/oauth-protected-resource`)
    expect(status).to.equal(200)
    expect(headers.get('content-type')).to.match(/^application\/json/)
    expect(headers.get('access-control-allow-origin')).to.equal('*')
    expect(headers.get('cache-control')).to.match(/^public, max-age=\d+$/)
    expect(body).to.deep.include({
      resource: issuer,
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
      jwks_uri: `${issuer}/.well-known/jwks.json`,
    })
    expect(body.scopes_supported).to.include.members(['openid', 'profile', 'email', 'offline_access'])
    expect(headers.get('etag')).to.match(/^"[\w-]+"$/)
    expect(
      (await fetch(`${issuer}/.well-known/oauth-protected-resource`, { method: 'POST' })).status,
    ).to.equal(404)
  })

  it('section 3.3: is where the resource says, for a server that says so too (RFC 8414, section 3.3)', async () => {
    const { issuer } = fixture()
    const { body } = await get(`${issuer}/.well-known/oauth-protected-resource`)
    const [server] = body.authorization_servers as string[]
    const described = await get(`${String(server)}/.well-known/oauth-authorization-server`)
    expect(described.body.issuer).to.equal(server)
  })

  it('section 5.1: is named in the challenge of every refusal for want of a token, beside what was wrong', async () => {
    const { issuer } = fixture()
    const told = `resource_metadata="${issuer}/.well-known/oauth-protected-resource"`
    const challenge = async (headers: Record<string, string>) =>
      (await get(`${issuer}/users/me`, headers)).headers.get('www-authenticate')
    expect(await challenge({})).to.equal(`Bearer ${told}`)
    expect(await challenge(bearer('nonsense'))).to.equal(`Bearer error="invalid_token", ${told}`)
    // A registration wants another kind of token: there it would mislead.
    const register = await fetch(`${issuer}/register/gh_x`, { headers: bearer('x') })
    expect(register.headers.get('www-authenticate')).to.equal('Bearer error="invalid_token"')
  })

  it('comes from the configured issuer, whatever host a request names', async () => {
    const { issuer } = fixture()
    const { body } = await get(`${issuer}/.well-known/oauth-protected-resource`, {
      'x-forwarded-host': 'evil.test',
    })
    expect(JSON.stringify(body)).not.to.include('evil.test')
  })
})
