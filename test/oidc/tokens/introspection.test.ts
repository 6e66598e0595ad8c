import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { setUserStatus } from '../../../src/features/accounts/index.ts'
import { deleteClient, disableClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { randomToken } from '../../../src/platform/crypto/index.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { type Stage, stage } from '../../support/stage.ts'
import { claimsOf, forge } from './forge.ts'
import {
  asClient,
  bearer,
  eventually,
  get,
  introspect,
  opens,
  pause,
  post,
  refresh,
  signingClient,
} from './requests.ts'

async function signedIn(place: Stage, parameters: Record<string, string> = {}) {
  const { app, issuer } = place
  const client = await relyingParty(app)
  const ann = await person(app)
  const { tokens, browser } = await client.signIn(ann, { parameters })
  /** A service that answers for the issuer's audience, and so may ask about its tokens. */
  const service = await relyingParty(app, { grants: [], redirectUris: [], audiences: [issuer] })
  return { app, issuer, client, service, ann, browser, tokens }
}

const inactive = { active: false }

describe('introspecting a token', () => {
  it('shows a live access token to its client with all it says (IN-05)', async () => {
    const { issuer, client, tokens } = await signedIn(await stage())
    const { exp, iat, nbf, sub, aud, jti, sid, scope, role, acr, amr, auth_time } = decodeJwt(
      tokens.access_token,
    )

    for (const hint of [
      {},
      { token_type_hint: 'access_token' },
      { token_type_hint: 'refresh_token' },
      { token_type_hint: 'x' },
    ]) {
      const { status, body, headers } = await introspect(issuer, client, tokens.access_token, hint)
      expect(status).to.equal(200)
      expect(headers.get('cache-control')).to.include('no-store')
      expect(body).to.deep.equal({
        active: true,
        iss: issuer,
        client_id: client.clientId,
        token_type: 'Bearer',
        ...{ exp, iat, nbf, sub, aud, jti, sid, scope, role, acr, amr, auth_time },
      })
    }
  })

  it('shows a machine’s token and a refresh token to their client', async () => {
    const { app, issuer, client, tokens } = await signedIn(await stage())
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const own = await asClient(issuer, '/token', machine, { grant_type: 'client_credentials' })

    const shown = await introspect(issuer, machine, own.body.access_token)
    expect(shown.body)
      .to.include({ active: true, client_id: machine.clientId })
      .and.not.have.any.keys('sub', 'sid')
    const kept = await introspect(issuer, client, tokens.refresh_token)
    expect(kept.body).to.include({ active: true, client_id: client.clientId, sub: tokens.claims()?.sub })
    expect(JSON.stringify(kept.body)).to.not.include(tokens.refresh_token)
  })

  it('demands that the asker authenticates, and tells nothing to who the token is not for (IN-01)', async () => {
    const { app, issuer, client, service, tokens } = await signedIn(await stage())
    const [stranger, publicClient] = [
      await relyingParty(app),
      await relyingParty(app, { authentication: 'none' }),
    ]
    const form = { token: tokens.access_token }

    const unnamed = await post(`${issuer}/introspect`, form)
    expect(unnamed.status).to.be.oneOf([400, 401])
    for (const named of [
      { client_id: client.clientId },
      { client_id: client.clientId, client_secret: 'wrong' },
    ]) {
      const reply = await post(`${issuer}/introspect`, { ...form, ...named })
      expect({ status: reply.status, error: reply.body.error }).to.deep.equal({
        status: 401,
        error: 'invalid_client',
      })
    }
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      expect((await introspect(issuer, stranger, token)).body).to.deep.equal(inactive)
      expect((await introspect(issuer, publicClient, token)).body.active).to.not.equal(true)
    }
    expect((await introspect(issuer, service, tokens.access_token)).body).to.include({ active: true })
    expect((await introspect(issuer, service, tokens.refresh_token)).body).to.deep.equal(inactive)
  })

  it('says of every other text only that it is not active (IN-02)', async () => {
    const place = await stage()
    const { app, issuer, client, tokens } = await signedIn(place)
    const now = Math.floor(app.clock.now().getTime() / 1000)
    const texts = {
      random: randomToken(),
      'random with dots': `${randomToken()}.${randomToken()}.${randomToken()}`,
      'a dot': '.',
      expired: await forge(app, claimsOf(tokens.access_token, { exp: now - 60 })),
      malformed: `${tokens.access_token}x`,
      'a member more': `${tokens.access_token}.x`,
      'ID token': tokens.id_token ?? '',
      'stand-in of another process': 'jwt:AAAA',
      'grant stand-in': 'stateless:AAAA',
      'jti alone': String(decodeJwt(tokens.access_token).jti),
      unicode: 'ü\u0000💥',
      long: 'x'.repeat(20_000),
    }
    for (const [what, token] of Object.entries(texts)) {
      const { status, body } = await introspect(issuer, client, token)
      expect({ status, body }, what).to.deep.equal({ status: 200, body: inactive })
    }
    const twice = new URLSearchParams([
      ['token', tokens.access_token],
      ['token', 'x'],
      ['client_id', client.clientId],
    ])
    twice.set('client_secret', client.secret ?? '')
    const reply = await fetch(`${issuer}/introspect`, { method: 'POST', body: twice })
    expect(reply.status).to.equal(400)
    expect((await asClient(issuer, '/introspect', client, {})).status).to.equal(400)
  })

  it('takes the place of an assertion only once', async () => {
    const place = await stage()
    const { issuer, app } = await signedIn(place)
    const machine = await signingClient(app)
    const own = await post(`${issuer}/token`, {
      grant_type: 'client_credentials',
      ...(await machine.assertion()),
    })
    const form = { token: String(own.body.access_token), ...(await machine.assertion()) }

    expect((await post(`${issuer}/introspect`, form)).body).to.include({ active: true })
    const again = await post(`${issuer}/introspect`, form)

    expect(again.status).to.equal(401)
    expect(again.body.error).to.equal('invalid_client')
  })
})

