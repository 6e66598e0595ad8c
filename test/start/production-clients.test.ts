import { expect } from 'chai'

import { emptyDatabase } from '../support/database.ts'
import { afterTest } from '../support/parts.ts'
import { answerOf, production, runToEnd, serve } from '../support/process.ts'

const loopback = 'http://localhost:9/callback'
const create = ['client', 'create', '--name', 'Sample', '--redirect-uri']

interface Made {
  client_id: string
  client_secret: string
}

/** A production service, with a web client that has a redirect to this machine and one that has none. */
async function service() {
  const { url, drop } = await emptyDatabase()
  afterTest(drop)
  const server = await serve({ ...production(url), LOG_LEVEL: 'fatal' })
  const grants = ['--grant', 'authorization_code', 'client_credentials']
  const development = await answerOf<Made>([...create, loopback, ...grants], server.variables)
  const proper = await answerOf<Made>(
    [...create, 'https://app.example/callback', ...grants],
    server.variables,
  )
  return { server, development, proper }
}

function authorize(origin: string, { client_id }: Made, redirect_uri: string): Promise<Response> {
  const query = new URLSearchParams({
    client_id,
    redirect_uri,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  })
  return fetch(`${origin}/authorize?${query.toString()}`, { redirect: 'manual' })
}

function token(origin: string, { client_id, client_secret }: Made): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  return fetch(`${origin}/token`, { method: 'POST', headers: { authorization }, body })
}

describe('a development client in production', function () {
  this.timeout(60_000)

  it('is refused at /authorize and at /token, where a proper one is served', async () => {
    const { server, development, proper } = await service()
    const { origin } = server

    const refused = await authorize(origin, development, loopback)
    expect(refused.status).to.equal(400)
    expect(refused.headers.get('location')).to.equal(null)
    const served = await authorize(origin, proper, 'https://app.example/callback')
    expect(served.status).to.equal(303)
    expect(served.headers.get('location')).to.match(/\/interaction\//)

    const noToken = await token(origin, development)
    expect(noToken.status).to.equal(401)
    expect(await noToken.json()).to.include({ error: 'invalid_client' })
    expect((await token(origin, proper)).status).to.equal(200)
  })

  it('is said to be refused when it is made', async () => {
    const { server } = await service()

    const { code, stderr } = await runToEnd([...create, loopback, '--json'], server.variables)

    expect(code).to.equal(0)
    expect(stderr).to.equal(
      'warning: a redirect to this machine marks the client as development: production refuses it\n',
    )
  })
})
