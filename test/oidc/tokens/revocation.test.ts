import { expect } from 'chai'

import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { type Stage, stage } from '../../support/stage.ts'
import { asClient, eventually, introspect, opens, pause, post, refresh } from './requests.ts'

async function signedIn(place: Stage, parameters: Record<string, string> = {}) {
  const { app, issuer } = place
  const client = await relyingParty(app)
  const ann = await person(app)
  const { tokens, browser } = await client.signIn(ann, { parameters })
  const revoke = (token: unknown, more = {}) =>
    asClient(issuer, '/revoke', client, { token: String(token), ...more })
  return { app, issuer, client, ann, browser, tokens, revoke }
}

describe('revoking an access token', () => {
  for (const cut of [false, true]) {
    it(`ends it alone, everywhere within a second${cut ? ', also where no messages arrive' : ''} (IN-05)`, async () => {
      const place = await stage()
      const { issuer, client, tokens, revoke } = await signedIn(place)
      const replica = await place.replica()
      const other = await refresh(issuer, client, tokens.refresh_token)
      if (cut) {
        await replica.app.bus.close()
        await pause(1_100)
      }
      expect(await opens(replica.origin, tokens.access_token)).to.equal(true)

      expect((await revoke(tokens.access_token)).status).to.equal(200)

      for (const at of [issuer, replica.origin]) {
        const dead = async () =>
          !(await opens(at, tokens.access_token)) &&
          (await introspect(at, client, tokens.access_token)).body.active === false
        expect(await eventually(dead)).to.be.below(1_000)
        expect(await opens(at, other.body.access_token)).to.equal(true)
      }
      expect((await refresh(replica.origin, client, other.body.refresh_token)).status).to.equal(200)
    })
  }

  it('works whatever the hint says, and again', async () => {
    for (const token_type_hint of ['access_token', 'refresh_token', 'something']) {
      const { issuer, tokens, revoke } = await signedIn(await stage())
      expect((await revoke(tokens.access_token, { token_type_hint })).status).to.equal(200)
      expect((await revoke(tokens.access_token, { token_type_hint })).status).to.equal(200)
      expect(await eventually(async () => !(await opens(issuer, tokens.access_token)))).to.be.below(1_000)
    }
  })

  it('of a machine works too', async () => {
    const { app, issuer } = await stage()
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const own = await asClient(issuer, '/token', machine, { grant_type: 'client_credentials' })
    expect((await introspect(issuer, machine, own.body.access_token)).body).to.include({ active: true })

    expect(
      (await asClient(issuer, '/revoke', machine, { token: String(own.body.access_token) })).status,
    ).to.equal(200)

    const dead = async () => (await introspect(issuer, machine, own.body.access_token)).body.active === false
    expect(await eventually(dead)).to.be.below(1_000)
  })
})

describe('revoking a refresh token', () => {
  it('ends it, what followed it and its access tokens on every replica (IN-04)', async () => {
    const place = await stage()
    const { issuer, client, tokens, revoke } = await signedIn(place, { scope: 'openid offline_access' })
    const { origin } = await place.replica()
    const next = await refresh(issuer, client, tokens.refresh_token)

    expect((await revoke(next.body.refresh_token)).status).to.equal(200)

    for (const at of [issuer, origin]) {
      for (const token of [tokens.access_token, next.body.access_token]) {
        const dead = async () =>
          !(await opens(at, token)) && (await introspect(at, client, token)).body.active === false
        expect(await eventually(dead)).to.be.below(1_000)
      }
      for (const token of [tokens.refresh_token, next.body.refresh_token]) {
        expect((await refresh(at, client, token)).body.error).to.equal('invalid_grant')
      }
    }
  })

  it('works for one that was rotated a moment ago: its successor ends with it', async () => {
    const { issuer, client, tokens, revoke } = await signedIn(await stage())
    const next = await refresh(issuer, client, tokens.refresh_token)

    expect((await revoke(tokens.refresh_token)).status).to.equal(200)

    expect((await refresh(issuer, client, next.body.refresh_token)).body.error).to.equal('invalid_grant')
    expect((await refresh(issuer, client, tokens.refresh_token)).body.error).to.equal('invalid_grant')
  })

  it('leaves the browser session, in which the client may be signed in to again', async () => {
    const { issuer, client, ann, browser, tokens, revoke } = await signedIn(await stage())
    await revoke(tokens.refresh_token)

    const again = await client.signIn(ann, { browser })

    expect(await opens(issuer, again.tokens.access_token)).to.equal(true)
    expect((await refresh(issuer, client, again.tokens.refresh_token)).status).to.equal(200)
  })
})

describe('the revocation endpoint', () => {
  it('touches no token of another client, and does not tell that there is one', async () => {
    const { app, issuer, client, tokens } = await signedIn(await stage())
    const other = await relyingParty(app)

    for (const token of [tokens.access_token, tokens.refresh_token, 'unknown']) {
      const reply = await asClient(issuer, '/revoke', other, { token: String(token) })
      expect({ status: reply.status, body: reply.body }).to.deep.equal({ status: 200, body: { text: '' } })
    }
    await pause(300)
    expect(await opens(issuer, tokens.access_token)).to.equal(true)
    expect((await refresh(issuer, client, tokens.refresh_token)).status).to.equal(200)
  })

  it('demands that the client authenticates', async () => {
    const { issuer, client, tokens } = await signedIn(await stage())
    const form = { token: tokens.access_token, client_id: client.clientId }

    const reply = await post(`${issuer}/revoke`, form)

    expect({ status: reply.status, error: reply.body.error }).to.deep.equal({
      status: 401,
      error: 'invalid_client',
    })
    expect(await opens(issuer, tokens.access_token)).to.equal(true)
  })

  it('writes down who revoked what', async () => {
    const { app, client, tokens, revoke } = await signedIn(await stage())
    await revoke(tokens.access_token)
    await revoke(tokens.refresh_token)

    const audited = await app.db('audit_records').where({ action: 'token.revoked' })
    expect(audited).to.have.lengthOf(2)
    for (const record of audited) expect(record).to.include({ actor_id: client.clientId, outcome: 'success' })
  })
})
