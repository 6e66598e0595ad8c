import { expect } from 'chai'
import { decodeJwt } from 'jose'
import type { KoaContextWithOIDC } from 'oidc-provider'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { type ApiRecord, changeApi } from '../../../src/features/apis/index.ts'
import { prompts } from '../../../src/features/oidc/configuration/prompts.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { payment, paymentDetail, registeredApi } from '../../support/apis.ts'
import { openBrowser } from '../../support/browser.ts'
import { type Person, person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient, eventually, get, introspect } from '../tokens/requests.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  ann: Person
  bank: ApiRecord
  /** A second API with a type of its own, and opaque tokens. */
  notary: ApiRecord
  ours: RelyingParty
  partner: RelyingParty
  server: RelyingParty
}

const types = ['payment_initiation', 'https://notary.example/signature']
const [pay = '', sign = ''] = types

describe('RFC 9396: rich authorization requests', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    const bank = await registeredApi(app, {
      name: 'Bank',
      open_to: 'all',
      authorization_details_types: [payment(pay)],
    })
    const notary = await registeredApi(app, {
      name: 'Notary',
      token_format: 'opaque',
      authorization_details_types: [
        {
          type: sign,
          title: { en: 'Signature' },
          fields: [{ kind: 'text', name: 'identifier', label: { en: 'Document' }, required: true }],
        },
      ],
    })
    const client = { authorizationDetailsTypes: types }
    const audiences = [bank.identifier, notary.identifier]
    await eventually(async () => app.apis.detailTypes().length === types.length)
    return {
      app,
      issuer,
      bank,
      notary,
      ann: await person(app),
      ours: await relyingParty(app, { ...client, grants: ['authorization_code', 'refresh_token'] }),
      partner: await relyingParty(app, { ...client, firstParty: false, name: 'Partner' }),
      server: await relyingParty(app, { grants: [], redirectUris: [], audiences }),
    }
  })

  const begin = (client: RelyingParty, details: unknown, more: Record<string, string> = {}) =>
    client.begin({
      scope: 'openid offline_access',
      authorization_details: typeof details === 'string' ? details : JSON.stringify(details),
      ...more,
    })

  async function signedIn(client: RelyingParty, details: unknown, more: Record<string, string> = {}) {
    const begun = await begin(client, details, more)
    const browser = openBrowser()
    const landing = await signInAt(browser, begun.url, client.redirectUri, fixture().ann)
    return { browser, begun, landing }
  }

  async function redeem(
    client: RelyingParty,
    { begun, landing }: Awaited<ReturnType<typeof signedIn>>,
    form: Record<string, string> = {},
  ) {
    return asClient(fixture().issuer, '/token', client, {
      grant_type: 'authorization_code',
      code: new URL(landing.url).searchParams.get('code') ?? '',
      redirect_uri: client.redirectUri,
      code_verifier: begun.checks.pkceCodeVerifier,
      ...form,
    })
  }

  /** What the client is told where its request is refused before anybody is asked. */
  async function refused(client: RelyingParty, details: unknown, more: Record<string, string> = {}) {
    const { url } = await begin(client, details, more)
    const landing = await openBrowser().go(url, { until: (next) => next.startsWith(client.redirectUri) })
    return new URL(landing.url).searchParams.get('error') ?? landing.url
  }

  it('section 7: what was agreed to is in the token response, the JWT and introspection', async () => {
    const { issuer, bank, partner, server } = fixture()
    const details = [paymentDetail(pay)]
    const { body } = await redeem(partner, await signedIn(partner, details))
    expect(body.authorization_details).to.deep.equal(details)
    const claims = decodeJwt(String(body.access_token))
    expect(claims.aud).to.equal(bank.identifier)
    expect(claims.authorization_details).to.deep.equal(details)
    const shown = await introspect(issuer, server, String(body.access_token))
    expect(shown.body).to.include({ active: true })
    expect(shown.body.authorization_details).to.deep.equal(details)
    const kept = await introspect(issuer, partner, String(body.refresh_token))
    expect(kept.body.authorization_details).to.deep.equal(details)
  })

  it('section 9.2: the same for an opaque token', async () => {
    const { issuer, ours, server } = fixture()
    const details = [{ type: sign, identifier: 'contract 7' }]
    const { body } = await redeem(ours, await signedIn(ours, details))
    expect(body.access_token).to.match(/^[\w-]{43}$/)
    expect(body.authorization_details).to.deep.equal(details)
    const shown = await introspect(issuer, server, String(body.access_token))
    expect(shown.body.authorization_details).to.deep.equal(details)
  })

  it('section 6: a token request may ask for less, of codes and refresh tokens, and never for more (RT-07)', async () => {
    const { issuer, bank, ours } = fixture()
    const granted = paymentDetail(pay, { actions: ['initiate', 'status'], locations: [bank.identifier] })
    const less = { ...granted, actions: ['status'] }
    const flow = await signedIn(ours, [granted, paymentDetail(pay, { creditorName: 'B' })])
    const more: Record<string, unknown[]> = {
      'another action': [{ ...granted, actions: ['status', 'cancel'] }],
      'a higher amount': [{ ...granted, instructedAmount: { amount: '999.00', currency: 'EUR' } }],
      'a list left out': [paymentDetail(pay, { actions: ['status'], locations: undefined })],
      'a field more': [{ ...granted, urgent: true }],
      'one granted, one not': [granted, { ...granted, creditorName: 'C' }],
    }
    const first = await redeem(ours, flow, { authorization_details: JSON.stringify([less]) })
    expect(first.body.authorization_details, JSON.stringify(first.body)).to.deep.equal([less])
    expect(decodeJwt(String(first.body.access_token)).authorization_details).to.deep.equal([less])
    const refresh = (form: Record<string, string>, refresh_token: unknown) =>
      asClient(issuer, '/token', ours, {
        grant_type: 'refresh_token',
        refresh_token: String(refresh_token),
        ...form,
      })
    for (const [what, details] of Object.entries(more)) {
      const reply = await refresh(
        { authorization_details: JSON.stringify(details) },
        first.body.refresh_token,
      )
      expect([reply.status, reply.body.error], what).to.deep.equal([400, 'invalid_authorization_details'])
    }
    const all = await refresh({}, first.body.refresh_token)
    expect(all.body.authorization_details, 'all that was granted').to.have.lengthOf(2)
    const none = await refresh(
      { authorization_details: JSON.stringify([paymentDetail(pay)]) },
      (await redeem(ours, await signedInPlainly(ours))).body.refresh_token,
    )
    expect(none.body.error, 'nothing was granted').to.equal('invalid_authorization_details')
  })

  async function signedInPlainly(client: RelyingParty) {
    const begun = await client.begin({ scope: 'openid offline_access', resource: fixture().bank.identifier })
    const browser = openBrowser()
    const landing = await signInAt(browser, begun.url, client.redirectUri, fixture().ann)
    return { browser, begun, landing }
  }

  it('section 9.1: of details for two APIs each token carries those of its own', async () => {
    const { issuer, bank, notary, ours, server } = fixture()
    const [one, other] = [paymentDetail(pay), { type: sign, identifier: 'x' }]
    const first = await redeem(ours, await signedIn(ours, [one, other]), { resource: notary.identifier })
    expect(first.body.authorization_details).to.deep.equal([other])
    const shown = await introspect(issuer, server, String(first.body.access_token))
    expect(shown.body.authorization_details).to.deep.equal([other])
    const second = await asClient(issuer, '/token', ours, {
      grant_type: 'refresh_token',
      refresh_token: String(first.body.refresh_token),
      resource: bank.identifier,
    })
    expect(decodeJwt(String(second.body.access_token)).authorization_details).to.deep.equal([one])
  })

  it('section 5: refuses what is unknown, malformed or more than anybody reads', async () => {
    const { app, bank, ours } = fixture()
    const good = paymentDetail(pay)
    const wrong: Record<string, unknown> = {
      'no JSON': '{',
      'no array': { ...good },
      'no object': ['x'],
      'no type': [{ actions: ['status'] }],
      'an unknown type': [{ ...good, type: 'nothing' }],
      'a type called like a member of every object': [{ ...good, type: 'constructor' }],
      'an unknown field': [{ ...good, note: 'x' }],
      'a field called __proto__': `[{"type":"${pay}","__proto__":{"x":1}}]`,
      'a missing field': [{ ...good, creditorName: undefined }],
      'an unknown action': [{ ...good, actions: ['everything'] }],
      'an action twice': [{ ...good, actions: ['status', 'status'] }],
      'no action': [{ ...good, actions: [] }],
      'actions as text': [{ ...good, actions: 'status' }],
      'an amount as number': [{ ...good, instructedAmount: { amount: 1.5, currency: 'EUR' } }],
      'an amount with more': [{ ...good, instructedAmount: { amount: '1', currency: 'EUR', x: 1 } }],
      'a negative amount': [{ ...good, instructedAmount: { amount: '-1', currency: 'EUR' } }],
      'a text that turns around': [{ ...good, creditorName: 'A\u202ebad' }],
      'a text of two lines': [{ ...good, creditorName: 'A\nB' }],
      'a long text': [{ ...good, creditorName: 'x'.repeat(71) }],
      'a date that is none': [{ ...good, due: '2026-02-30' }],
      'a boolean as text': [{ ...good, urgent: 'true' }],
      'a number outside': [{ ...good, copies: 10 }],
      'a location elsewhere': [{ ...good, locations: ['https://elsewhere.example/'] }],
      'a location that leads out': [{ ...good, locations: [`${bank.identifier}../x`] }],
      'too many': Array.from({ length: 11 }, () => ({ type: sign, identifier: 'x' })),
      'too long': Array.from({ length: 9 }, () => ({ type: sign, identifier: 'ä'.repeat(200) })),
    }
    for (const [what, details] of Object.entries(wrong))
      expect(await refused(ours, details), what).to.equal('invalid_authorization_details')
    expect(await refused(ours, [good], { resource: fixture().notary.identifier })).to.equal(
      'invalid_authorization_details',
    )
    const unregistered = await relyingParty(app)
    expect(await refused(unregistered, [good]), 'section 10').to.equal('invalid_authorization_details')
    const foreign = await relyingParty(app, { firstParty: false, authorizationDetailsTypes: [sign] })
    expect(await refused(foreign, [{ type: sign, identifier: 'x' }]), 'an API not open to it').to.equal(
      'invalid_authorization_details',
    )
  })

  it('section 5: the same at /par, and a pushed request keeps its details', async () => {
    const { issuer, ours } = fixture()
    const push = async (details: unknown[]) => {
      const begun = await begin(ours, details)
      const form = Object.fromEntries(new URL(begun.url).searchParams)
      return { begun, pushed: await asClient(issuer, '/par', ours, form) }
    }
    const bad = await push([{ type: 'nothing' }])
    expect([bad.pushed.status, bad.pushed.body.error]).to.deep.equal([400, 'invalid_authorization_details'])
    const { begun, pushed } = await push([paymentDetail(pay)])
    const query = { client_id: ours.clientId, request_uri: String(pushed.body.request_uri) }
    const url = `${issuer}/authorize?${new URLSearchParams(query).toString()}`
    const browser = openBrowser()
    const landing = await signInAt(browser, url, ours.redirectUri, fixture().ann)
    const { body } = await redeem(ours, { browser, begun, landing })
    expect(body.authorization_details).to.deep.equal([paymentDetail(pay)])
  })

  it('client credentials: a machine of ours gets what it is registered for, where no person is asked', async () => {
    const { app, bank } = fixture()
    const machine = await relyingParty(app, {
      grants: ['client_credentials'],
      redirectUris: [],
      authorizationDetailsTypes: [pay],
    })
    const details = [paymentDetail(pay)]
    const tokens = await openid.clientCredentialsGrant(machine.configuration, {
      authorization_details: JSON.stringify(details),
    })
    expect(tokens.authorization_details).to.deep.equal(details)
    expect(decodeJwt(tokens.access_token)).to.deep.include({
      aud: bank.identifier,
      authorization_details: details,
    })
    const foreign = await relyingParty(app, {
      grants: ['client_credentials'],
      redirectUris: [],
      firstParty: false,
      authorizationDetailsTypes: [pay],
    })
    for (const [client, sent] of [
      [foreign, details],
      [machine, [{ ...details[0], note: 'x' }]],
    ] as const) {
      const reply = await asClient(fixture().issuer, '/token', client, {
        grant_type: 'client_credentials',
        authorization_details: JSON.stringify(sent),
      })
      expect([reply.status, reply.body.error]).to.deep.equal([400, 'invalid_authorization_details'])
    }
  })

  it('section 12.3: asks every time, also for our own clients, and never without a page', async () => {
    const { ours, partner } = fixture()
    for (const client of [ours, partner]) {
      const { browser } = await signedIn(client, [paymentDetail(pay)])
      const again = await browser.go((await begin(client, [paymentDetail(pay)])).url)
      expect(again.url).to.match(/\/consent$/)
      const silent = await begin(client, [paymentDetail(pay)], { prompt: 'none' })
      const end = await browser.go(silent.url, { until: (url) => url.startsWith(client.redirectUri) })
      expect(new URL(end.url).searchParams.get('error')).to.be.oneOf([
        'interaction_required',
        'consent_required',
      ])
      const declined = await browser.go((await begin(client, [paymentDetail(pay)])).url)
      expect(declined.url).to.match(/\/consent$/)
      const no = await browser.submit(
        { decision: 'decline' },
        { until: (url) => url.startsWith(client.redirectUri) },
      )
      expect(new URL(no.url).searchParams.get('error')).to.equal('access_denied')
    }
  })

  it('what one person agreed to is not what the next one has agreed to', async () => {
    const { app, ours } = fixture()
    const bob = await person(app)
    const begun = await begin(ours, [paymentDetail(pay)], { prompt: 'login consent' })
    const browser = openBrowser()
    await browser.go(begun.url)
    const first = await browser.submit({ login: fixture().ann.email, password: fixture().ann.password })
    expect(first.url).to.match(/\/consent$/)
    // Somebody else takes the seat in another tab, before the first one's page is sent.
    const other = await begin(ours, [paymentDetail(pay)], { prompt: 'login' })
    const tab = await browser.go(other.url)
    expect(tab.url).to.match(/\/login$/)
    const changed = await browser.submit({ login: bob.email, password: bob.password })
    expect(changed.html).to.include('/logout/confirm')
    expect((await browser.submit({})).url).to.match(/\/consent$/)
    expect((await browser.go(first.url)).status, 'the page of before').to.equal(400)
  })

  it('asks anew where another consent of the same sign-in stands, or none', async () => {
    const check = prompts(fixture().app).get('consent')?.checks.get('rar_prompt')?.check
    const asked = (result: object | undefined, authorization_details: string | undefined = '[]') =>
      check?.({
        oidc: { params: { authorization_details }, result, session: { accountId: 'ann' } },
      } as unknown as KoaContextWithOIDC) // all that the check looks at
    expect(await asked(undefined)).to.equal(true)
    expect(await asked({ consent: {} })).to.equal(true)
    expect(await asked({ login: {}, consent: { subject: 'bob' } })).to.equal(true)
    expect(await asked({ consent: { subject: 'ann' } })).to.equal(false)
  })

  it('section 10: discovery names the types there are, as they come and go', async () => {
    const { app, issuer, ours } = fixture()
    const named = async () =>
      (await get(`${issuer}/.well-known/openid-configuration`)).body.authorization_details_types_supported
    expect(await named()).to.have.members(types)
    const api = await registeredApi(app, { authorization_details_types: [payment('transfer')] })
    await eventually(async () => JSON.stringify(await named()).includes('transfer'))
    const client = await relyingParty(app, { authorizationDetailsTypes: ['transfer', pay] })
    const { landing, begun, browser } = await signedIn(client, [paymentDetail('transfer')])
    const { body } = await redeem(client, { landing, begun, browser })
    expect(body.authorization_details).to.have.lengthOf(1)
    await changeApi(app, bySystem, api.id, { revision: api.revision, authorization_details_types: [] })
    await eventually(async () => !JSON.stringify(await named()).includes('transfer'))
    expect(await refused(client, [paymentDetail('transfer')])).to.equal('invalid_authorization_details')
    const gone = await client.refresh(String(body.refresh_token))
    expect(gone.authorization_details, 'of a type that was taken away').to.equal(undefined)
    expect(decodeJwt(gone.access_token)).to.not.have.property('authorization_details')
    expect((await signedIn(ours, [paymentDetail(pay)])).landing.url).to.include('code=')
  })
})
