import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../src/app.ts'
import { payment, paymentDetail, registeredApi, scopesNamed } from '../support/apis.ts'
import { openBrowser } from '../support/browser.ts'
import { signedIn } from '../support/my-api.ts'
import { type Person, person } from '../support/people.ts'
import { relyingParty, type RelyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { eventually } from '../oidc/tokens/requests.ts'

describe('consent to what APIs have', () => {
  const fixture = sharedStage()

  async function atConsent(
    parameters: Record<string, string>,
    {
      ann,
      client,
      browser = openBrowser(),
    }: Awaited<ReturnType<typeof parties>> & { browser?: ReturnType<typeof openBrowser> },
  ) {
    const begun = await client.begin(parameters)
    const until = (url: string) => url.startsWith(client.redirectUri)
    let landing = await browser.go(begun.url, { until })
    if (landing.url.endsWith('/login'))
      landing = await browser.submit({ login: ann.email, password: ann.password }, { until })
    return { begun, browser, landing, until }
  }

  async function parties(app: Gatehouse = fixture().app): Promise<{ ann: Person; client: RelyingParty }> {
    const client = await relyingParty(app, {
      firstParty: false,
      name: 'Partner',
      authorizationDetailsTypes: ['loan', 'transfer'],
    })
    return { ann: await person(app), client }
  }

  it('names each API and says what its scopes let the client do, in the language of the page', async () => {
    const { app } = fixture()
    const api = await registeredApi(app, { open_to: 'all', name: 'Tide <i>tables</i>' })
    const who = await parties()
    const parameters = { scope: 'openid read admin', resource: api.identifier }
    const { landing } = await atConsent(parameters, who)
    expect(landing.url).to.match(/\/consent$/)
    expect(landing.html).to.include('May read things').and.include('At <bdi>Tide &#60;i&#62;tables')
    expect(landing.html, 'not asked for').not.to.include('May write things')
    expect(landing.html, 'nobody’s').not.to.include('admin')
    const german = await atConsent({ ...parameters, ui_locales: 'de' }, await parties())
    expect(german.landing.html).to.include('Darf read machen')
  })

  it('is remembered scope by scope and API by API', async () => {
    const { app } = fixture()
    const [one, other] = [
      await registeredApi(app, { open_to: 'all', name: 'First' }),
      await registeredApi(app, { open_to: 'all', name: 'Second' }),
    ]
    const who = await parties()
    const first = await atConsent({ scope: 'openid read', resource: one.identifier }, who)
    const end = await first.browser.submit({ decision: 'approve' }, { until: first.until })
    const tokens = await who.client.finish(first.begun, end.url)
    expect(decodeJwt(tokens.access_token)).to.include({ aud: one.identifier, scope: 'read' })

    const { browser } = first
    const ask = async (scope: string, resource: string) =>
      (await atConsent({ scope, resource }, { ...who, browser })).landing
    expect((await ask('openid read', one.identifier)).url).to.include('code=')
    const more = await ask('openid read write', one.identifier)
    expect(more.url).to.match(/\/consent$/)
    expect(more.html).to.include('It now also wants to')
    const elsewhere = await ask('openid read', other.identifier)
    expect(elsewhere.url, 'the scope of the same name at another API').to.match(/\/consent$/)
    expect(elsewhere.html).to.include('Second')
  })

  it('is shown in my account in words, and ends what stands on it when I take it back', async () => {
    const stage = fixture()
    const api = await registeredApi(stage.app, { open_to: 'all', scopes: scopesNamed('sail') })
    const who = await parties()
    const at = await atConsent({ scope: 'openid sail offline_access', resource: api.identifier }, who)
    const end = await at.browser.submit({ decision: 'approve' }, { until: at.until })
    const tokens = await who.client.finish(at.begun, end.url)
    const me = await signedIn(stage, { as: who.ann })
    const listed = await me.call('GET', '/users/me/consents')
    expect(JSON.stringify(listed.body)).to.include(`${api.identifier}#sail`)
    const page = await at.browser.go(`${stage.issuer}/account/apps`)
    expect(page.html).to.include('May sail things').and.not.include('#sail')
    const gone = await me.call('DELETE', `/users/me/consents/${who.client.clientId}`)
    expect(gone.status).to.equal(204)
    const refused = await who.client.refresh(String(tokens.refresh_token)).then(
      () => 'none',
      () => 'refused',
    )
    expect(refused).to.equal('refused')
    const again = await atConsent(
      { scope: 'openid sail', resource: api.identifier },
      { ...who, browser: at.browser },
    )
    expect(again.landing.url).to.match(/\/(consent|login)$/)
  })

  it('shows authorization details completely, escaped, and writes down what was agreed to', async () => {
    const { app } = fixture()
    const api = await registeredApi(app, {
      open_to: 'all',
      name: 'Bank',
      authorization_details_types: [payment('loan')],
    })
    await eventually(async () => app.apis.detailTypes().includes('loan'))
    const who = await parties()
    const details = [
      paymentDetail('loan', {
        creditorName: '<script>alert(1)</script>',
        locations: [`${api.identifier}accounts/7`],
        due: '2026-12-24',
        urgent: true,
        copies: 2,
      }),
    ]
    const parameters = { scope: 'openid', authorization_details: JSON.stringify(details) }
    const { landing, browser, until } = await atConsent(parameters, who)
    expect(landing.url).to.match(/\/consent$/)
    for (const text of [
      'Payment',
      '123.50 EUR',
      '&#60;script&#62;alert(1)',
      'start it',
      'see how it goes',
      'accounts/7',
      '2026-12-24',
      'Yes',
      'Urgent',
      'Copies',
      'Bank',
      'you are asked again each time',
    ])
      expect(landing.html, text).to.include(text)
    expect(landing.html).not.to.include('<script>alert')
    await browser.submit({ decision: 'approve' }, { until })
    const records: unknown = await app
      .db('audit_records')
      .select('details')
      .where({ action: 'consent.granted', target_id: who.client.clientId })
    expect(JSON.stringify(records)).to.include('"authorizationDetails":"loan"').and.not.include('123.50')
    const german = await atConsent({ ...parameters, ui_locales: 'de' }, await parties())
    expect(german.landing.html).to.include('sie beginnen').and.include('zahlen').and.include('Ja')
  })

  it('of our own clients is asked for details alone', async () => {
    const { app } = fixture()
    await registeredApi(app, { authorization_details_types: [payment('transfer')] })
    await eventually(async () => app.apis.detailTypes().includes('transfer'))
    const client = await relyingParty(app, { authorizationDetailsTypes: ['transfer'] })
    const parameters = {
      scope: 'openid email',
      authorization_details: JSON.stringify([paymentDetail('transfer')]),
    }
    const { landing } = await atConsent(parameters, { ann: await person(app), client })
    expect(landing.url).to.match(/\/consent$/)
    expect(landing.html).to.include('Merchant A').and.not.include('See your email address')
  })
})
