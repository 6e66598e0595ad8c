import { expect } from 'chai'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient, bearer, get, introspect } from '../tokens/requests.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  machine: RelyingParty
}

describe('a client that acts for itself (client credentials)', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    app,
    issuer,
    machine: await relyingParty(app, {
      grants: ['client_credentials'],
      redirectUris: [],
      postLogoutRedirectUris: [],
    }),
  }))

  it('gets an access token of its own, and neither a refresh nor an ID token (RFC 6749, section 4.4.3)', async () => {
    const { issuer, machine } = fixture()
    const tokens = await openid.clientCredentialsGrant(machine.configuration)
    const claims = decodeJwt(tokens.access_token)
    expect(decodeProtectedHeader(tokens.access_token)).to.include({ typ: 'at+jwt', alg: 'ES256' })
    expect(claims).to.include({
      iss: issuer,
      aud: issuer,
      sub: machine.clientId,
      client_id: machine.clientId,
    })
    for (const name of ['sid', 'role', 'auth_time', 'acr', 'amr']) expect(claims).not.to.have.property(name)
    expect(tokens.refresh_token).to.equal(undefined)
    expect(tokens.id_token).to.equal(undefined)
  })

  it('gets no scope that is about a person (AZ-10)', async () => {
    const { machine } = fixture()
    for (const scope of ['openid', 'openid profile email', 'offline_access', 'admin']) {
      const answer = await openid.clientCredentialsGrant(machine.configuration, { scope }).then(
        ({ access_token, refresh_token }) => ({ scope: decodeJwt(access_token).scope ?? '', refresh_token }),
        (error: unknown) => ({
          error: error instanceof openid.ResponseBodyError ? error.error : String(error),
        }),
      )
      if ('error' in answer) expect(answer.error, scope).to.equal('invalid_scope')
      else expect(answer, scope).to.deep.equal({ scope: '', refresh_token: undefined })
    }
  })

  it('opens nothing that belongs to people with it', async () => {
    const { issuer, machine } = fixture()
    const { access_token } = await openid.clientCredentialsGrant(machine.configuration)
    for (const path of ['/userinfo', '/users/me'])
      expect((await get(issuer + path, bearer(access_token))).status, path).to.be.oneOf([401, 403])
  })

  it('can show and revoke it', async () => {
    const { issuer, machine } = fixture()
    const { access_token } = await openid.clientCredentialsGrant(machine.configuration)
    expect((await introspect(issuer, machine, access_token)).body).to.include({
      active: true,
      client_id: machine.clientId,
    })
    await openid.tokenRevocation(machine.configuration, access_token)
    expect((await introspect(issuer, machine, access_token)).body).to.deep.equal({ active: false })
  })

  it('may do nothing else: no authorization, no refresh', async () => {
    const { app, issuer, machine } = fixture()
    const refresh = await asClient(issuer, '/token', machine, {
      grant_type: 'refresh_token',
      refresh_token: 'x',
    })
    expect(refresh.status).to.equal(400)
    expect(refresh.body.error).to.be.oneOf(['unauthorized_client', 'invalid_request'])
    for (const grant_type of [
      'password',
      'implicit',
      'urn:ietf:params:oauth:grant-type:device_code',
      '',
      'x',
    ]) {
      const { status, body } = await asClient(issuer, '/token', machine, {
        grant_type,
        username: 'x',
        password: 'x',
      })
      expect(status, grant_type).to.equal(400)
      expect(body.error, grant_type).to.be.oneOf(['unsupported_grant_type', 'invalid_request'])
    }
    const web = await relyingParty(app)
    const own = await asClient(issuer, '/token', web, { grant_type: 'client_credentials' })
    expect(own.status).to.equal(400)
    expect(own.body.error).to.be.oneOf(['unauthorized_client', 'invalid_request'])
  })
})
