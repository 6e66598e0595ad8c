import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { visit } from '../oidc/authorize/ask.ts'
import { refresh } from '../oidc/tokens/requests.ts'
import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { type Stage, stage } from '../support/stage.ts'

const hour = 3600

async function signedIn(opened: Stage, settings: Record<string, number>) {
  const { app, issuer, clock } = opened
  for (const [key, value] of Object.entries(settings)) await changeSetting(app, bySystem, key, value)
  const client = await relyingParty(app)
  const { browser, tokens } = await client.signIn(await person(app))
  const code = async () => (await visit(browser, client, { prompt: 'none' })).answer
  return { app, issuer, clock, client, browser, tokens, answer: code }
}

describe('how long a browser session lasts (SE-03)', () => {
  it('ends when it was not used for the idle time, and each use begins that time anew', async () => {
    const { clock, answer } = await signedIn(await stage(), { 'session.idle_seconds': hour })
    for (let turn = 0; turn < 3; turn++) {
      clock.advance(hour - 10)
      expect(await answer(), `turn ${turn}`).to.have.property('code')
    }
    clock.advance(hour + 1)
    expect(await answer()).to.include({ error: 'login_required' })
  })

  it('ends at the absolute time however often it is used', async () => {
    const limits = { 'session.idle_seconds': hour, 'session.absolute_seconds': 3 * hour }
    const { clock, answer } = await signedIn(await stage(), limits)
    for (let turn = 0; turn < 5; turn++) {
      clock.advance(hour / 2)
      expect(await answer(), `turn ${turn}`).to.have.property('code')
    }
    clock.advance(hour / 2 + 1)
    expect(await answer()).to.include({ error: 'login_required' })
  })

  it('shows the sign-in to who comes back too late, and begins a new session', async () => {
    const opened = await stage()
    const { clock, browser, client, tokens, app } = await signedIn(opened, { 'session.idle_seconds': hour })
    clock.advance(hour + 1)
    expect((await visit(browser, client)).url.pathname).to.match(/\/login$/)
    const ann = await person(app)
    const next = await client.signIn(ann, { browser: openBrowser() })
    expect(next.tokens.claims()?.sid).not.to.equal(tokens.claims()?.sid)
  })

  it('takes the refresh tokens bound to it along, and leaves offline access alone', async () => {
    const opened = await stage()
    const { issuer, clock, client, tokens, app } = await signedIn(opened, { 'session.idle_seconds': hour })
    const kept = await client.signIn(await person(app), { parameters: { scope: 'openid offline_access' } })
    clock.advance(hour + 1)
    const bound = await refresh(issuer, client, tokens.refresh_token)
    expect([bound.status, bound.body.error]).to.deep.equal([400, 'invalid_grant'])
    expect((await refresh(issuer, client, kept.tokens.refresh_token)).status).to.equal(200)
  })

  it('follows a setting that was shortened, at the next use', async () => {
    const { app, clock, answer } = await signedIn(await stage(), { 'session.idle_seconds': 10 * hour })
    await changeSetting(app, bySystem, 'session.idle_seconds', hour)
    clock.advance(hour / 2)
    expect(await answer()).to.have.property('code')
    clock.advance(hour + 1)
    expect(await answer()).to.include({ error: 'login_required' })
  })
})
