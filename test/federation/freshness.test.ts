import { expect } from 'chai'
import * as openid from 'openid-client'

import { endSessionsOfUser } from '../../src/features/sessions/index.ts'
import type { Gatehouse } from '../../src/app.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import {
  startUpstream,
  type Upstream,
  type UpstreamName,
  type UpstreamPerson,
} from '../support/upstream/index.ts'
import { failuresRecorded, leftBehind } from './left-behind.ts'
import { atSignIn, besideProviders, provider, signInThrough, through } from './upstream-providers.ts'

const epochSeconds = (): number => Math.floor(Date.now() / 1000)

/** The lie about the time of a sign-in puts it so many seconds back. */
const backSeconds = 300

describe('when somebody proved at a provider who they are', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())
  afterEach(async () => {
    for (const name of ['oidc', 'google', 'microsoft'] as const) await upstream.honest(name)
  })

  const shared = sharedStage(async (opened) => {
    for (const name of ['oidc', 'google', 'microsoft', 'linkedin'] as const)
      await provider(opened.app, upstream, name)
    return { ...opened, rp: await relyingParty(opened.app) }
  }, besideProviders)

  async function newcomer(name: UpstreamName, given: Record<string, unknown> = {}): Promise<UpstreamPerson> {
    const sub = `6${Math.random().toString().slice(2, 12)}`
    const person = { sub, email: `ida-${sub}@example.com`, email_verified: true, name: 'Ida', ...given }
    await upstream.person(name, person)
    return person
  }

  const lastAsked = async (name: UpstreamName) =>
    (await upstream.seen(name)).filter(({ query }) => query.redirect_uri !== undefined).at(-1)?.query

  for (const parameters of [{ prompt: 'login' }, { max_age: '0' }])
    it(`is now, where the client asked for ${new URLSearchParams(parameters).toString()} and the provider can be held to it`, async () => {
      const { rp } = shared()
      await newcomer('oidc')
      const { browser } = await signInThrough(rp, 'oidc')
      const before = epochSeconds()

      const { tokens } = await signInThrough(rp, 'oidc', { browser, parameters })

      expect(await lastAsked('oidc')).to.include({ prompt: 'login', max_age: '0' })
      expect(tokens.claims()?.auth_time).to.be.at.least(before)
    })

  it('is asked anew in its own way where the provider cannot be held to it', async () => {
    const { rp } = shared()
    for (const [name, parameters] of [
      ['google', { prompt: 'select_account' }],
      ['microsoft', { prompt: 'login' }],
    ] as const) {
      await newcomer(name)
      await signInThrough(rp, name, { parameters: { prompt: 'login' } })
      expect(await lastAsked(name)).to.include(parameters)
      await signInThrough(rp, name)
      expect(await lastAsked(name)).not.to.have.any.keys('prompt', 'max_age')
    }
  })

  for (const lie of ['stale-auth-time', 'no-auth-time'] as const)
    for (const parameters of [{ prompt: 'login' }, { max_age: '0' }])
      it(`is not proven anew by a provider of ${lie}, where the client asked for ${new URLSearchParams(parameters).toString()}`, async () => {
        const { app, rp } = shared()
        await newcomer('oidc')
        const traveller = await atSignIn(rp, { parameters })
        const [before, recorded] = [await leftBehind(app), await failuresRecorded(app)]
        await upstream.lie('oidc', lie)

        const landing = await through(traveller, 'oidc')

        await upstream.honest('oidc')
        expect(landing.status).to.equal(502)
        expect(landing.html).to.include('could not be trusted, so nobody was signed in')
        expect(await leftBehind(app)).to.deep.equal(before)
        expect((await failuresRecorded(app)).slice(recorded.length)).to.have.lengthOf(1)
        const honest = await through(traveller, 'oidc')
        expect((await rp.finish(traveller.begun, honest.url)).claims()?.amr).to.deep.equal(['fed'])
      })

  it('may be long ago where nobody asked otherwise, and tokens say so', async () => {
    const { rp } = shared()
    await newcomer('microsoft')
    await upstream.lie('microsoft', 'stale-auth-time')
    const before = epochSeconds()

    const { tokens } = await signInThrough(rp, 'microsoft', { parameters: { max_age: '86400' } })

    expect(tokens.claims()?.auth_time).to.be.within(
      before - backSeconds - 1,
      epochSeconds() - backSeconds + 1,
    )
  })

  it('is told to a client that demanded a new sign-in and did not get it', async () => {
    const { rp } = shared()
    await newcomer('microsoft')
    await upstream.lie('microsoft', 'stale-auth-time')

    const { tokens } = await signInThrough(rp, 'microsoft', { parameters: { max_age: '0' } })

    expect(tokens.claims()?.auth_time).to.be.at.most(epochSeconds() - backSeconds + 1)
  })

  it('says nothing of how: neither what the client asked for nor what the provider claims (CASES MF-12)', async () => {
    const { rp } = shared()
    await newcomer('linkedin', { amr: ['pwd', 'otp', 'mfa'], acr: 'urn:example:highest' })
    const asked = 'urn:gatehouse:acr:password urn:gatehouse:acr:mfa'

    const { tokens } = await signInThrough(rp, 'linkedin', { parameters: { acr_values: asked } })

    const claims = tokens.claims()
    expect(claims?.acr).to.equal('urn:gatehouse:acr:federated')
    expect(claims?.amr).to.deep.equal(['fed'])
    const userinfo = await openid.fetchUserInfo(rp.configuration, tokens.access_token, claims?.sub ?? '')
    expect(userinfo).not.to.have.any.keys('acr', 'amr')
  })

  it('is proven anew where all was ended since, and the provider can be held to it', async () => {
    const { app, rp } = shared()
    await newcomer('oidc')
    const { browser, tokens } = await signInThrough(rp, 'oidc')
    await endAll(app, tokens.claims()?.sub ?? '')
    const before = epochSeconds()
    await upstream.lie('oidc', 'stale-auth-time') // a session of long ago, in a browser that somebody left
    const traveller = await atSignIn(rp, { browser })
    const landing = await through(traveller, 'oidc')
    expect(await lastAsked('oidc'), 'asked again').to.include({ prompt: 'login', max_age: '0' })
    expect(landing.status, 'and it did not ask').to.equal(502)
    await upstream.honest('oidc')

    const again = await signInThrough(rp, 'oidc', { browser })

    expect(again.tokens.claims()?.sub).to.equal(tokens.claims()?.sub)
    expect(again.tokens.claims()?.auth_time).to.be.at.least(before - 60)
  })

  it('may be before all sessions were ended: the person can sign in again by what the provider remembers', async () => {
    const { app, rp } = shared()
    await newcomer('microsoft')
    await upstream.lie('microsoft', 'stale-auth-time')
    const { browser, tokens } = await signInThrough(rp, 'microsoft')
    await endAll(app, tokens.claims()?.sub ?? '')
    await rp.refresh(tokens.refresh_token ?? '').then(
      () => expect.fail('a refresh token outlived its session'),
      (error: unknown) => expect(error).to.include({ error: 'invalid_grant' }),
    )

    const again = await signInThrough(rp, 'microsoft', { browser })

    expect(again.tokens.claims()?.sub).to.equal(tokens.claims()?.sub)
    const refreshed = await rp.refresh(again.tokens.refresh_token ?? '')
    const userinfo = await openid.fetchUserInfo(
      rp.configuration,
      refreshed.access_token,
      tokens.claims()?.sub ?? '',
    )
    expect(userinfo.sub).to.equal(tokens.claims()?.sub)
  })
})

const endAll = (app: Gatehouse, userId: string) =>
  transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, userId, 'ended_by_administrator'))
