import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { setUserStatus } from '../../../src/features/accounts/index.ts'
import { cibaGrant, disableClient } from '../../../src/features/clients/index.ts'
import { type Asked, type Grant, type GrantId, grants } from '../../../src/features/oidc/grants/table.ts'
import { endSession, findSession } from '../../../src/features/sessions/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { newId } from '../../../src/platform/crypto/index.ts'
import { Problem } from '../../../src/platform/errors.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { type Person, person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, type SignedIn } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asked, decides, poll as pollFor } from '../ciba/support.ts'
import { askFor, deviceGrant, letIn, poll } from '../device/device.ts'
import { bearerGrant, bring, foreignIssuer, trust } from '../jwt-bearer/support.ts'
import { exchange, exchangeGrant, shipping } from '../token-exchange/support.ts'
import { asClient, freshCode, get, pause, refresh } from '../tokens/requests.ts'

/** Somebody who is signed in at a client that may use every grant. */
interface Case {
  app: Gatehouse
  issuer: string
  client: RelyingParty
  ann: Person
  signedIn: SignedIn
}

/** Asks for one grant: whatever it takes to ask is got at once, what is asked is asked later. */
const scenarios: Record<GrantId, (made: Case) => Promise<() => Promise<{ status: number }>>> = {
  authorizationCode: async ({ issuer, client, signedIn }) => {
    const code = await freshCode(client, signedIn.browser)
    return () => asClient(issuer, '/token', client, code)
  },
  refreshToken: async ({ issuer, client, signedIn: { tokens } }) => {
    return () => refresh(issuer, client, tokens.refresh_token)
  },
  clientCredentials: async ({ issuer, client }) => {
    return () => asClient(issuer, '/token', client, { grant_type: 'client_credentials' })
  },
  deviceCode: async ({ issuer, client, ann, signedIn: { browser } }) => {
    const shown = await askFor(issuer, client)
    await letIn(issuer, shown, ann, browser)
    return () => poll(issuer, client, shown)
  },
  ciba: async ({ app, issuer, client, ann }) => {
    const id = await asked(issuer, client, ann)
    await decides({ app, issuer }, ann, 'approve')
    return () => pollFor(issuer, client, id)
  },
  native: async ({ app, client, ann }) => {
    const presented = { id: client.clientId, secret: client.secret }
    const origin = { requestId: 'x', ip: '127.0.0.1', userAgent: '' }
    const login = {
      subject: ann.id,
      at: app.clock.now(),
      acr: 'x',
      amr: [],
      deviceId: newId(app.clock.now()),
      connection: null,
    }
    return () =>
      app.oidc.native.issue({ origin, client: presented, login, scope: undefined }).then(
        () => ({ status: 200 }),
        (error: unknown) => ({ status: error instanceof Problem ? error.status : 500 }),
      )
  },
  tokenExchange: async ({ issuer, client, signedIn: { tokens } }) => {
    return () => exchange(issuer, client, tokens.access_token)
  },
  jwtBearer: async ({ app, issuer, client, ann }) => {
    const foreign = await foreignIssuer(app)
    await trust(app, foreign, { clients: [client.clientId] })
    const assertion = await foreign.sign(ann.id)
    return () => bring(issuer, client, assertion)
  },
}

const table: [GrantId, Grant][] = Object.entries(grants) as [GrantId, Grant][]

/** What becomes of what a grant asks for, each by itself. */
const states: Record<'nothing' | Asked, (made: Case) => Promise<unknown>> = {
  nothing: async () => undefined,
  client: ({ app, client }) => disableClient(app, bySystem, client.clientId),
  person: ({ app, ann }) => setUserStatus(app, bySystem, ann.id, 'disabled', 'test'),
  session: async ({ app, signedIn: { tokens } }) => {
    const session = await findSession(app.db, String(decodeJwt(tokens.access_token).sid))
    const at = app.clock.now()
    return transaction(app.db, (tx) =>
      endSession(tx, at, bySystem, session?.uid ?? '', 'ended_by_administrator'),
    )
  },
}

const own = ['authorization_code', 'refresh_token', 'client_credentials'] as const

describe('the table of grants', function () {
  this.timeout(30_000)
  const fixture = sharedStage()

  for (const [id, { asks }] of table) {
    for (const state of ['nothing', 'client', 'person', 'session'] as const) {
      const given = state === 'nothing' || !asks.includes(state)
      const when = {
        nothing: 'all is well',
        client: 'the client is disabled',
        person: 'the person is disabled',
        session: 'the session has ended',
      }[state]
      it(`${id} ${given ? 'is given' : 'is refused'} when ${when}`, async () => {
        const { app, issuer } = fixture()
        const client = await relyingParty(app, {
          grants: [...own, deviceGrant, cibaGrant, exchangeGrant, bearerGrant],
          exchangeFrom: ['self'],
          exchangeTo: [shipping],
        })
        const ann = await person(app)
        const made = { app, issuer, client, ann, signedIn: await client.signIn(ann) }
        const ask = await scenarios[id](made)
        await states[state](made)
        await pause(state === 'client' ? 100 : 0) // the process hears of it

        const { status } = await ask()

        if (given) expect(status).to.equal(200)
        else expect(status).to.be.oneOf([400, 401])
      })
    }
  }

  it('holds every grant that discovery names, and no other', async () => {
    const { body } = await get(`${fixture().issuer}/.well-known/openid-configuration`)
    const named = table.flatMap(([, { name }]) => (name === null ? [] : [name]))
    expect(body.grant_types_supported).to.have.members(named)
  })

  it('says for each that the client is asked', () => {
    for (const [id, { asks, askedIn }] of table) {
      expect(asks, id).to.include('client')
      expect(askedIn, id).not.to.equal('')
    }
  })
})

describe('a grant of our own', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(`src/${name}`, 'utf8') }))

  it('reaches the token endpoint through the one function that lets people in first', () => {
    const registering = sources.filter(({ text }) => text.includes('registerGrantType'))
    expect(registering.map(({ name }) => name)).to.deep.equal(['features/oidc/grants/register-grant.ts'])
  })

  it('has its access tokens made where the table says, and nowhere else', () => {
    const making = sources.filter(({ text }) => /new [\w.]*\bAccessToken\(/.test(text))
    expect(making.map(({ name }) => name)).to.have.members([
      'features/oidc/grants/issue-access-token.ts',
      'features/oidc/native/issue-tokens.ts',
    ])
  })
})
