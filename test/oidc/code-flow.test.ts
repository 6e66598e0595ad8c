import { expect } from 'chai'
import { decodeProtectedHeader } from 'jose'
import * as openid from 'openid-client'

import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'

describe('signing in with authorization code and PKCE', () => {
  it('gives an ID token that says who, when, how and in which session', async () => {
    const { app, issuer } = await stage()
    const ann = await person(app)
    const client = await relyingParty(app)

    const { tokens } = await client.signIn(ann)

    const claims = tokens.claims()
    expect(claims).to.include({
      iss: issuer,
      aud: client.clientId,
      sub: ann.id,
      acr: 'urn:gatehouse:acr:password',
    })
    expect(claims?.amr).to.deep.equal(['pwd'])
    expect(claims?.auth_time).to.be.a('number')
    expect(claims?.sid).to.be.a('string')
    expect(decodeProtectedHeader(tokens.id_token ?? '').alg).to.equal('RS256')
  })

  it('gives an access token that works at userinfo', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const client = await relyingParty(app)
    const { tokens } = await client.signIn(ann)

    const info = await openid.fetchUserInfo(client.configuration, tokens.access_token, ann.id)

    expect(info).to.include({ sub: ann.id, email: ann.email, email_verified: true, name: 'Ann Example' })
  })
})
