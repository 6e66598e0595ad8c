import { expect } from 'chai'

import { setUserStatus } from '../../../src/features/accounts/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { eventually, introspect, opens, refresh } from '../../oidc/tokens/requests.ts'
import { person } from '../../support/people.ts'
import { type Stage, stage } from '../../support/stage.ts'
import { nativeApp, problem, refusal } from './app.ts'

async function fixture() {
  const place = await stage()
  const ann = await person(place.app)
  return { ...place, ann, phone: await nativeApp(place.app) }
}

const invalidGrant = problem(400, 'invalid_grant')

/** Within a second at every one of these places. */
async function expectDark(places: readonly string[], accessToken: string): Promise<void> {
  for (const at of places)
    expect(await eventually(async () => !(await opens(at, accessToken)))).to.be.below(1_000)
}

describe('signing out at /auth/logout', () => {
  it('ends that session with its refresh token, on every replica, and no other (JW-12)', async () => {
    const place = await fixture()
    const { app, issuer, ann, phone } = place
    const { origin } = await place.replica()
    const server = await nativeApp(app, { authentication: 'secret' })
    const [mine, another, elsewhere] = [
      await phone.signedIn(ann, { scope: 'openid offline_access' }),
      await phone.signedIn(ann),
      await server.signedIn(ann),
    ]

    const reply = await phone.as(mine.access_token, '/auth/logout')

    expect([reply.status, reply.text]).to.deep.equal([204, ''])
    expect(refusal(await phone.refresh(mine.refresh_token))).to.deep.equal(invalidGrant)
    expect(refusal(await phone.refresh(mine.refresh_token, {}, origin))).to.deep.equal(invalidGrant)
    expect((await refresh(issuer, phone, mine.refresh_token)).body.error).to.equal('invalid_grant')
    await expectDark([issuer, origin], mine.access_token)
    expect((await phone.as(mine.access_token, '/auth/logout')).status).to.equal(401)
    expect(await opens(origin, another.access_token)).to.equal(true)
    expect((await phone.refresh(another.refresh_token)).status).to.equal(200)
    expect((await introspect(issuer, server, elsewhere.refresh_token)).body).to.include({ active: true })
    const ended = await app.db('audit_records').where({ action: 'session.ended', actor_id: ann.id })
    expect(ended.map(({ reason }: { reason: string }) => reason)).to.deep.equal(['signed_out'])
  })

  it('ends the browser’s session when the token came from there, and this application’s offline access with it', async () => {
    const { app, issuer, ann, phone } = await fixture()
    const other = await nativeApp(app)
    const parameters = { scope: 'openid offline_access' }
    const { tokens, browser } = await phone.signIn(ann, { parameters })
    const kept = await other.signIn(ann, { browser, parameters })

    expect((await phone.as(tokens.access_token, '/auth/logout')).status).to.equal(204)

    expect(refusal(await phone.refresh(tokens.refresh_token))).to.deep.equal(invalidGrant)
    const landing = await browser.go((await phone.begin()).url)
    expect(landing.url).to.match(/\/login$/)
    expect((await refresh(issuer, other, kept.tokens.refresh_token)).status).to.equal(200)
  })
})

describe('signing out at /auth/logout-all', () => {
  it('ends every session of the person, native or not, and offline access; then they sign in again', async () => {
    const place = await fixture()
    const { app, issuer, ann, phone } = place
    const { origin } = await place.replica()
    const [mine, another] = [await phone.signedIn(ann), await phone.signedIn(ann)]
    const { tokens, browser } = await phone.signIn(ann, { parameters: { scope: 'openid offline_access' } })
    const bob = await person(app)
    const ofBob = await phone.signedIn(bob)

    expect((await phone.as(mine.access_token, '/auth/logout-all', {}, origin)).status).to.equal(204)

    for (const token of [mine.refresh_token, another.refresh_token, tokens.refresh_token])
      expect(refusal(await phone.refresh(token))).to.deep.equal(invalidGrant)
    for (const token of [mine.access_token, another.access_token, tokens.access_token])
      await expectDark([issuer, origin], token)
    expect((await browser.go((await phone.begin()).url)).url).to.match(/\/login$/)
    expect(await opens(issuer, ofBob.access_token)).to.equal(true)
    expect((await phone.login(ann)).status).to.equal(200)
  })
})

describe('what else ends a native session', () => {
  const endings: Record<string, (place: Stage, userId: string) => Promise<unknown>> = {
    'the person is disabled': ({ app }, id) => setUserStatus(app, bySystem, id, 'disabled', 'test'),
    'the person is deleted': ({ app }, id) => setUserStatus(app, bySystem, id, 'deleted', 'test'),
  }
  for (const [what, end] of Object.entries(endings)) {
    it(`is that ${what}: at once, on every replica (JW-12)`, async () => {
      const place = await fixture()
      const { issuer, ann, phone } = place
      const { origin } = await place.replica()
      const tokens = await phone.signedIn(ann)

      await end(place, ann.id)

      await expectDark([issuer, origin], tokens.access_token)
      expect(refusal(await phone.refresh(tokens.refresh_token, {}, origin))).to.deep.equal(invalidGrant)
      for (const path of ['/auth/logout', '/auth/logout-all'])
        expect((await phone.as(tokens.access_token, path)).status).to.equal(401)
    })
  }
})
