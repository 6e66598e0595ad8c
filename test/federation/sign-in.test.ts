import { expect } from 'chai'

import { relyingParty } from '../support/relying-party.ts'
import { startUpstream, type Upstream } from '../support/upstream/index.ts'
import { provider, signInThrough, stageBesideProviders } from './upstream-providers.ts'

describe('signing in through another provider', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  for (const name of [
    'google',
    'facebook',
    'microsoft',
    'apple',
    'github',
    'linkedin',
    'oidc',
    'oauth2',
  ] as const) {
    it(`makes an account at ${name} at the first time, and knows it at the second`, async () => {
      const { app } = await stageBesideProviders()
      await provider(app, upstream, name)
      const rp = await relyingParty(app)
      await upstream.person(name, {
        sub: '2002',
        email: 'bob@example.com',
        email_verified: true,
        name: 'Bob Builder',
        given_name: 'Bob',
        family_name: 'Builder',
      })

      const first = await signInThrough(rp, name)
      const second = await signInThrough(rp, name)

      const claims = first.tokens.claims()
      expect(claims).to.include({ acr: 'urn:gatehouse:acr:federated', email: 'bob@example.com' })
      expect(claims?.amr).to.deep.equal(['fed'])
      expect(second.tokens.claims()?.sub).to.equal(claims?.sub)
      expect(await app.db('users').whereNot('email', 'root@localhost.test')).to.have.lengthOf(1)
    })
  }
})
