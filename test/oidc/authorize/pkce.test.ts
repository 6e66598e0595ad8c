import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient, type NewClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient, freshCode } from '../tokens/requests.ts'
import { answerIn, ask, queryOf, send } from './ask.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  confidential: RelyingParty
  open: RelyingParty
  exempted: RelyingParty
}

const without = { code_challenge: undefined, code_challenge_method: undefined }

describe('PKCE (RFC 7636; RFC 9700, section 2.1.1)', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    app,
    issuer,
    confidential: await relyingParty(app),
    open: await relyingParty(app, { authentication: 'none' }),
    exempted: await relyingParty(app, { pkce: false }),
  }))

  it('is demanded of every client, public or confidential (PK-01)', async () => {
    const { issuer, confidential, open } = fixture()
    for (const client of [confidential, open]) {
      const asked = await ask(issuer, client, without)
      expect(answerIn(asked.location)).to.include({ error: 'invalid_request' })
    }
  })

  it('is not demanded of a confidential client that was exempted', async () => {
    const { app, issuer, exempted } = fixture()
    const query = await queryOf(exempted, without)
    const landing = await signInAt(
      openBrowser(),
      `${issuer}/authorize?${String(query)}`,
      exempted.redirectUri,
      await person(app),
    )
    const { code = '' } = answerIn(landing.url)
    const form = { grant_type: 'authorization_code', code, redirect_uri: exempted.redirectUri }
    const withVerifier = await asClient(issuer, '/token', exempted, {
      ...form,
      code_verifier: 'v'.repeat(43),
    })
    expect([withVerifier.status, withVerifier.body.error], 'a verifier nobody asked for').to.deep.equal([
      400,
      'invalid_grant',
    ])
    expect((await asClient(issuer, '/token', exempted, form)).status).to.equal(200)
  })

  it('is demanded of the exempted client too once it has sent a challenge: no downgrade', async () => {
    const { app, issuer, exempted } = fixture()
    const { browser } = await exempted.signIn(await person(app))
    const { code = '', redirect_uri = '' } = await freshCode(exempted, browser)
    const form = { grant_type: 'authorization_code', code, redirect_uri }
    for (const wrong of [{}, { code_verifier: 'w'.repeat(43) }])
      expect((await asClient(issuer, '/token', exempted, { ...form, ...wrong })).body.error).to.equal(
        'invalid_grant',
      )
    const query = await queryOf(exempted, { code_challenge_method: 'plain' })
    expect(answerIn((await send(issuer, query)).location)).to.include({ error: 'invalid_request' })
  })

  it('cannot be waived for a public client', async () => {
    const { app } = fixture()
    const given: NewClient = {
      name: 'x',
      redirectUris: ['https://rp.example/cb'],
      authentication: 'none',
      pkce: false,
    }
    const refusal = await createClient(app, bySystem, given).then(
      () => null,
      (error: unknown) => error,
    )
    expect(refusal).to.include({ code: 'invalid_client_metadata' })
  })

  it('refuses every verifier but the right one, which then still works (PK-03)', async () => {
    const { app, issuer, open } = fixture()
    const { browser } = await open.signIn(await person(app))
    const code = await freshCode(open, browser)
    const { code_verifier: right = '', ...form } = code
    const wrong = [
      '',
      'a'.repeat(42),
      'a'.repeat(129),
      `${right.slice(0, -1)}!`,
      right.toUpperCase(),
      `${right}a`,
      ' ' + right,
    ]
    for (const code_verifier of wrong) {
      const { status, body } = await asClient(issuer, '/token', open, { ...form, code_verifier })
      expect(status, code_verifier).to.equal(400)
      expect(body.error, code_verifier).to.be.oneOf(['invalid_grant', 'invalid_request'])
    }
    expect((await asClient(issuer, '/token', open, code)).status).to.equal(200)
  })
})
