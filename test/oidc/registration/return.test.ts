import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { openBrowser } from '../../support/browser.ts'
import { type Person, person } from '../../support/people.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { answerIn, ask, visit } from '../authorize/ask.ts'
import { callback } from './register.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  stranger: RelyingParty
  ours: RelyingParty
  ann: Person
}

const web = { redirectUris: [callback], firstParty: false }

describe('an error for a client that registered itself (RU-17)', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    app,
    issuer,
    stranger: await relyingParty(app, { ...web, name: '<b>Gatehouse</b>', owner: { type: 'self' } }),
    ours: await relyingParty(app, web),
    ann: await person(app),
  }))

  const faults: [what: string, parameters: Record<string, string | undefined>, error: string][] = [
    ['an unknown response_type', { response_type: 'token' }, 'unsupported_response_type'],
    ['a wrong max_age', { max_age: '-1' }, 'invalid_request'],
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
  ]
  for (const [what, parameters, error] of faults) {
    it(`is shown with where it would lead, and leads nowhere by itself: ${what}`, async () => {
      const { issuer, stranger, ours } = fixture()
      const shown = await ask(issuer, stranger, parameters)
      expect(shown.location).to.equal(null)
      expect(shown.status).to.equal(400)
      expect(shown.html).to.include('rp.example').and.include(error)
      expect(shown.html).not.to.include('<b>Gatehouse').and.not.include('http-equiv="refresh"')
      const [, href = ''] = /href="(https:\/\/rp\.example[^"]*)"/.exec(shown.html) ?? []
      expect(answerIn(href.replaceAll('&#38;', '&').replaceAll('&amp;', '&'))).to.include({
        error,
        iss: issuer,
      })

      expect(answerIn((await ask(issuer, ours, parameters)).location)).to.include({ error })
    })
  }

  it('goes back at once where no page may be shown (OpenID Connect Core 1.0, section 3.1.2.1)', async () => {
    const { issuer, stranger } = fixture()
    const answer = await ask(issuer, stranger, { prompt: 'none' })
    expect(answer.status).to.equal(303)
    expect(answerIn(answer.location)).to.include({ error: 'login_required' })
  })

  it('is sent as a form by the person’s own hand where the client asked for a form', async () => {
    const { issuer, stranger } = fixture()
    const { html, status } = await ask(issuer, stranger, {
      response_mode: 'form_post',
      max_age: '-1',
      state: '"><script>x</script>',
    })
    expect(status).to.equal(400)
    expect(html).to.include(`<form method="post" action="${callback}">`)
    expect(html).to.include('name="error" value="invalid_request"')
    expect(html).not.to.include('<script>').and.not.include('submit()')
  })

  it('asks before it goes back with a decline, which is written down', async () => {
    const { app, stranger, ann } = fixture()
    const browser = openBrowser()
    const until = (url: string) => url.startsWith(callback)
    await browser.go((await stranger.begin()).url, { until })
    const consent = await browser.submit({ login: ann.email, password: ann.password }, { until })
    expect(consent.url).to.match(/\/consent$/)
    expect(consent.html).to.include('This app has not been verified')
    const declined = await browser.submit({ decision: 'decline' }, { until })
    expect(declined.url).not.to.match(/^https:\/\/rp\.example/)
    expect(declined.html).to.include('access_denied').and.include('rp.example')
    expect(await app.db('audit_records').where({ action: 'consent.declined' })).to.have.lengthOf(1)
    // The session stands, as it does after any decline.
    expect((await visit(browser, stranger, { prompt: 'none' })).answer).to.include({
      error: 'consent_required',
    })
  })

  it('is known by a mark on the sign-in page, with where it comes from (DR-06)', async () => {
    const { stranger, ours } = fixture()
    const page = await visit(openBrowser(), stranger)
    expect(page.html).to.include('App not verified by').and.include('rp.example')
    expect((await visit(openBrowser(), ours)).html).not.to.include('not verified')
  })

  it('never leads to an address that is not registered', async () => {
    const { issuer, app } = fixture()
    const { client } = await createClient(app, bySystem, {
      name: 'Elsewhere',
      redirectUris: [callback],
      owner: { type: 'self' },
    })
    const query = new URLSearchParams({
      client_id: client.id,
      redirect_uri: 'https://evil.test/cb',
      response_type: 'token',
    })
    const reply = await fetch(`${issuer}/authorize?${query.toString()}`, {
      redirect: 'manual',
      headers: { accept: 'text/html' },
    })
    expect(reply.status).to.equal(400)
    expect(reply.headers.get('location')).to.equal(null)
    expect(await reply.text()).not.to.include('href="https://evil.test')
  })
})
