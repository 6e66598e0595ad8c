import { expect } from 'chai'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { findClient, rotateSecret } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { person } from '../../support/people.ts'
import { discover, drive, relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { type Answer, asClient, basic, eventually, post, refresh, signingClient } from '../tokens/requests.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  client: RelyingParty
  open: RelyingParty
}

const machine = { grant_type: 'client_credentials' }

/** What of an answer could tell two refusals apart. */
const shape = ({ status, headers, body }: Answer) => ({
  status,
  body,
  headers: [...headers.keys()].sort(),
  challenge: headers.get('www-authenticate'),
})

describe('authenticating a client by its secret', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    app,
    issuer,
    client: await relyingParty(app, {
      grants: ['authorization_code', 'refresh_token', 'client_credentials'],
    }),
    open: await relyingParty(app, { authentication: 'none' }),
  }))

  for (const path of ['/token', '/introspect', '/revoke', '/par', '/device_authorization']) {
    it(`answers a wrong secret and an unknown client the same at ${path} (CA-01)`, async () => {
      const { issuer, client } = fixture()
      const ids = {
        wrong: client.clientId,
        unknown: `gh_${'A'.repeat(22)}`,
        foreign: 'some-client',
        open: fixture().open.clientId,
      }
      const byHeader = await Promise.all(
        Object.values(ids).map((clientId) => asClient(issuer, path, { clientId, secret: 'wrong' }, machine)),
      )
      const inBody = await Promise.all(
        Object.values(ids).map((client_id) =>
          post(issuer + path, { ...machine, client_id, client_secret: 'wrong' }),
        ),
      )
      for (const answers of [byHeader, inBody]) {
        for (const answer of answers) expect(shape(answer)).to.deep.equal(shape(answers[0] ?? answer))
        expect(answers[0]?.body).to.include({ error: 'invalid_client' })
        expect(answers[0]?.status).to.equal(401)
      }
      expect(byHeader[0]?.headers.get('www-authenticate')).to.match(/^Basic realm=/)
    })
  }

  it('takes the secret in the header and in the body (client_secret_post), by openid-client', async () => {
    const { app, client } = fixture()
    const { secret } = client
    if (secret === null) throw new Error('a confidential client without a secret')
    const ann = await person(app)
    for (const authenticate of [openid.ClientSecretBasic(secret), openid.ClientSecretPost(secret)]) {
      const configuration = await discover(app, client.clientId, authenticate)
      const { tokens } = await drive({ ...client, configuration }).signIn(ann)
      expect(tokens.claims()?.sub).to.equal(ann.id)
      const next = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '')
      expect(next.access_token).to.be.a('string')
    }
  })

  it('demands it at every grant: the id alone is not enough (CA-03)', async () => {
    const { app, issuer, client } = fixture()
    const { tokens } = await client.signIn(await person(app))
    const { clientId } = client
    const forms: Record<string, string>[] = [
      { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' },
      { grant_type: 'authorization_code', code: 'x', redirect_uri: client.redirectUri },
      machine,
    ]
    for (const form of forms) {
      for (const empty of [{}, { client_secret: '' }]) {
        const { status, body } = await post(`${issuer}/token`, { client_id: clientId, ...form, ...empty })
        expect([status, body.error], form.grant_type).to.deep.equal([401, 'invalid_client'])
      }
    }
    expect((await refresh(issuer, client, tokens.refresh_token)).status, 'with its secret').to.equal(200)
  })

  it('takes no secret from a public client: it has none', async () => {
    const { issuer, open } = fixture()
    for (const client_secret of ['x', 'undefined', 'null']) {
      const { status } = await post(`${issuer}/token`, {
        ...machine,
        client_id: open.clientId,
        client_secret,
      })
      expect(status).to.equal(401)
    }
  })

  it('refuses two ways in one request (CA-04; RFC 6749, section 2.3)', async () => {
    const { issuer, client, app } = fixture()
    const { assertion } = await signingClient(app)
    const twice: Record<string, Record<string, string>> = {
      'header and body': { ...machine, client_id: client.clientId, client_secret: client.secret ?? '' },
      'header and assertion': { ...machine, ...(await assertion()) },
      'header and another id': { ...machine, client_id: fixture().open.clientId },
    }
    for (const [what, form] of Object.entries(twice)) {
      const { status, body } = await post(`${issuer}/token`, form, basic(client))
      expect([status, body.error], what).to.deep.equal([400, 'invalid_request'])
    }
    const repeated = new URLSearchParams({
      ...machine,
      client_id: client.clientId,
      client_secret: client.secret ?? '',
    })
    repeated.append('client_secret', 'another')
    const reply = await fetch(`${issuer}/token`, { method: 'POST', body: repeated })
    expect(reply.status).to.equal(400)
  })

  it('refuses a header that is none, without a fault', async () => {
    const { issuer } = fixture()
    const headers = [
      'Basic',
      'Basic !!!',
      `Basic ${btoa('no colon')}`,
      `Basic ${btoa(':')}`,
      `Basic ${btoa('%zz:%zz')}`,
      `Basic ${btoa('\u0000:\u0000')}`,
      'Bearer x',
      'Digest x',
      `Basic ${'A'.repeat(8_000)}`,
    ]
    for (const authorization of headers) {
      const { status, body } = await post(`${issuer}/token`, machine, { authorization })
      expect(status, authorization.slice(0, 30)).to.be.oneOf([400, 401])
      expect(body.error, authorization.slice(0, 30)).to.be.oneOf(['invalid_request', 'invalid_client'])
    }
  })
})

describe('a secret that was rotated (CA-09)', () => {
  it('works beside the new one until the overlap is over, on every replica; and nobody sees either again', async () => {
    const { app, issuer, clock, replica } = await stage()
    const second = await replica()
    const client = await relyingParty(app, {
      grants: ['client_credentials'],
      redirectUris: [],
      postLogoutRedirectUris: [],
    })
    const statusAt = async (origin: string, secret: string | null) =>
      (await asClient(origin, '/token', { ...client, secret }, machine)).status
    for (const origin of [issuer, second.origin]) expect(await statusAt(origin, client.secret)).to.equal(200)

    const rotated = await rotateSecret(app, bySystem, client.clientId, { overlapSeconds: 600 })

    for (const origin of [issuer, second.origin]) {
      await eventually(async () => (await statusAt(origin, rotated.secret)) === 200)
      expect(await statusAt(origin, client.secret)).to.equal(200)
    }
    clock.advance(601)
    for (const origin of [issuer, second.origin]) {
      expect(await statusAt(origin, client.secret), 'the old one').to.equal(401)
      expect(await statusAt(origin, rotated.secret), 'the new one').to.equal(200)
    }
    const shown = JSON.stringify(await findClient(app, client.clientId))
    for (const secret of [client.secret ?? '', rotated.secret]) expect(shown).not.to.include(secret)
  })

  it('is gone at once without an overlap', async () => {
    const { app, issuer, replica } = await stage()
    const second = await replica()
    const client = await relyingParty(app, {
      grants: ['client_credentials'],
      redirectUris: [],
      postLogoutRedirectUris: [],
    })
    const rotated = await rotateSecret(app, bySystem, client.clientId, { overlapSeconds: 0 })
    for (const origin of [issuer, second.origin]) {
      await eventually(async () => (await asClient(origin, '/token', client, machine)).status === 401)
      expect(
        (await asClient(origin, '/token', { ...client, secret: rotated.secret }, machine)).status,
      ).to.equal(200)
    }
  })
})
