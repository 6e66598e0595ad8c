import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { replaceClient } from '../../../src/features/clients/index.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { type RelyingParty, relyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { asClient, basic, eventually, freshCode, introspect, post } from '../tokens/requests.ts'
import { type Holder, holder } from './proofs.ts'

/** A client in whose browser somebody is signed in, and the first tokens, bound to a key. */
async function begin(
  app: Gatehouse,
  client: RelyingParty,
  { scope = 'openid offline_access', bound = true } = {},
) {
  const { issuer } = app.config
  const browser = openBrowser()
  await client.signIn(await person(app), { browser, parameters: { scope } })
  const key = await holder()
  const ask = async (form: Record<string, string>, by: Holder | null) =>
    post(`${issuer}/token`, client.secret === null ? { client_id: client.clientId, ...form } : form, {
      ...basic(client),
      ...(by && (await by.header({ url: `${issuer}/token` }))),
    })
  const { body } = await ask(await freshCode(client, browser, { scope }), bound ? key : null)
  const first = String(body.refresh_token)
  const refresh = (by: Holder | null, token = first) =>
    ask({ grant_type: 'refresh_token', refresh_token: token }, by)
  return { key, first, refresh }
}

describe('RFC 9449, section 5: refresh tokens', () => {
  const fixture = sharedStage()

  it('of a public client are bound to the key: no other one, and none, gets anything (DP-05)', async () => {
    const { app, issuer } = fixture()
    const client = await relyingParty(app, { authentication: 'none' })
    const { key, refresh, first } = await begin(app, client)
    const thief = await holder()
    for (const by of [thief, null]) {
      const { status, body } = await refresh(by)
      expect([status, body.error]).to.deep.equal([400, 'invalid_grant'])
    }
    const good = await refresh(key)
    expect([good.status, good.body.token_type]).to.deep.equal([200, 'DPoP'])
    expect(decodeJwt(String(good.body.access_token)).cnf).to.deep.equal({ jkt: key.thumbprint })
    expect(good.body.refresh_token, 'it need not be replaced').to.equal(first)
    expect(
      await app.db('audit_records').where({ action: 'token.refresh_reused', target_id: client.clientId }),
    ).to.deep.equal([])
    const confidential = await relyingParty(app)
    expect((await introspect(issuer, confidential, first)).body).to.deep.equal({ active: false })
  })

  it('of a public client may be used by its key at the same time, and end when they are revoked', async () => {
    const { app, issuer } = fixture()
    const client = await relyingParty(app, { authentication: 'none' })
    const { key, refresh, first } = await begin(app, client)
    const replies = await Promise.all(Array.from({ length: 5 }, () => refresh(key)))
    expect(
      new Set(replies.map(({ status, body }) => `${status} ${String(body.refresh_token)}`)),
    ).to.deep.equal(new Set([`200 ${first}`]))
    const endings = await Promise.all([
      asClient(issuer, '/revoke', client, { token: first }),
      refresh(key),
      refresh(key),
    ])
    for (const { status, body } of endings.slice(1))
      expect([status, body.error]).to.be.deep.oneOf([
        [200, undefined],
        [400, 'invalid_grant'],
      ])
    const after = await refresh(key)
    expect([after.status, after.body.error]).to.deep.equal([400, 'invalid_grant'])
  })

  it('of a confidential client are bound to the client, and stay where it always binds', async () => {
    const { app, issuer } = fixture()
    const client = await relyingParty(app, { senderConstraint: 'dpop' })
    const browser = openBrowser()
    const begun = await client.begin()
    const { url } = await signInAt(browser, begun.url, client.redirectUri, await person(app))
    const key = await holder()
    const form = {
      grant_type: 'authorization_code',
      code: new URL(url).searchParams.get('code') ?? '',
      redirect_uri: client.redirectUri,
      code_verifier: begun.checks.pkceCodeVerifier,
    }
    const ask = async (body: Record<string, string>, by: Holder) =>
      post(`${issuer}/token`, body, { ...basic(client), ...(await by.header({ url: `${issuer}/token` })) })
    const { body } = await ask(form, key)
    const again = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) }
    const other = await holder()
    const next = await ask(again, other)
    expect([next.status, next.body.refresh_token]).to.deep.equal([200, body.refresh_token])
    expect(decodeJwt(String(next.body.access_token)).cnf).to.deep.equal({ jkt: other.thumbprint })
    expect((await introspect(issuer, client, body.refresh_token)).body).to.include({ active: true })
  })

  it('of a public client that begins to bind: an unbound one is replaced once more, by one that its key alone can use (DP-05)', async () => {
    const { app } = fixture()
    const client = await relyingParty(app, { authentication: 'none' })
    const { key, first, refresh } = await begin(app, client, { bound: false })
    await replaceClient(app, bySystem, client.clientId, {
      name: 'Sample application',
      redirectUris: [client.redirectUri],
      grants: ['authorization_code', 'refresh_token'],
      authentication: 'none',
      senderConstraint: 'dpop',
    })
    await eventually(
      async () => (await app.clients.get(client.clientId))?.metadata.dpop_bound_access_tokens === true,
    )
    expect((await refresh(null)).body.error, 'nothing is given without a proof').to.equal('invalid_grant')
    const rotated = await refresh(key)
    const second = String(rotated.body.refresh_token)
    expect([rotated.status, rotated.body.token_type]).to.deep.equal([200, 'DPoP'])
    expect(second, 'it is bound to nothing by itself, so it does not stay').not.to.equal(first)
    for (const by of [await holder(), null])
      expect((await refresh(by, second)).body.error, 'the new one is bound').to.equal('invalid_grant')
    const kept = await refresh(key, second)
    expect([kept.status, kept.body.refresh_token], 'and stays').to.deep.equal([200, second])
  })

  it('takes a lost answer asked for again with the same key for that, with another or none for theft (RT-04)', async () => {
    const { app } = fixture()
    for (const by of ['same', 'another', 'none'] as const) {
      const { key, refresh } = await begin(app, await relyingParty(app)) // may bind, need not: its tokens rotate
      const rotated = await refresh(key)
      expect(rotated.status).to.equal(200)
      const again = await refresh(by === 'same' ? key : by === 'none' ? null : await holder())
      const last = await refresh(key, String(rotated.body.refresh_token))
      if (by === 'same') {
        expect([again.status, again.body.refresh_token]).to.deep.equal([200, rotated.body.refresh_token])
        expect(last.status).to.equal(200)
        continue
      }
      expect([again.status, again.body.error], by).to.deep.equal([400, 'invalid_grant'])
      expect([last.status, last.body.error], `${by}: the family is dead`).to.deep.equal([
        400,
        'invalid_grant',
      ])
    }
  })
})

describe('a refresh token that stays', () => {
  it('ends when it is not used, not while it is, and at the end of all (RT-09, RT-10)', async () => {
    const { app, clock } = await stage()
    await changeSetting(app, bySystem, 'token.refresh_idle_seconds', 300)
    await changeSetting(app, bySystem, 'token.refresh_absolute_seconds', 1_000)
    const client = await relyingParty(app, { authentication: 'none' })
    const { key, refresh } = await begin(app, client)
    const { key: idleKey, refresh: refreshIdle } = await begin(app, client)
    for (const seconds of [250, 250]) {
      clock.advance(seconds)
      expect((await refresh(key)).status).to.equal(200)
    }
    expect((await refreshIdle(idleKey)).status).to.equal(400)
    for (const [seconds, status] of [
      [250, 200],
      [200, 200],
      [60, 400],
    ] as const) {
      clock.advance(seconds)
      expect((await refresh(key)).status).to.equal(status)
    }
  })
})
