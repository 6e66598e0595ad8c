import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { deleteClient, disableClient, enableClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient, eventually, freshCode, refresh } from '../tokens/requests.ts'
import { ask, queryOf, visit } from './ask.ts'

describe('a client that may not take part any more', () => {
  const fixture = sharedStage<{ app: Gatehouse; issuer: string }>()

  for (const [what, bar] of [
    ['disabled', disableClient],
    ['deleted', deleteClient],
  ] as const) {
    it(`gets nothing at any endpoint when it was ${what}, like one that never was`, async () => {
      const { app, issuer } = fixture()
      const client = await relyingParty(app)
      const { browser, tokens } = await client.signIn(await person(app))
      const code = await freshCode(client, browser)
      await bar(app, bySystem, client.clientId)
      await eventually(async () => (await ask(issuer, client)).status === 400)

      for (const parameters of [{}, { prompt: 'none' }, { redirect_uri: 'https://evil.test' }]) {
        const asked = await ask(issuer, client, parameters)
        expect([asked.status, asked.location], what).to.deep.equal([400, null])
        expect(asked.html).to.include('invalid_client')
      }
      const answers = {
        code: await asClient(issuer, '/token', client, code),
        refresh: await refresh(issuer, client, tokens.refresh_token),
        introspect: await asClient(issuer, '/introspect', client, { token: tokens.access_token }),
        revoke: await asClient(issuer, '/revoke', client, { token: tokens.access_token }),
        par: await asClient(issuer, '/par', client, Object.fromEntries(await queryOf(client))),
      }
      for (const [path, { status, body }] of Object.entries(answers))
        expect([status, body.error], path).to.deep.equal([401, 'invalid_client'])
    })
  }

  it('cannot finish a sign-in that was under way when it was disabled', async () => {
    const { app } = fixture()
    const client = await relyingParty(app)
    const ann = await person(app)
    const browser = openBrowser()
    await browser.go((await client.begin()).url)
    await disableClient(app, bySystem, client.clientId)
    const landing = await browser.submit(
      { login: ann.email, password: ann.password },
      { until: (url) => url.startsWith(client.redirectUri) },
    )
    expect(landing.url.startsWith(client.redirectUri)).to.equal(false)
    expect(landing.status).to.be.within(400, 499)
  })

  it('is let in again when it is enabled', async () => {
    const { app, issuer } = fixture()
    const client = await relyingParty(app)
    const { browser } = await client.signIn(await person(app))
    await disableClient(app, bySystem, client.clientId)
    await eventually(async () => (await ask(issuer, client)).status === 400)
    await enableClient(app, bySystem, client.clientId)
    await eventually(async () => (await ask(issuer, client)).status === 303)
    expect((await visit(browser, client)).answer).to.have.property('code')
  })
})
