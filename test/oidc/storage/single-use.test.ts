import { expect } from 'chai'

import { type Browser, openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty, signInAt } from '../../support/relying-party.ts'
import { stage } from '../../support/stage.ts'
import { type Answer, asClient, freshCode, opens, post, refresh, signingClient } from '../tokens/requests.ts'

/** Fifty requests that leave together, half of them to each of two replicas. */
const atOnce = <Result>(
  origins: readonly string[],
  request: (origin: string) => Promise<Result>,
): Promise<Result[]> =>
  Promise.all(Array.from({ length: 50 }, (_, index) => request(origins[index % origins.length] ?? '')))

const rounds = process.env.RUN_LONG === undefined ? 3 : 20

async function twoReplicas() {
  const { app, issuer, replica } = await stage()
  const { origin } = await replica()
  return { app, origins: [issuer, origin] }
}

const okOf = (answers: Answer[]): Answer[] => answers.filter(({ status }) => status === 200)

describe(`fifty requests at once over two replicas, ${rounds} rounds`, function () {
  this.timeout(rounds * 10_000 + 20_000)

  it('redeem a code once (CD-02)', async () => {
    const { app, origins } = await twoReplicas()
    const client = await relyingParty(app)
    const { browser } = await client.signIn(await person(app))
    for (let round = 0; round < rounds; round++) {
      const form = await freshCode(client, browser)

      const answers = await atOnce(origins, (origin) => asClient(origin, '/token', client, form))

      expect(okOf(answers)).to.have.lengthOf(1)
      const refused = answers.filter(({ status }) => status !== 200)
      for (const { status, body } of refused)
        expect({ status, error: body.error }).to.deep.equal(invalidGrant)
    }
  })

  it('rotate a refresh token into one and the same successor (RT-02)', async () => {
    const { app, origins } = await twoReplicas()
    const client = await relyingParty(app)
    const { tokens } = await client.signIn(await person(app))
    let current: unknown = tokens.refresh_token
    for (let round = 0; round < rounds; round++) {
      const answers = await atOnce(origins, (origin) => refresh(origin, client, current))

      expect(answers.map(({ status }) => status)).to.deep.equal(answers.map(() => 200))
      const successors = new Set(answers.map(({ body }) => body.refresh_token))
      expect([...successors]).to.have.lengthOf(1)
      expect([...successors][0]).to.not.equal(current)
      expect(await opens(origins[round % 2] ?? '', answers[round]?.body.access_token)).to.equal(true)
      current = [...successors][0]
    }
    const alive = await app.db('oidc_payloads').where({ model: 4 }).whereNull('consumed_at')
    expect(alive, 'refresh tokens that were not used yet').to.have.lengthOf(1)
  })

  it('turn a pushed request into one code (PA-01)', async () => {
    const { app, origins } = await twoReplicas()
    const client = await relyingParty(app)
    const { browser } = await client.signIn(await person(app))
    const until = (next: string) => next.startsWith(client.redirectUri)
    for (let round = 0; round < rounds; round++) {
      const url = await pushed(client, origins[0] ?? '')

      const open = (origin: string) => tabOf(browser).go(url(origin), { until })

      const landings = await atOnce(origins, open)

      const codes = landings.map((landing) => new URL(landing.url).searchParams.get('code'))
      expect(codes.filter((code) => code !== null)).to.have.lengthOf(1)
      expect(landings.filter(({ status }) => status >= 500)).to.deep.equal([])
      const late = await open(origins[1] ?? '')
      expect(new URL(late.url).searchParams.get('code')).to.equal(null)
    }
  })

  it('take a client assertion once (CA-05)', async () => {
    const { app, origins } = await twoReplicas()
    const client = await signingClient(app)
    for (let round = 0; round < rounds; round++) {
      const form = { grant_type: 'client_credentials', ...(await client.assertion()) }

      const answers = await atOnce(origins, (origin) => post(`${origin}/token`, form))

      expect(okOf(answers)).to.have.lengthOf(1)
      const refused = answers.filter(({ status }) => status !== 200)
      for (const { status, body } of refused) {
        expect({ status, error: body.error }).to.deep.equal({ status: 401, error: 'invalid_client' })
      }
    }
  })
})

describe('a pushed request that two browsers were sent to', () => {
  it('gives a code to the one that finishes first (PA-01)', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app)
    const ann = await person(app)
    const url = (await pushed(client, issuer))(issuer)
    const [one, other] = [openBrowser(), openBrowser()]
    await other.go(url)
    expect((await signInAt(one, url, client.redirectUri, ann)).url).to.include('code=')

    const until = (next: string) => next.startsWith(client.redirectUri)
    const landing = await other.submit({ login: ann.email, password: ann.password }, { until })

    expect(new URL(landing.url).searchParams.get('code')).to.equal(null)
    expect(new URL(landing.url).searchParams.get('error')).to.equal('invalid_request_uri')
  })
})

/** Another tab of the browser, as it is now. */
function tabOf(browser: Browser): Browser {
  const tab = openBrowser()
  tab.setCookies(browser.cookies())
  return tab
}

const invalidGrant = { status: 400, error: 'invalid_grant' }

/** Pushes an authorization request (RFC 9126); the URL of its authorization at an origin. */
async function pushed(
  client: Awaited<ReturnType<typeof relyingParty>>,
  origin: string,
): Promise<(origin: string) => string> {
  const { url } = await client.begin()
  const form = Object.fromEntries(new URL(url).searchParams)
  const { status, body } = await asClient(origin, '/par', client, form)
  if (status !== 201) throw new Error(`the push was refused: ${JSON.stringify(body)}`)
  const query = new URLSearchParams({ client_id: client.clientId, request_uri: String(body.request_uri) })
  return (at) => `${at}/authorize?${query.toString()}`
}
