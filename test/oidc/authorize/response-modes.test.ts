import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { type Browser, formsOf, openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient } from '../tokens/requests.ts'
import { answerIn, visit } from './ask.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  client: RelyingParty
}

describe('how the answer reaches the client (AZ-03)', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    app,
    issuer,
    client: await relyingParty(app),
  }))

  const signedIn = async (): Promise<Browser> =>
    (await fixture().client.signIn(await person(fixture().app))).browser

  it('by the fragment, where the client asks for it', async () => {
    const { client, issuer } = fixture()
    const { url } = await visit(await signedIn(), client, { response_mode: 'fragment', state: 'a b' })
    expect(url.search).to.equal('')
    expect(answerIn(url.href)).to.include({ state: 'a b', iss: issuer })
    expect(answerIn(url.href)).to.have.property('code')
  })

  it('by a form that sends itself, and has a button for who has no scripts: the policy allows no other script than ours', async () => {
    const { client, issuer } = fixture()
    const browser = await signedIn()
    const begun = await client.begin({ response_mode: 'form_post', state: '"><script>alert(1)</script>' })
    const page = await browser.go(begun.url)

    const [form] = formsOf(page.html)
    expect(page.status).to.equal(200)
    expect(form?.action).to.equal(client.redirectUri)
    expect(Object.keys(form?.fields ?? {}).sort()).to.deep.equal(['code', 'iss', 'session_state', 'state'])
    expect(form?.fields).to.include({ iss: issuer, state: '"><script>alert(1)</script>' })
    expect(page.html).not.to.include('<script>alert')
    expect(page.html).to.match(/<form [^>]*data-send>[\s\S]*<button [^>]*type="submit">Continue<\/button>/)
    expect(page.html).not.to.include('noscript')
    expect(page.html).not.to.match(/<script(?![^>]*\bsrc="\/assets\/)/)
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).to.match(/script-src 'self'(;|$)/)
    expect(policy).not.to.match(/unsafe-|sha256|form-action/)
    expect(page.headers.get('cache-control')).to.include('no-store')
    const redeemed = await asClient(issuer, '/token', client, {
      grant_type: 'authorization_code',
      code: form?.fields.code ?? '',
      redirect_uri: client.redirectUri,
      code_verifier: begun.checks.pkceCodeVerifier,
    })
    expect(redeemed.status).to.equal(200)
  })

  it('errors by the same way as answers', async () => {
    const { client } = fixture()
    const nobody = { prompt: 'none', state: 'x' }
    const fragment = await visit(openBrowser(), client, { ...nobody, response_mode: 'fragment' })
    expect(fragment.url.search).to.equal('')
    expect(fragment.answer).to.include({ error: 'login_required', state: 'x' })
    const page = await openBrowser().go((await client.begin({ ...nobody, response_mode: 'form_post' })).url)
    expect(formsOf(page.html)[0]?.fields).to.include({ error: 'login_required', state: 'x' })
  })
})
