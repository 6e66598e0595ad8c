import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { setUserStatus } from '../../../src/features/accounts/index.ts'
import { createClient, type NewClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { openBrowser } from '../../support/browser.ts'
import { afterTest } from '../../support/parts.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, type Tokens } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { visit } from '../authorize/ask.ts'
import { bearer, get, introspect, opens, refresh } from '../tokens/requests.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  /** Two clients of one sector, one of another, one on the person's own device, and a public one. */
  shop: RelyingParty
  cart: RelyingParty
  bank: RelyingParty
  local: RelyingParty
  open: RelyingParty
}

const at = (address: string): Partial<NewClient> => ({
  redirectUris: [address],
  postLogoutRedirectUris: [],
  subjectType: 'pairwise',
})

describe('OpenID Connect Core 1.0, section 8: pairwise subjects', () => {
  const fixture = sharedStage<Fixture>(
    async ({ app, issuer }) => ({
      ...{ app, issuer },
      shop: await relyingParty(app, at('https://shop.example/cb')),
      cart: await relyingParty(app, at('https://shop.example:8443/cart')),
      bank: await relyingParty(app, at('https://bank.example/cb')),
      local: await relyingParty(app, at('http://localhost:9/callback')),
      open: await relyingParty(app),
    }),
    { variables: { OUTBOUND_ALLOW: 'localhost' } },
  )

  /** The `sub` in everything that a client is told about a person; fails where they differ. */
  const subjectIn = async (client: RelyingParty, tokens: Tokens): Promise<string> => {
    const { issuer } = fixture()
    const userinfo = await get(`${issuer}/userinfo`, bearer(tokens.access_token))
    const looked = await introspect(issuer, client, tokens.access_token)
    const kept = await introspect(issuer, client, tokens.refresh_token)
    const all = [
      tokens.claims()?.sub,
      decodeJwt(tokens.access_token).sub,
      userinfo.body.sub,
      looked.body.sub,
      kept.body.sub,
    ]
    expect(new Set(all).size, all.join(' ')).to.equal(1)
    return String(all[0])
  }

  it('are one per sector, the same each time, and say nothing of the person', async () => {
    const { app, shop, cart, bank, local, open } = fixture()
    const [ann, bob] = [await person(app), await person(app)]
    const known: Record<string, string> = {}
    for (const [name, client] of Object.entries({ shop, cart, bank, local, open }))
      known[name] = await subjectIn(client, (await client.signIn(ann)).tokens)
    expect(known.cart, 'one sector').to.equal(known.shop)
    expect(known.open, 'public').to.equal(ann.id)
    const distinct = new Set([known.shop, known.bank, known.local, known.open])
    expect(distinct.size, 'different sectors').to.equal(4)
    for (const name of ['shop', 'bank', 'local']) expect(known[name]).to.match(/^[\w-]{43}$/)
    expect(await subjectIn(shop, (await shop.signIn(ann)).tokens), 'again').to.equal(known.shop)
    expect(await subjectIn(shop, (await shop.signIn(bob)).tokens), 'of another').not.to.equal(known.shop)
  })

  it('are the same for two sign-ins at the same moment', async () => {
    const { app, bank } = fixture()
    const ann = await person(app)
    const both = await Promise.all([bank.signIn(ann), bank.signIn(ann)])
    const subjects = both.map(({ tokens }) => tokens.claims()?.sub)
    expect(new Set(subjects).size).to.equal(1)
  })

  it('stay in refreshed tokens (section 12.2), and open our own APIs', async () => {
    const { app, issuer, bank } = fixture()
    const ann = await person(app)
    const { tokens } = await bank.signIn(ann)
    const next = await bank.refresh(tokens.refresh_token ?? '')
    expect(await subjectIn(bank, next)).to.equal(tokens.claims()?.sub)
    expect(await opens(issuer, next.access_token)).to.equal(true)
    const me = await get(`${issuer}/users/me`, bearer(next.access_token))
    expect(me.body).to.include({ email: ann.email })
  })

  it('are what id_token_hint and claims name a person by', async () => {
    const { app, bank, shop } = fixture()
    const [ann, bob] = [await person(app), await person(app)]
    const { browser, tokens } = await bank.signIn(ann)
    const bobs = await bank.signIn(bob)
    const hinted = async (client: RelyingParty, hint: string | undefined) =>
      (await visit(browser, client, { prompt: 'none', id_token_hint: hint ?? '' })).answer
    expect(await hinted(bank, tokens.id_token)).to.have.property('code')
    expect(await hinted(bank, bobs.tokens.id_token)).to.include({ error: 'login_required' })
    await shop.signIn(ann, { browser })
    const named = async (client: RelyingParty, value: string) => {
      const claims = JSON.stringify({ id_token: { sub: { value } } })
      return (await visit(browser, client, { prompt: 'none', claims })).answer
    }
    expect(await named(bank, tokens.claims()?.sub ?? '')).to.have.property('code')
    expect(await named(bank, ann.id), 'the usual one').to.include({ error: 'login_required' })
    expect(await named(shop, tokens.claims()?.sub ?? ''), 'of another sector').to.include({
      error: 'login_required',
    })
  })

  it('end with their person (JW-12)', async () => {
    const { app, issuer, bank, shop } = fixture()
    const ann = await person(app)
    const [one, other] = [await bank.signIn(ann), await shop.signIn(ann)]
    await setUserStatus(app, bySystem, ann.id, 'disabled', 'test')
    for (const [client, { tokens }] of [
      [bank, one],
      [shop, other],
    ] as const) {
      expect(await opens(issuer, tokens.access_token)).to.equal(false)
      expect((await refresh(issuer, client, tokens.refresh_token)).body.error).to.equal('invalid_grant')
    }
  })

  it('let a person sign out by the ID token of the client', async () => {
    const { app, issuer, local } = fixture()
    const { browser, tokens } = await local.signIn(await person(app), { browser: openBrowser() })
    const page = await browser.go(`${issuer}/logout?id_token_hint=${tokens.id_token ?? ''}`)
    expect(page.status).to.equal(200)
    await browser.submit({ logout: 'yes' })
    expect(await opens(issuer, tokens.access_token)).to.equal(false)
  })

  describe('section 8.1: the sector', () => {
    const good: NewClient = {
      name: 'x',
      subjectType: 'pairwise',
      redirectUris: ['https://one.example/cb', 'https://two.example/cb'],
    }

    const listed = async (body: string, status = 200): Promise<string> => {
      const server = createServer((_request, response) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(body)
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      afterTest(() => {
        server.closeAllConnections()
        server.close()
      })
      return `http://localhost:${(server.address() as AddressInfo).port}/sector.json`
    }

    const refusal = async (given: Partial<NewClient>): Promise<unknown> =>
      createClient(fixture().app, bySystem, { ...good, ...given }).then(
        () => null,
        (error: unknown) => error,
      )

    it('must be named where the redirect URIs have several hosts', async () => {
      expect(await refusal({})).to.include({ code: 'invalid_client_metadata' })
      const sectorIdentifierUri = await listed(
        JSON.stringify([...(good.redirectUris ?? []), 'https://three.example/cb']),
      )
      expect(await refusal({ sectorIdentifierUri })).to.equal(null)
    })

    it('is shared by every client in its list', async () => {
      const { app } = fixture()
      const addresses = ['https://four.example/cb', 'https://five.example/cb']
      const sectorIdentifierUri = await listed(JSON.stringify(addresses))
      const ann = await person(app)
      const subjects = []
      for (const address of addresses) {
        const client = await relyingParty(app, { ...at(address), sectorIdentifierUri })
        subjects.push((await client.signIn(ann)).tokens.claims()?.sub)
      }
      expect(subjects[0]).to.equal(subjects[1])
    })

    it('must list every redirect URI, as a JSON list that can be read', async () => {
      const lists = [JSON.stringify(['https://one.example/cb']), '{}', 'nonsense', '[1]', '']
      for (const list of lists)
        expect(await refusal({ sectorIdentifierUri: await listed(list) }), list).to.include({
          code: 'invalid_client_metadata',
        })
      const gone = await listed(JSON.stringify(good.redirectUris), 404)
      expect(await refusal({ sectorIdentifierUri: gone }), '404').to.include({
        code: 'invalid_client_metadata',
      })
      const huge = await listed(`[${'"https://one.example/cb",'.repeat(60_000)}""]`)
      expect(await refusal({ sectorIdentifierUri: huge }), 'huge (DR-05)').to.include({
        code: 'invalid_client_metadata',
      })
    })

    it('is never asked for inside a network (SS-01), nor without TLS', async () => {
      for (const sectorIdentifierUri of [
        'https://169.254.169.254/x',
        'https://10.0.0.1/x',
        'http://one.example/x',
        'file:///etc/passwd',
      ])
        expect(await refusal({ sectorIdentifierUri }), sectorIdentifierUri).to.include({
          code: 'invalid_client_metadata',
        })
    })
  })
})