/** What ends what a person has at a client. */
const endings: Record<string, (known: Awaited<ReturnType<typeof signedIn>>) => Promise<unknown>> = {
  'the person signed out': async ({ issuer, browser, tokens }) => {
    await browser.go(
      `${issuer}/logout?${new URLSearchParams({ id_token_hint: tokens.id_token ?? '' }).toString()}`,
    )
    return browser.submit({ logout: 'yes' })
  },
  'the person was disabled': ({ app, ann }) => setUserStatus(app, bySystem, ann.id, 'disabled', 'left'),
  'the person was deleted': ({ app, ann }) => setUserStatus(app, bySystem, ann.id, 'deleted', 'asked for it'),
  'the client was disabled': ({ app, client }) => disableClient(app, bySystem, client.clientId),
  'the client was deleted': ({ app, client }) => deleteClient(app, bySystem, client.clientId),
}

describe('a token is inactive on every replica', () => {
  for (const [what, end] of Object.entries(endings)) {
    for (const cut of [false, true]) {
      it(`within a second after ${what}${cut ? ', also where no messages arrive' : ''} (JW-12)`, async () => {
        const place = await stage()
        const known = await signedIn(place)
        const { issuer, client, service, tokens } = known
        const replica = await place.replica()
        expect((await introspect(replica.origin, service, tokens.access_token)).body).to.include({
          active: true,
        })
        if (cut) {
          await replica.app.bus.close()
          await pause(1_100)
        }

        await end(known)

        for (const at of [issuer, replica.origin]) {
          const dead = async () => {
            const { body } = await introspect(at, service, tokens.access_token)
            return body.active === false && !(await opens(at, tokens.access_token))
          }
          expect(await eventually(dead)).to.be.below(1_000)
          const { status } = await refresh(at, client, tokens.refresh_token)
          expect(status, 'the refresh token').to.be.oneOf([400, 401])
          const kept = await introspect(at, client, tokens.refresh_token)
          expect(kept.body.active, 'the refresh token, introspected').to.not.equal(true)
        }
      })
    }
  }

  it('refuses rather than believes when neither messages nor Postgres can tell', async () => {
    const place = await stage()
    const { app, issuer, tokens } = await signedIn(place)
    await app.bus.close()
    await pause(1_100)
    await app.db.destroy()

    const reply = await get(`${issuer}/users/me`, bearer(tokens.access_token))

    expect(reply.status).to.be.oneOf([401, 500, 503])
    app.db.initialize()
  })
})
