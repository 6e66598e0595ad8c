import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { listEventsOf } from '../../src/features/audit/index.ts'
import { endSession, endSessionsOfUser } from '../../src/features/sessions/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { cookieHeader } from '../oidc/authorize/ask.ts'
import { eventually, opens, refresh } from '../oidc/tokens/requests.ts'
import { person } from '../support/people.ts'
import { relyingParty, type RelyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'

type Reason = Parameters<typeof endSession>[4]

const endOf = (app: Gatehouse, uid: string, reason: Reason) =>
  transaction(app.db, (tx) => endSession(tx, app.clock.now(), bySystem, uid, reason))

const sessionsOf = (app: Gatehouse) =>
  app
    .db('sessions')
    .select<{ uid: string; end_reason: string | null; user_id: string }[]>('uid', 'end_reason', 'user_id')

const onlySessionOf = async (app: Gatehouse): Promise<string> => (await sessionsOf(app))[0]?.uid ?? ''

/** Whether a browser is still known at a replica. */
async function isKnown(
  origin: string,
  client: RelyingParty,
  cookie: Record<string, string>,
): Promise<boolean> {
  const { search } = new URL((await client.begin({ prompt: 'none' })).url)
  const reply = await fetch(`${origin}/authorize${search}`, { headers: cookie, redirect: 'manual' })
  return reply.headers.get('location')?.includes('code=') === true
}

/** What each end leaves of a session without and with offline access. */
const ends: [reason: Reason, bound: boolean, offline: boolean][] = [
  ['signed_out', false, true],
  ['ended_by_owner', false, false],
  ['ended_by_administrator', false, false],
  ['user_disabled', false, false],
  ['user_deleted', false, false],
]

describe('ending a session (decision 12)', function () {
  this.timeout(30_000)

  for (const [reason, boundLives, offlineLives] of ends) {
    it(`${reason}: the browser is forgotten, offline access ${offlineLives ? 'stays' : 'goes'}, on both replicas`, async () => {
      const { app, issuer, replica } = await stage()
      const second = await replica()
      const [bound, offline] = [await relyingParty(app), await relyingParty(app)]
      const ann = await person(app)
      const { browser, tokens } = await bound.signIn(ann)
      const kept = await offline.signIn(ann, { browser, parameters: { scope: 'openid offline_access' } })
      const cookie = cookieHeader(browser)
      const uid = await onlySessionOf(app)
      for (const origin of [issuer, second.origin])
        expect(await isKnown(origin, bound, cookie)).to.equal(true)

      expect(await endOf(app, uid, reason)).to.equal(true)

      for (const origin of [issuer, second.origin]) {
        await eventually(async () => (await opens(origin, tokens.access_token)) === boundLives)
        await eventually(async () => (await opens(origin, kept.tokens.access_token)) === offlineLives)
        expect(await isKnown(origin, bound, cookie)).to.equal(false)
      }
      expect((await refresh(second.origin, bound, tokens.refresh_token)).status).to.equal(
        boundLives ? 200 : 400,
      )
      expect((await refresh(issuer, offline, kept.tokens.refresh_token)).status).to.equal(
        offlineLives ? 200 : 400,
      )
      expect((await sessionsOf(app))[0]?.end_reason).to.equal(reason)
    })
  }

  it('is done by one of any number who ask at the same moment, and announced once', async () => {
    const { app } = await stage()
    const client = await relyingParty(app)
    await client.signIn(await person(app))
    const uid = await onlySessionOf(app)
    const won = await Promise.all(Array.from({ length: 10 }, () => endOf(app, uid, 'ended_by_owner')))
    expect(won.filter(Boolean)).to.have.lengthOf(1)
    expect(await app.db('outbox_events').where({ type: 'auth.session.ended' })).to.have.lengthOf(1)
    expect(await app.db('audit_records').where({ action: 'session.ended' })).to.have.lengthOf(1)
  })

  it('by an administrator is among the events that its owner sees', async () => {
    const { app } = await stage()
    const client = await relyingParty(app)
    const ann = await person(app)
    await client.signIn(ann)
    expect(await endOf(app, await onlySessionOf(app), 'ended_by_administrator')).to.equal(true)
    const { items } = await listEventsOf(app, ann.id, { limit: 1 })
    expect(items[0]).to.include({ action: 'session.ended', byYou: false })
  })

  it('of nobody does nothing', async () => {
    const { app } = await stage()
    for (const uid of ['', 'unknown', "' or true --"])
      expect(await endOf(app, uid, 'ended_by_owner')).to.equal(false)
    expect(await app.db('outbox_events').where({ type: 'auth.session.ended' })).to.have.lengthOf(0)
  })

  it('takes nothing from other people, nor from other sessions of the same person', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app)
    const [ann, bob] = [await person(app), await person(app)]
    const [phone, desk, other] = [
      await client.signIn(ann),
      await client.signIn(ann),
      await client.signIn(bob),
    ]
    const rows = await app
      .db('client_sessions')
      .select<{ sid: string; session_uid: string }[]>('sid', 'session_uid')
    const uid = rows.find(({ sid }) => sid === phone.tokens.claims()?.sid)?.session_uid ?? ''
    await endOf(app, uid, 'ended_by_owner')
    await eventually(async () => !(await opens(issuer, phone.tokens.access_token)))
    for (const { tokens } of [desk, other]) expect(await opens(issuer, tokens.access_token)).to.equal(true)

    const ended = await transaction(app.db, (tx) =>
      endSessionsOfUser(app, tx, bySystem, ann.id, 'ended_by_owner'),
    )
    expect(ended, 'sessions that were left').to.equal(1)
    await eventually(async () => !(await opens(issuer, desk.tokens.access_token)))
    expect(await opens(issuer, other.tokens.access_token)).to.equal(true)
    const reasons = (await sessionsOf(app)).map(({ user_id, end_reason }) => [user_id === bob.id, end_reason])
    expect(reasons).to.have.deep.members([
      [false, 'ended_by_owner'],
      [false, 'ended_by_owner'],
      [true, null],
    ])
  })
})
