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
  transaction(app.db, (tx) =>
    endSessionsOfUser(tx, app.clock.now(), bySystem, userId, 'ended_by_administrator'),
  )

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
})
