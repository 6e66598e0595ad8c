import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect } from 'chai'
import Koa from 'koa'

import { protocolLimits } from '../../../src/features/oidc/protocol-limits.ts'
import { movableClock } from '../../support/clock.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { stage } from '../../support/stage.ts'
import { type Answer, basic, post } from '../tokens/requests.ts'

const proxied = { TRUST_PROXY: '127.0.0.1,::1' }
const from = (ip: string): Record<string, string> => ({ 'x-forwarded-for': ip })

/** Sends `request` up to `most` times, ten at once, until it is refused for its number; how many times it was not. */
async function untilRefused(most: number, request: (turn: number) => Promise<Answer>): Promise<number> {
  for (let turn = 0; turn < most; turn += 10) {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => request(turn + index)))
    const refused = answers.find(({ status }) => status === 429)
    if (!refused) continue
    expect(Number(refused.headers.get('retry-after'))).to.be.within(1, 600)
    expect(refused.body.error).to.equal('temporarily_unavailable')
    return turn
  }
  return most
}

describe('guessing at the endpoints that machines call', function () {
  this.timeout(120_000)

  it('of a secret stops the network it comes from, and nobody else (CA-10)', async () => {
    const { app, issuer, clock } = await stage({ variables: proxied })
    const client = await relyingParty(app, {
      grants: ['client_credentials'],
      redirectUris: [],
      postLogoutRedirectUris: [],
    })
    const form = { grant_type: 'client_credentials' }
    const token = (ip: string, secret: string | null) =>
      post(`${issuer}/token`, form, { ...basic({ ...client, secret }), ...from(ip) })

    const guesses = await untilRefused(1_000, (turn) => token('203.0.113.5', `wrong${turn}`))

    expect(guesses).to.be.within(400, 600)
    expect((await token('203.0.113.5', client.secret)).status, 'from there the right secret too').to.equal(
      429,
    )
    expect((await token('198.51.100.7', client.secret)).status, 'from its own network').to.equal(200)
    const lying = { ...basic(client), 'x-forwarded-for': '203.0.113.5, 198.51.100.8' }
    expect(
      (await post(`${issuer}/token`, form, lying)).status,
      'what a stranger writes before counts for nothing',
    ).to.equal(200)
    clock.advance(601)
    expect((await token('203.0.113.5', client.secret)).status, 'after ten minutes').to.equal(200)
  })

  it('of a code or token stops before ten thousand (CD-06), and only what failed is counted', async () => {
    const clock = movableClock()
    const limit = protocolLimits({ clock })
    const request = new IncomingMessage(new Socket())
    const ctx = new Koa().createContext(request, new ServerResponse(request))
    const answer = async (ip: string, status: number, error?: string, path = '/token') => {
      ctx.path = path
      ctx.state.origin = { requestId: 'x', ip, userAgent: '' }
      await limit(ctx, async () => {
        ctx.status = status
        ctx.body = { error }
      })
      return ctx.status
    }
    for (let turn = 0; turn < 5_100; turn++) await answer('203.0.113.5', 200)
    for (const error of ['invalid_request', 'authorization_pending'])
      for (let turn = 0; turn < 5_100; turn++) await answer('203.0.113.5', 400, error)
    let guesses = 0
    while ((await answer('203.0.113.5', 400, 'invalid_grant')) !== 429 && guesses < 20_000) guesses++

    expect(guesses).to.be.within(1_000, 9_999)
    expect(await answer('203.0.113.5', 200), 'what is right too').to.equal(429)
    expect(await answer('203.0.113.5', 200, undefined, '/.well-known/jwks.json')).to.equal(200)
    expect(await answer('203.0.113.6', 200), 'the neighbour').to.equal(200)
    clock.advance(601)
    expect(await answer('203.0.113.5', 200), 'after ten minutes').to.equal(200)
  })
})
