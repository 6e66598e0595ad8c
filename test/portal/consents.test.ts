import { expect } from 'chai'

import { problemOf, signedIn } from '../support/my-api.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { visitor } from './support.ts'

describe('the applications a person lets have something', () => {
  const shared = sharedStage()
  const partner = () => relyingParty(shared().app, { firstParty: false, name: 'Harbour Notes' })

  it('are listed with their scopes, our own left out', async () => {
    const [ann, notes] = [await signedIn(shared()), await partner()]
    expect((await ann.call('GET', '/users/me/consents')).body).to.deep.equal({ items: [] })
    await signedIn(shared(), { as: ann, client: notes, scope: 'openid email' })

    const { items } = (await ann.call('GET', '/users/me/consents')).body as {
      items: Record<string, unknown>[]
    }
    expect(items).to.have.lengthOf(1)
    expect(items[0]).to.deep.include({
      client_id: notes.clientId,
      client_name: 'Harbour Notes',
      logo_uri: null,
      scopes: ['email', 'openid'],
    })
  })

  it('lose everything they hold when it is taken back: tokens at once, refresh at the next use', async () => {
    const [ann, notes] = [await signedIn(shared()), await partner()]
    const there = await signedIn(shared(), { as: ann, client: notes, scope: 'openid email offline_access' })
    const elsewhere = await signedIn(shared(), { as: ann, client: notes, scope: 'openid email' })

    expect((await ann.call('DELETE', `/users/me/consents/${notes.clientId}`)).status).to.equal(204)

    for (const one of [there, elsewhere]) {
      expect((await one.call('GET', '/userinfo')).status).to.equal(401)
      expect((await one.call('GET', '/users/me')).status).to.equal(401)
      const refused = await notes
        .refresh(one.signedIn.tokens.refresh_token ?? '')
        .catch((error: unknown) => error)
      expect((refused as { error?: string }).error).to.equal('invalid_grant')
    }
    expect((await ann.call('GET', '/users/me')).status, 'our own client').to.equal(200)
    const begun = await notes.begin()
    const landing = await there.browser.go(begun.url)
    expect(landing.url, 'asked anew').to.match(/\/consent$/)
  })

  it('are taken back once, and only by the person themselves', async () => {
    const [ann, bob, notes] = [await signedIn(shared()), await signedIn(shared()), await partner()]
    await signedIn(shared(), { as: ann, client: notes })
    const path = `/users/me/consents/${notes.clientId}`
    const others = await bob.call('DELETE', path)
    expect([others.status, problemOf(others)]).to.deep.equal([404, 'consent_not_found'])
    const replies = await Promise.all(Array.from({ length: 5 }, () => ann.call('DELETE', path)))
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([204, 404, 404, 404, 404])
    const there = await signedIn(shared(), { as: ann, client: notes })
    expect((await there.call('DELETE', path)).status, 'by the application').to.equal(403)
    expect((await there.call('GET', '/users/me/consents')).status, 'seen by the application').to.equal(403)
  })

  it('can be disconnected on a page', async () => {
    const notes = await partner()
    const there = await signedIn(shared(), { client: notes })
    const ann = await visitor(shared(), { as: there, browser: there.browser, path: '/account/apps' })
    const shown = await ann.go('/account/apps')
    expect(shown.html).to.include('Harbour Notes').and.to.include('See your email address')
    const after = await ann.browser.submit({})
    expect(after.html)
      .to.include('The app has no access any more')
      .and.to.include('You have given no app access')
    expect((await there.call('GET', '/userinfo')).status).to.equal(401)
  })
})
