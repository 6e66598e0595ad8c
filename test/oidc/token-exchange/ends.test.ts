import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { setUserStatus } from '../../../src/features/accounts/index.ts'
import { disableClient, enableClient } from '../../../src/features/clients/index.ts'
import { endSession, endSessionsOfUser, findSession } from '../../../src/features/sessions/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import type { Person } from '../../support/people.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { bearer, eventually, get, introspect } from '../tokens/requests.ts'
import { exchange, service, shipping, signedIn, typeOf } from './support.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  replica: string
}

/** A person at the web; `orders` and then `depot` hold tokens of theirs, by which somebody of the support acts. */
interface Case {
  app: Gatehouse
  ann: Person
  support: Person
  sid: string
  supportSid: string
  web: RelyingParty
  orders: RelyingParty
  depot: RelyingParty
}

async function endBySid(app: Gatehouse, sid: string): Promise<void> {
  const session = await findSession(app.db, sid)
  await transaction(app.db, (tx) =>
    endSession(tx, app.clock.now(), bySystem, session?.uid ?? '', 'ended_by_administrator'),
  )
}

/** What ends the last token of the chain. */
const endings: Record<string, (made: Case) => Promise<unknown>> = {
  'the person is disabled': ({ app, ann }) => setUserStatus(app, bySystem, ann.id, 'disabled', 'test'),
  'the person is deleted': ({ app, ann }) => setUserStatus(app, bySystem, ann.id, 'deleted', 'test'),
  'their session ends': ({ app, sid }) => endBySid(app, sid),
  'they sign out everywhere': ({ app, ann }) =>
    transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, ann.id, 'ended_by_owner')),
  'the client they signed in at is disabled': ({ app, web }) => disableClient(app, bySystem, web.clientId),
  'a client between is disabled': ({ app, orders }) => disableClient(app, bySystem, orders.clientId),
  'the client that holds it is disabled': ({ app, depot }) => disableClient(app, bySystem, depot.clientId),
  'a client between was disabled and is enabled again': async ({ app, orders }) => {
    await disableClient(app, bySystem, orders.clientId)
    await enableClient(app, bySystem, orders.clientId)
  },
  'who acts is disabled': ({ app, support }) => setUserStatus(app, bySystem, support.id, 'disabled', 'test'),
  'the session of who acts ends': ({ app, supportSid }) => endBySid(app, supportSid),
}

/** What stops a token from being exchanged: all of that but what concerns the next ones. */
const stopsExchange = Object.keys(endings).filter(
  (what) =>
    !what.startsWith('who acts') && !what.startsWith('the session of who') && !what.includes('between'),
)

describe('RFC 8693: what ends a token that was exchanged', function () {
  this.timeout(30_000)
  const fixture = sharedStage<Fixture>(async (stage) => ({
    app: stage.app,
    issuer: stage.issuer,
    replica: (await stage.replica()).origin,
  }))

  async function prepare(): Promise<Case & { first: unknown; last: unknown; before: string }> {
    const { app, issuer } = fixture()
    const web = await relyingParty(app)
    const orders = await service(app, { exchangeFrom: [web.clientId], exchangeTo: [shipping] })
    const depot = await service(app, {
      exchangeFrom: [web.clientId, shipping],
      exchangeTo: [issuer],
      exchangeImpersonation: true,
    })
    const { ann, tokens } = await signedIn(app, web)
    const helper = await signedIn(app, web)
    const actor = { actor_token: helper.tokens.access_token, actor_token_type: typeOf.access }
    const first = (await exchange(issuer, orders, tokens.access_token)).body.access_token
    const taking = await exchange(issuer, depot, first, actor)
    expect(taking.status, JSON.stringify(taking.body)).to.equal(200)
    const sidOf = (token: string) => String(decodeJwt(token).sid)
    return {
      ...{ app, ann, support: helper.ann, web, orders, depot },
      sid: sidOf(tokens.access_token),
      supportSid: sidOf(helper.tokens.access_token),
      ...{ before: tokens.access_token, first, last: taking.body.access_token },
    }
  }

  for (const [what, end] of Object.entries(endings)) {
    it(`${what}: it is refused at once, on every replica, and not exchanged (JW-12)`, async () => {
      const { replica, issuer } = fixture()
      const made = await prepare()
      const { last, before, depot } = made
      const observer = await relyingParty(made.app, { audiences: [issuer] })
      const alive = async (origin: string) => [
        (await get(`${origin}/userinfo`, bearer(String(last)))).status === 200,
        (await get(`${origin}/users/me`, bearer(String(last)))).status === 200,
        (await introspect(origin, observer, last)).body.active === true,
      ]
      expect(await alive(issuer)).to.deep.equal([true, true, true])
      expect(await alive(replica)).to.deep.equal([true, true, true])

      await end(made)

      for (const origin of [issuer, replica])
        expect(await eventually(async () => !(await alive(origin)).includes(true))).to.be.below(1_000)
      const again = await exchange(issuer, depot, stopsExchange.includes(what) ? before : last)
      expect(again.body).not.to.have.property('access_token')
      expect(again.body.error).to.be.oneOf(['invalid_request', 'invalid_client'])
    })
  }

  it('is worth nothing when the session ends while it is asked for', async () => {
    const { app, issuer } = fixture()
    const { sid, before, depot } = await prepare()
    const [reply] = await Promise.all([exchange(issuer, depot, before), endBySid(app, sid)])
    const { access_token: token } = reply.body
    const opens = async () => (await get(`${issuer}/userinfo`, bearer(String(token)))).status === 200
    expect(await eventually(async () => !(await opens()))).to.be.below(1_000)
    expect((await exchange(issuer, depot, before)).status).to.equal(400)
  })
})
