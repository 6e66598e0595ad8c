import { expect } from 'chai'
import * as openid from 'openid-client'

import { endSession, endSessionsOfUser } from '../../src/features/sessions/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import type { Gatehouse } from '../../src/app.ts'
import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'

const endAll = (app: Gatehouse, userId: string) =>
  transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, userId, 'ended_by_administrator'))

describe('ending every session of a person', () => {
  it('ends one that has signed in and reached no client yet', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const partner = await relyingParty(app, { firstParty: false })
    const own = await relyingParty(app)
    const browser = openBrowser()
    await browser.go((await partner.begin()).url)
    const consent = await browser.submit({ login: ann.email, password: ann.password })
    expect(consent.url).to.match(/\/consent$/)

    await endAll(app, ann.id)

    const landing = await browser.go((await own.begin()).url)
    expect(landing.url).to.match(/\/login$/)
  })

  it('ends a proof that has not been turned into a session yet', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const client = await relyingParty(app)
    const browser = openBrowser()
    await browser.go((await client.begin()).url)
    const proven = await browser.submit(
      { login: ann.email, password: ann.password },
      { until: (url) => url.includes('/authorize/') },
    )

    await endAll(app, ann.id)

    const landing = await browser.go(proven.url, { until: (url) => url.startsWith(client.redirectUri) })
    expect(landing.url).to.match(/\/login$/)
  })

  it('lets the person sign in again at once', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const client = await relyingParty(app)
    const { browser } = await client.signIn(ann)
    await endAll(app, ann.id)
    const { tokens } = await client.signIn(ann, { browser })
    expect(tokens.claims()?.sub).to.equal(ann.id)
    expect(tokens.claims()?.auth_time).to.satisfy(Number.isInteger)
  })

  it('ends what offline access a sign-out had spared', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const client = await relyingParty(app)
    const { tokens } = await client.signIn(ann, { parameters: { scope: 'openid offline_access' } })
    const [session] = await app.db('sessions').select<{ uid: string }[]>('uid')
    const uid = session?.uid ?? ''
    const end = (reason: 'signed_out' | 'ended_by_administrator') =>
      transaction(app.db, (tx) => endSession(tx, app.clock.now(), bySystem, uid, reason))
    expect(await end('signed_out')).to.equal(true)
    const refreshed = await openid.refreshTokenGrant(client.configuration, tokens.refresh_token ?? '')

    expect(await end('ended_by_administrator')).to.equal(true)
    expect(await end('ended_by_administrator')).to.equal(false)

    const refusal = await openid
      .refreshTokenGrant(client.configuration, refreshed.refresh_token ?? '')
      .catch((error: unknown) => error)
    expect(refusal).to.include({ error: 'invalid_grant' })
  })

  it('takes one pass however many there are, with a record and an event each (DO-11)', async () => {
    const { app } = await stage()
    const ann = await person(app)
    await app.db.raw(
      `insert into sessions (uid, user_id, authenticated_at, ip, user_agent, started_at, last_used_at)
       select 'session-' || n, ?, now(), '', '', now() - n * interval '1 second', now() from generate_series(1, 5000) n`,
      [ann.id],
    )
    await app.db.raw(
      `insert into client_sessions (sid, session_uid, user_id, client_id, grant_id, offline, started_at)
       select 'sid-' || n || '-' || c, 'session-' || n, ?, 'gh_x', 'grant-' || n, true, now()
       from generate_series(1, 5000) n, generate_series(1, 4) c`,
      [ann.id],
    )

    expect(await endAll(app, ann.id)).to.equal(5000)

    expect(await app.db('client_sessions').whereNull('ended_at')).to.have.lengthOf(0)
    expect(await app.db('revocations').where({ kind: 'sid' })).to.have.lengthOf(20_000)
    expect(await app.db('audit_records').where({ action: 'session.ended' })).to.have.lengthOf(5000)
    const events = await app.db('outbox_events').where({ type: 'auth.session.ended' }).count('* as count')
    expect(events).to.deep.equal([{ count: '5000' }])
  })

  it('has no more than 500 to end: the oldest goes for the next', async () => {
    const { app } = await stage()
    const ann = await person(app)
    await app.db.raw(
      `insert into sessions (uid, user_id, authenticated_at, ip, user_agent, started_at, last_used_at)
       select 'session-' || n, ?, now(), '', '', now() - n * interval '1 second', now() from generate_series(1, 500) n`,
      [ann.id],
    )
    await (await relyingParty(app)).signIn(ann)
    const ended = await app.db('sessions').whereNotNull('ended_at').select('uid', 'end_reason')
    expect(ended).to.deep.equal([{ uid: 'session-500', end_reason: 'too_many' }])
  })
})
