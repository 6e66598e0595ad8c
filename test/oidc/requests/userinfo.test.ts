import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { bearer, get, post } from '../tokens/requests.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  client: RelyingParty
}

describe('OpenID Connect Core 1.0, section 5.3: the UserInfo endpoint', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    ...{ app, issuer },
    client: await relyingParty(app),
  }))

  it('section 5.3.1: answers GET and POST with the token in the header alike', async () => {
    const { app, issuer, client } = fixture()
    const ann = await person(app)
    const { tokens } = await client.signIn(ann)
    const header = bearer(tokens.access_token)
    const [got, posted] = [
      await get(`${issuer}/userinfo`, header),
      await post(`${issuer}/userinfo`, {}, header),
    ]
    expect([got.status, posted.status]).to.deep.equal([200, 200])
    expect(posted.body).to.deep.equal(got.body)
    expect(got.body).to.include({ sub: ann.id, email: ann.email, email_verified: true })
    expect(got.headers.get('cache-control')).to.include('no-store')
  })

  it('takes no token from a form (JW-15), and says by which way it wants it (section 5.3.3)', async () => {
    const { app, issuer, client } = fixture()
    const { tokens } = await client.signIn(await person(app))
    const refused = await post(`${issuer}/userinfo`, { access_token: tokens.access_token })
    expect([refused.status, refused.body.error]).to.deep.equal([401, 'invalid_token'])
    expect(refused.headers.get('www-authenticate')).to.match(/^Bearer .*error="invalid_token"/)
  })

  it('gives nothing that was not asked for (section 5.4)', async () => {
    const { app, issuer, client } = fixture()
    const ann = await person(app)
    const { tokens } = await client.signIn(ann, { parameters: { scope: 'openid email' } })
    const { body } = await get(`${issuer}/userinfo`, bearer(tokens.access_token))
    expect(body).to.deep.equal({ sub: ann.id, email: ann.email, email_verified: true })
  })
})
