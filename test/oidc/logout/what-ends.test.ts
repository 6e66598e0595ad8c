import { expect } from 'chai'
import * as openid from 'openid-client'

import { formsOf } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { stage } from '../../support/stage.ts'
import { cookieHeader, visit } from '../authorize/ask.ts'
import { eventually, freshCode, asClient, introspect, opens, refresh } from '../tokens/requests.ts'

const offline = { scope: 'openid profile email offline_access' }

describe('signing out through a client (OpenID Connect RP-Initiated Logout 1.0)', () => {
  it('ends the session and all that is bound to it, now and on every replica', async () => {
    const { app, issuer, replica } = await stage()
    const second = await replica()
    const [client, other] = [await relyingParty(app), await relyingParty(app)]
    const { browser, tokens } = await client.signIn(await person(app))
    const atOther = await other.signIn({ id: '', email: '', username: '', password: '' }, { browser })
    const pending = await freshCode(client, browser)
    const cookie = cookieHeader(browser)
    const origins = [issuer, second.origin]
    const silently = async (origin: string) => {
      const { search } = new URL((await client.begin({ prompt: 'none' })).url)
      const reply = await fetch(`${origin}/authorize${search}`, { headers: cookie, redirect: 'manual' })
      return reply.headers.get('location') ?? ''
    }
    for (const origin of origins) {
      for (const { access_token } of [tokens, atOther.tokens])
        expect(await opens(origin, access_token)).to.equal(true)
      expect(await silently(origin)).to.include('code=')
    }

    const url = openid.buildEndSessionUrl(client.configuration, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'http://localhost:9/bye',
      state: 'left',
    })
    await browser.go(url.href)
    const landing = await browser.submit(
      { logout: 'yes' },
      { until: (next) => next.startsWith('http://localhost:9') },
    )

    expect(landing.url).to.equal('http://localhost:9/bye?state=left')
    expect(landing.headers.getSetCookie().join('\n')).to.match(
      /gatehouse_session=;.*expires=Thu, 01 Jan 1970/,
    )
    const left = browser.cookies().filter(({ path }) => path === '/')
    expect(left.map(({ name }) => name)).to.deep.equal(['gatehouse_device']) // that it is known is no sign-in
    for (const origin of origins) {
      for (const { access_token } of [tokens, atOther.tokens])
        expect(await eventually(async () => !(await opens(origin, access_token))), origin).to.be.below(1_000)
      expect((await introspect(origin, client, tokens.access_token)).body).to.deep.equal({ active: false })
      expect((await refresh(origin, client, tokens.refresh_token)).body.error).to.equal('invalid_grant')
      expect((await refresh(origin, other, atOther.tokens.refresh_token)).body.error).to.equal(
        'invalid_grant',
      )
      expect((await asClient(origin, '/token', client, pending)).body.error).to.equal('invalid_grant')
      expect(await silently(origin), 'with the old cookie').to.include('login_required')
    }
  })

  it('leaves offline access alone: its tokens live (decision 12)', async () => {
    const { app, issuer, replica } = await stage()
    const second = await replica()
    const client = await relyingParty(app)
    const { browser, tokens } = await client.signIn(await person(app), { parameters: offline })

    await browser.go(`${issuer}/logout`)
    await browser.submit({ logout: 'yes' })

    expect((await visit(browser, client, { prompt: 'none' })).answer).to.include({ error: 'login_required' })
    for (const origin of [issuer, second.origin])
      expect(await opens(origin, tokens.access_token)).to.equal(true)
    const first = await refresh(second.origin, client, tokens.refresh_token)
    expect(first.status).to.equal(200)
    const next = await refresh(issuer, client, first.body.refresh_token)
    expect(next.status).to.equal(200)
    expect(await opens(second.origin, next.body.access_token)).to.equal(true)
  })

  it('is written down once, with its reason, its client sessions and its event', async () => {
    const { app, issuer } = await stage()
    const [client, keeping] = [await relyingParty(app), await relyingParty(app)]
    const ann = await person(app)
    const { browser } = await client.signIn(ann)
    await keeping.signIn(ann, { browser, parameters: offline })
    await browser.go(`${issuer}/logout`)
    await browser.submit({ logout: 'yes' })

    const rows = await app
      .db('sessions')
      .select<{ end_reason: string; ended_at: Date | null }[]>('end_reason', 'ended_at')
    expect(rows).to.have.lengthOf(1)
    expect(rows[0]?.end_reason).to.equal('signed_out')
    expect(rows[0]?.ended_at).to.be.an.instanceOf(Date)
    const sessions = await app
      .db('client_sessions')
      .select<{ client_id: string; ended_at: Date | null }[]>('client_id', 'ended_at')
    const endedAt = (id: string) => sessions.find((row) => row.client_id === id)?.ended_at
    expect(endedAt(client.clientId)).to.be.an.instanceOf(Date)
    expect(endedAt(keeping.clientId), 'with offline access').to.equal(null)
    expect(await app.db('outbox_events').where({ type: 'auth.session.ended' })).to.have.lengthOf(1)
    expect(
      await app.db('audit_records').where({ action: 'session.ended', actor_id: ann.id }),
    ).to.have.lengthOf(1)
  })

  it('of one browser leaves the other browsers of the same person signed in', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app)
    const ann = await person(app)
    const [phone, desk] = [await client.signIn(ann), await client.signIn(ann)]
    await phone.browser.go(`${issuer}/logout`)
    await phone.browser.submit({ logout: 'yes' })
    await eventually(async () => !(await opens(issuer, phone.tokens.access_token)))
    expect(await opens(issuer, desk.tokens.access_token)).to.equal(true)
    expect((await visit(desk.browser, client, { prompt: 'none' })).answer).to.have.property('code')
    expect((await refresh(issuer, client, desk.tokens.refresh_token)).status).to.equal(200)
  })

  it('happens once when two tabs click at the same moment', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app)
    const { browser } = await client.signIn(await person(app))
    const page = await browser.go(`${issuer}/logout`)
    const xsrf = formsOf(page.html)[0]?.fields.xsrf ?? ''
    const cookie = cookieHeader(browser)
    const click = () =>
      fetch(`${issuer}/logout/confirm`, {
        method: 'POST',
        headers: cookie,
        body: new URLSearchParams({ xsrf, logout: 'yes' }),
        redirect: 'manual',
      })
    const statuses = (await Promise.all([click(), click(), click()])).map(({ status }) => status)
    expect(statuses).to.include(303)
    for (const status of statuses) expect(status).to.be.oneOf([303, 400])
    expect(await app.db('outbox_events').where({ type: 'auth.session.ended' })).to.have.lengthOf(1)
  })
})
