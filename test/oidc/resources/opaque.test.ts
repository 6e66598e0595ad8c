import { expect } from 'chai'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { setUserStatus } from '../../../src/features/accounts/index.ts'
import { type ApiRecord, deleteApi } from '../../../src/features/apis/index.ts'
import { disableClient } from '../../../src/features/clients/index.ts'
import { models } from '../../../src/features/oidc/storage/models.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { registeredApi } from '../../support/apis.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { type Replica, stage } from '../../support/stage.ts'
import { mapped } from '../claims/support.ts'
import { asClient, eventually, introspect } from '../tokens/requests.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  replica: Replica
  api: ApiRecord
  /** The API itself, as a client that may introspect. */
  server: RelyingParty
}

const inactive = { active: false }

describe('opaque access tokens of a registered API', () => {
  const fixture = sharedStage<Fixture>(async (place) => {
    const api = await registeredApi(place.app, { token_format: 'opaque' })
    const server = await relyingParty(place.app, {
      grants: [],
      redirectUris: [],
      audiences: [api.identifier],
    })
    return { app: place.app, issuer: place.issuer, replica: await place.replica(), api, server }
  })

  async function signedIn(scope = 'openid read') {
    const { app, api } = fixture()
    const ann = await person(app)
    const client = await relyingParty(app)
    const { tokens, browser } = await client.signIn(ann, { parameters: { scope, resource: api.identifier } })
    return { ann, client, browser, tokens }
  }

  it('say nothing by themselves, and stand nowhere in clear', async () => {
    const { app } = fixture()
    const { tokens } = await signedIn()
    expect(tokens.access_token).to.match(/^[\w-]{43}$/)
    expect(tokens.expires_in).to.equal(300)
    const rows: unknown[] = await app.db('oidc_payloads').where({ model: models.AccessToken.code })
    expect(rows).to.not.have.lengthOf(0)
    for (const table of ['oidc_payloads', 'audit_inbox', 'revocations', 'outbox_events'])
      expect(JSON.stringify(await app.db(table).select('*')), table).to.not.include(tokens.access_token)
  })

  it('are told to their API alone, with all that a JWT would say (IN-01)', async () => {
    const { app, issuer, server, api } = fixture()
    const { client, tokens } = await signedIn()
    const stranger = await relyingParty(app)
    const { body } = await introspect(issuer, server, tokens.access_token)
    expect(body).to.include({
      active: true,
      iss: issuer,
      aud: api.identifier,
      client_id: client.clientId,
      scope: 'read',
      token_type: 'Bearer',
      sub: tokens.claims()?.sub,
      sid: tokens.claims()?.sid,
    })
    expect(Number(body.exp) - Number(body.iat)).to.equal(300)
    expect(body).to.have.any.keys('acr', 'auth_time')
    expect(JSON.stringify(body)).to.not.include(tokens.access_token)
    for (const other of [client, stranger])
      expect((await introspect(issuer, other, tokens.access_token)).body).to.deep.equal(inactive)
    expect((await introspect(issuer, server, `${tokens.access_token.slice(0, -1)}_`)).body.active).to.equal(
      false,
    )
  })

  it('tell the sub that a pairwise client knows, and never the usual one', async () => {
    const { app, issuer, server, api } = fixture()
    const ann = await person(app)
    const usual = (await (await relyingParty(app)).signIn(ann)).tokens.claims()?.sub
    const client = await relyingParty(app, { subjectType: 'pairwise' })
    const parameters = { scope: 'openid read', resource: api.identifier }
    const { tokens } = await client.signIn(ann, { parameters })
    const { body } = await introspect(issuer, server, tokens.access_token)
    expect(body.sub).to.equal(tokens.claims()?.sub)
    expect(body.sub).not.to.equal(usual)
  })

  it('tell what operators put into access tokens, and nothing more (RFC 7662, section 2.2)', async () => {
    const { app, issuer, server, api } = fixture()
    const [ann, client] = [await person(app), await relyingParty(app)]
    const own = { client_id: client.clientId }
    await mapped(app, 'mail', { ...own, attribute: 'email', tokens: ['access_token'] })
    await mapped(app, 'tier', { ...own, value: 'gold', tokens: ['id_token'] })
    const parameters = { scope: 'openid read', resource: api.identifier }
    const { tokens } = await client.signIn(ann, { parameters })
    const { body } = await introspect(issuer, server, tokens.access_token)
    expect(body).to.include({ active: true, mail: ann.email, scope: 'read' }).and.not.have.property('tier')
  })

  it('of machines too', async () => {
    const { app, issuer, server, api } = fixture()
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const { access_token } = await openid.clientCredentialsGrant(machine.configuration, {
      resource: api.identifier,
      scope: 'write',
    })
    expect((await introspect(issuer, server, access_token)).body).to.include({
      active: true,
      client_id: machine.clientId,
      scope: 'write',
    })
    await openid.tokenRevocation(machine.configuration, access_token)
    expect((await introspect(issuer, server, access_token)).body).to.deep.equal(inactive)
  })

  it('are revoked one by one, by their own client, and leave what else it has (RFC 7009, section 2.1)', async () => {
    const { app, issuer, server } = fixture()
    const { client, tokens } = await signedIn('openid read offline_access')
    await asClient(issuer, '/revoke', await relyingParty(app), { token: tokens.access_token })
    expect((await introspect(issuer, server, tokens.access_token)).body).to.include({ active: true })
    for (const hint of ['access_token', 'refresh_token']) {
      const reply = await asClient(issuer, '/revoke', client, {
        token: tokens.access_token,
        token_type_hint: hint,
      })
      expect(reply.status).to.equal(200)
    }
    expect((await introspect(issuer, server, tokens.access_token)).body).to.deep.equal(inactive)
    const again = await client.refresh(String(tokens.refresh_token))
    expect((await introspect(issuer, server, again.access_token)).body).to.include({ active: true })
  })

  const endings: Record<string, (known: Awaited<ReturnType<typeof signedIn>>) => Promise<unknown>> = {
    'the person signed out': async ({ browser, tokens }) => {
      const query = new URLSearchParams({ id_token_hint: tokens.id_token ?? '' })
      await browser.go(`${fixture().issuer}/logout?${query.toString()}`)
      return browser.submit({ logout: 'yes' })
    },
    'the person was disabled': ({ ann }) =>
      setUserStatus(fixture().app, bySystem, ann.id, 'disabled', 'left'),
    'the client was disabled': ({ client }) => disableClient(fixture().app, bySystem, client.clientId),
    'the refresh token was revoked (IN-04)': ({ client, tokens }) =>
      openid.tokenRevocation(client.configuration, String(tokens.refresh_token)),
  }
  for (const [what, end] of Object.entries(endings)) {
    it(`are dead on every replica within a second after ${what}`, async () => {
      const { replica, server } = fixture()
      const known = await signedIn()
      const shown = async () => (await introspect(replica.origin, server, known.tokens.access_token)).body
      expect(await shown()).to.include({ active: true })
      await end(known)
      const took = await eventually(async () => (await shown()).active === false)
      expect(took).to.be.below(1000)
      expect(await shown()).to.deep.equal(inactive)
    })
  }

  it('are dead with their API', async () => {
    const { app, issuer } = fixture()
    const api = await registeredApi(app, { token_format: 'opaque' })
    const jwt = await registeredApi(app)
    const server = await relyingParty(app, {
      grants: [],
      redirectUris: [],
      audiences: [api.identifier, jwt.identifier],
    })
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    for (const { id, identifier } of [api, jwt]) {
      const { access_token } = await openid.clientCredentialsGrant(machine.configuration, {
        resource: identifier,
      })
      expect((await introspect(issuer, server, access_token)).body).to.include({ active: true })
      await deleteApi(app, bySystem, id)
      await eventually(async () => (await introspect(issuer, server, access_token)).body.active === false)
    }
  })

  it('end with their time, whatever the sweeper has done', async () => {
    const { app, issuer, clock } = await stage()
    const api = await registeredApi(app, { token_format: 'opaque', access_token_seconds: 60 })
    const server = await relyingParty(app, { grants: [], redirectUris: [], audiences: [api.identifier] })
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const { access_token } = await openid.clientCredentialsGrant(machine.configuration, {
      resource: api.identifier,
    })
    expect((await introspect(issuer, server, access_token)).body).to.include({ active: true })
    clock.advance(61)
    expect((await introspect(issuer, server, access_token)).body).to.deep.equal(inactive)
  })
})
