import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { queryOf, send } from './ask.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  client: RelyingParty
}

describe('the page of an error at the provider', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    app,
    issuer,
    client: await relyingParty(app),
  }))

  /** What is asked, the code on the page, and a word of it in each language. */
  const pages: [
    what: string,
    parameters: Record<string, string | undefined>,
    code: string,
    en: string,
    de: string,
  ][] = [
    [
      'an unknown client',
      { client_id: 'gh_nobody' },
      'invalid_client',
      'We do not know this app',
      'Wir kennen diese App nicht',
    ],
    [
      'a foreign redirect_uri',
      { redirect_uri: 'https://evil.test' },
      'invalid_redirect_uri',
      'an address we do not know',
      'Adresse',
    ],
    [
      'a request without one',
      { redirect_uri: undefined },
      'invalid_request',
      'a request we cannot use',
      'Anfrage',
    ],
  ]

  for (const [what, parameters, code, en, de] of pages) {
    it(`names the error and the request for ${what}, in both languages`, async () => {
      const { issuer, client } = fixture()
      for (const [language, words] of [
        ['en', en],
        ['de', de],
      ] as const) {
        const asked = await send(issuer, await queryOf(client, parameters), { 'accept-language': language })
        const requestId = asked.headers.get('x-request-id') ?? 'none'
        expect(asked.status).to.equal(400)
        expect(asked.headers.get('content-type')).to.equal('text/html; charset=utf-8')
        expect(asked.html).to.include(`lang="${language}"`)
        for (const text of [code, requestId, words])
          expect(asked.html, `${language}: ${text}`).to.include(text)
        expect(asked.html).not.to.match(/ at .*\.(ts|js):\d|oidc-provider|node_modules/)
      }
      const byClient = await send(issuer, await queryOf(client, { ...parameters, ui_locales: 'de' }), {
        'accept-language': 'en',
      })
      expect(byClient.html, 'ui_locales').to.include('lang="de"')
    })
  }

  it('is JSON for who asks for it', async () => {
    const { issuer, client } = fixture()
    const query = await queryOf(client, { redirect_uri: 'https://evil.test' })
    const asked = await send(issuer, query, { accept: 'application/json' })
    expect(asked.status).to.equal(400)
    expect(asked.html).to.satisfy((text: string) => text.startsWith('{') || text.startsWith('<!'))
    expect(asked.location).to.equal(null)
  })

  it('comes instead of a stale sign-in that is opened again', async () => {
    const { app, issuer, client } = fixture()
    const { browser } = await client.signIn(await person(app))
    const gone = await browser.go(`${issuer}/authorize/${'x'.repeat(43)}`)
    expect(gone.status).to.equal(400)
    expect(gone.html).to.include('invalid_request')
  })
})
