import { expect } from 'chai'

import { deleteProvider } from '../../src/features/federation/providers/delete-provider.ts'
import { switchProvider } from '../../src/features/federation/providers/change-provider.ts'
import { assignRole } from '../../src/features/authorization/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { provider, signInThrough, stageBesideProviders } from '../federation/upstream-providers.ts'
import { openBrowser } from '../support/browser.ts'
import { linkIn, mailTo } from '../support/mailbox.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { startUpstream, type Upstream } from '../support/upstream/index.ts'
import {
  comingBack,
  connectAt,
  federated,
  identityId,
  labelsOf,
  submitHere,
  there,
} from './identities-support.ts'
import { atLogin, heading, visitor } from './support.ts'

const path = '/account/identities'

let upstream: Upstream
before(async () => {
  upstream = await startUpstream()
})
after(() => upstream.close())

const variables = { OUTBOUND_ALLOW: 'localhost,127.0.0.1' }

async function withProviders(stage: Stage): Promise<Stage> {
  await provider(stage.app, upstream, 'google', { keep_tokens: true })
  await provider(stage.app, upstream, 'github', { name: 'GitHub' })
  return stage
}

/** A service of one's own, whose clock and providers may change. */
const ownStage = async () => withProviders(await stageBesideProviders())

describe('the page of what opens an account', () => {
  const shared = sharedStage(withProviders, { variables })

  it('connects an account elsewhere, which opens the account from then on', async () => {
    const { app, issuer } = shared()
    const ann = await visitor(shared(), { path })
    const { email } = await there(upstream, 'google')
    const before = await ann.go(path)
    const policy = before.headers.get('content-security-policy')
    expect(policy, 'its form may end at a provider').not.to.include('form-action')
    expect(policy).to.include("frame-ancestors 'none'")
    expect(before.html).to.include('No account elsewhere').and.to.include('Connect <bdi>Google</bdi>')

    const after = await connectAt(ann.browser, issuer, 'google')

    expect([after.status, after.url]).to.deep.equal([200, `${issuer}${path}?done=connected`])
    expect(after.html).to.include('From now on you can sign in with it').and.to.include(email)
    expect(after.html).to.include('GitHub').and.not.to.include('Connect <bdi>Google</bdi>')
    const { tokens } = await signInThrough(await relyingParty(app), 'google')
    expect(tokens.claims()?.sub).to.equal(ann.id)
    const events = await app.db('outbox_events').where({ type: 'auth.identity.linked', subject: ann.id })
    expect(JSON.stringify(events)).to.include('both_proven')
  })

  it('says that something was connected already, and changes nothing', async () => {
    const { app, issuer } = shared()
    const pat = await federated(shared(), upstream, 'google')

    const again = await connectAt(pat.browser, issuer, 'google')

    expect(again.html).to.include('was connected to your account already')
    expect(await labelsOf(app, pat.id)).to.deep.equal([pat.email])
  })

  it('connects nothing that opens another account, and offers to merge the two', async () => {
    const { app, issuer } = shared()
    const pat = await federated(shared(), upstream, 'google')
    const ann = await visitor(shared(), { path })
    await upstream.person('google', { sub: (await subOf(pat.id)) ?? '', email: pat.email, name: 'Pat' })

    const offered = await connectAt(ann.browser, issuer, 'google')

    expect([offered.status, new URL(offered.url).pathname]).to.satisfy(
      ([status, place]: [number, string]) => status === 200 && place.startsWith('/account/merge/'),
    )
    expect(offered.html).to.include(pat.email)
    expect(await labelsOf(app, ann.id)).to.be.empty
    const merged = await ann.browser.submit({})
    expect(merged.html).to.include('The accounts were merged')
    expect(await labelsOf(app, ann.id)).to.deep.equal([pat.email])
  })

  it('does not say whose it is where the two cannot be made one', async () => {
    const { app, issuer } = shared()
    const pat = await federated(shared(), upstream, 'google')
    await transaction(app.db, (tx) =>
      assignRole(app, tx, bySystem, { principal: { type: 'user', id: pat.id }, role: 'admin' }),
    )
    const ann = await visitor(shared(), { path })
    await upstream.person('google', { sub: (await subOf(pat.id)) ?? '', email: pat.email, name: 'Pat' })

    const refused = await connectAt(ann.browser, issuer, 'google')

    expect(refused.status).to.equal(409)
    expect(refused.html).to.include('opens another account here').and.not.to.include(pat.email)
    expect(await labelsOf(app, ann.id)).to.be.empty
    expect(await labelsOf(app, pat.id)).to.deep.equal([pat.email])
    expect((await ann.browser.go(refused.url)).status, 'looked at again').to.equal(400)
  })

  const subOf = async (userId: string): Promise<string | undefined> => {
    const rows = shared().app.db('user_identities').select<{ subject: string }[]>('subject')
    const row = await rows.where({ user_id: userId }).whereNot({ issuer: 'urn:gatehouse:native' }).first()
    return row?.subject
  }

  it('lets nobody else come back with it: another person, session or browser; and once only', async () => {
    const { app, issuer } = shared()
    const [ann, bob] = [await visitor(shared(), { path }), await visitor(shared(), { path })]
    await there(upstream, 'google')
    const { url } = await connectAt(ann.browser, issuer, 'google', comingBack)
    const own = ann.browser.cookies()
    const upstreamCookie = own.filter(({ name }) => name.endsWith('gatehouse_upstream'))

    bob.browser.setCookies([...bob.browser.cookies(), ...upstreamCookie])
    expect((await bob.browser.go(url)).status, 'another person').to.equal(400)
    const phone = await visitor(shared(), { as: ann, path })
    expect((await phone.browser.go(url)).status, 'another browser').to.equal(400)
    phone.browser.setCookies([...phone.browser.cookies(), ...upstreamCookie])
    expect((await phone.browser.go(url)).status, 'another session').to.equal(400)
    expect(atLogin(await openBrowser().go(url)), 'nobody').to.equal(true)
    for (const id of [ann.id, bob.id]) expect(await labelsOf(app, id)).to.be.empty

    const landings = await Promise.all([1, 2, 3].map(() => ann.browser.go(url)))
    expect(landings.map(({ status }) => status).sort()).to.deep.equal([200, 400, 400])
    expect(await labelsOf(app, ann.id)).to.have.lengthOf(1)
  })

  it('says why nothing came of it, where the provider proved nobody', async () => {
    const { app, issuer } = shared()
    const ann = await visitor(shared(), { path })
    await upstream.lie('github', 'access-denied')
    const denied = await connectAt(ann.browser, issuer, 'github')
    await upstream.honest('github')
    expect(denied.html).to.include('You came back without signing in there')
    expect(await labelsOf(app, ann.id)).to.be.empty
    await ann.go(path)
    const unknown = await submitHere(ann.browser, { connect: 'elsewhere' })
    expect([unknown.status, unknown.html.includes('not offered any more')]).to.deep.equal([404, true])
  })

  it('disconnects: tokens that were kept go, sessions that began with it stay', async () => {
    const { app, issuer } = shared()
    const pat = await federated(shared(), upstream, 'google')
    const { email } = await there(upstream, 'github')
    await connectAt(pat.browser, issuer, 'github')
    expect(await app.db('upstream_tokens').where({ user_id: pat.id })).to.have.lengthOf(1)

    await pat.go(path)
    const after = await submitHere(pat.browser, { disconnect: await identityId(app, pat.id, pat.email) })

    expect(after.html).to.include('Nobody signs in to your account with it any more')
    expect(await labelsOf(app, pat.id)).to.deep.equal([email])
    expect(await app.db('upstream_tokens').where({ user_id: pat.id })).to.be.empty
    expect(await app.db('sessions').where({ user_id: pat.id }).whereNull('ended_at')).not.to.be.empty
    const again = await submitHere(pat.browser, { disconnect: '0199a1c2-7d3e-7c11-9a55-2f6f0f1c9d10' })
    expect(again.status).to.equal(404)
  })

  it('takes the last way in from nobody, and says what to do; a mailbox is no way in', async () => {
    const { app } = shared()
    const pat = await federated(shared(), upstream, 'google')
    const shown = await pat.go(path)
    expect(shown.html).to.include('The only way in').and.to.include('Set a password')
    expect(shown.html).not.to.include('name="disconnect"')

    const id = await identityId(app, pat.id, pat.email)
    const refused = await submitHere(pat.browser, { disconnect: id })
    expect(refused.status).to.equal(409)
    expect(refused.html).to.include('Set a password or connect another provider first')
    expect(await labelsOf(app, pat.id)).to.deep.equal([pat.email])
  })

  it('leaves one of the last two, whichever of two clicks comes first', async () => {
    const { app, issuer } = shared()
    const pat = await federated(shared(), upstream, 'google')
    const { email } = await there(upstream, 'github')
    await connectAt(pat.browser, issuer, 'github')
    const ids = [await identityId(app, pat.id, pat.email), await identityId(app, pat.id, email)]
    await pat.go(path)
    const landings = await Promise.all(ids.map((disconnect) => submitHere(pat.browser, { disconnect })))
    expect(landings.map(({ status }) => status).sort()).to.deep.equal([200, 409])
    expect(await labelsOf(app, pat.id)).to.have.lengthOf(1)
  })

  it('refuses a form of another site or session, and changes nothing', async () => {
    const { app, issuer } = shared()
    const pat = await federated(shared(), upstream, 'google')
    await there(upstream, 'github')
    await connectAt(pat.browser, issuer, 'github')
    const bob = await visitor(shared(), { path })
    const stolen = bob.browser.forms().find(({ action }) => action === path)?.fields.csrf ?? ''
    const disconnect = await identityId(app, pat.id, pat.email)
    for (const fields of [{ disconnect }, { connect: 'google' }]) {
      for (const csrf of ['', stolen]) {
        await pat.go(path)
        expect((await submitHere(pat.browser, { ...fields, csrf })).status, csrf).to.equal(403)
      }
      await pat.go(path)
      const headers = { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }
      expect((await submitHere(pat.browser, fields, { headers })).status, 'another site').to.equal(403)
    }
    expect(await labelsOf(app, pat.id)).to.have.lengthOf(2)
  })
})

describe('what opens an account, as time goes by and providers change', () => {
  it('wants a sign-in that is recent when it begins, when it is sent, and when one comes back', async () => {
    const { app, clock, issuer } = await ownStage()
    const ann = await visitor({ app, issuer }, { path })
    const { email } = await there(upstream, 'github')
    await connectAt(ann.browser, issuer, 'github')
    await there(upstream, 'google')
    const { url } = await connectAt(ann.browser, issuer, 'google', comingBack)
    const [early, late] = [openBrowser(), openBrowser()]
    for (const browser of [early, late]) {
      browser.setCookies(ann.browser.cookies())
      await browser.go(issuer + path)
    }

    clock.advance(11 * 60)
    expect(atLogin(await submitHere(early, { connect: 'google' })), 'to a provider').to.equal(true)
    expect(atLogin(await ann.go(path)), 'the page').to.equal(true)
    clock.advance(5 * 60)
    const disconnect = await identityId(app, ann.id, email)
    expect(atLogin(await submitHere(late, { disconnect })), 'disconnecting').to.equal(true)
    expect(atLogin(await late.go(url)), 'back from a provider').to.equal(true)
    expect(await labelsOf(app, ann.id)).to.deep.equal([email])
  })

  it('connects nothing in a session that has ended, or by a provider that was turned off meanwhile', async () => {
    const { app, issuer } = await ownStage()
    const ann = await visitor({ app, issuer }, { path })
    await there(upstream, 'google')
    const { url } = await connectAt(ann.browser, issuer, 'google', comingBack)
    const another = await visitor({ app, issuer }, { as: ann, path: '/account/sessions' })
    await switchProvider(app, bySystem, 'google', false)

    const off = await ann.browser.go(url)
    expect([off.status, off.html.includes('Begin again')]).to.deep.equal([400, true])
    await switchProvider(app, bySystem, 'google', true)
    await another.go('/account/sessions')
    const others = another.browser.forms().findIndex(({ fields }) => 'csrf' in fields)
    await another.browser.submit({ end: 'others' }, { form: others })
    expect(atLogin(await ann.browser.go(url))).to.equal(true)
    expect(await labelsOf(app, ann.id)).to.be.empty
  })

  it('shows what a provider speaks for that is turned off or gone, and counts it as no way in', async () => {
    const { app, issuer } = await ownStage()
    const pat = await federated({ app, issuer }, upstream, 'google')
    const { email } = await there(upstream, 'github')
    await connectAt(pat.browser, issuer, 'github')
    await switchProvider(app, bySystem, 'github', false)
    const off = await pat.go(path)
    expect(off.html).to.include('Turned off here at the moment').and.to.include('The only way in')
    const last = await submitHere(pat.browser, { disconnect: await identityId(app, pat.id, pat.email) })
    expect(last.status).to.equal(409)

    await deleteProvider(app, bySystem, 'github')
    expect((await pat.go(path)).html)
      .to.include('Not offered here any more')
      .and.to.include(email)
    const done = await submitHere(pat.browser, { disconnect: await identityId(app, pat.id, email) })
    expect(done.html).to.include('Disconnected.')
    expect(await labelsOf(app, pat.id)).to.deep.equal([pat.email])
  })

  it('is told by letter, but not to who has just made their account', async () => {
    const { app, issuer } = await withProviders(await stageBesideProviders({ worker: true }))
    const pat = await federated({ app, issuer }, upstream, 'google')
    await there(upstream, 'github')
    await connectAt(pat.browser, issuer, 'github')
    const linked = await mailTo(app, pat.email, 'identity-linked')
    expect(linked.text).to.include('Provider: GitHub').and.to.include('/recovery')

    await pat.go(path)
    await submitHere(pat.browser, { disconnect: await identityId(app, pat.id, pat.email) })
    expect((await mailTo(app, pat.email, 'identity-unlinked')).text).to.include('Provider: Google')
    const letters = await app.db('mails').where({ user_id: pat.id, letter: 'identity-linked' })
    expect(letters).to.have.lengthOf(1)
  })
})

describe('somebody without a password', () => {
  const shared = sharedStage(withProviders, { variables })
  const password = 'another lamp of granite songs'

  it('sets a first one on the page of passwords, is told by letter, and signs in with it', async () => {
    const { app } = shared()
    const pat = await federated(shared(), upstream, 'google')
    const form = await pat.go('/account/password')
    expect(form.html).to.include('has no password yet').and.not.to.include('current_password')
    const weak = await pat.browser.submit({ password: 'short' })
    expect([weak.status, weak.html.includes('current_password')]).to.deep.equal([422, false])

    expect((await pat.browser.submit({ password })).html).to.include('Your password was changed')

    expect((await mailTo(app, pat.email, 'password-set')).userId).to.equal(pat.id)
    const form2 = await pat.go('/account/password')
    expect(form2.html, 'from then on').to.include('current_password')
    const as = { id: pat.id, email: pat.email, username: '', password }
    const again = await visitor(shared(), { as, path })
    expect((await again.go(path)).html).to.include('name="disconnect"')
    await submitHere(again.browser, { disconnect: await identityId(app, pat.id, pat.email) })
    expect(await labelsOf(app, pat.id)).to.be.empty
  })

  it('has one first password, however many are sent at once', async () => {
    const pat = await federated(shared(), upstream, 'google')
    await pat.go('/account/password')
    const sent = [password, 'a quiet harbour at dawn', 'seven lamps over granite'].map((one) =>
      pat.browser.submit({ password: one }),
    )
    const statuses = (await Promise.all(sent)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).to.have.lengthOf(1)
  })

  it('confirms another address by signing in, and deletes the account after a recent sign-in', async () => {
    const { app } = shared()
    const pat = await federated(shared(), upstream, 'google')
    const wanted = `new-${pat.email}`
    await pat.go('/account/email')
    await pat.browser.submit({ email: wanted })
    const url = linkIn(await mailTo(app, wanted, 'change-email'))
    const elsewhere = await openBrowser().go(url)
    expect(elsewhere.html).to.include('Sign in to that account here').and.to.include('href="/account"')
    const here = await pat.browser.go(url)
    expect(here.html).not.to.include('name="password"')
    expect(heading(await pat.browser.submit({}))).to.equal('Your address was changed')

    await pat.go('/account/delete')
    expect(heading(await pat.browser.submit({ sure: 'yes' }))).to.equal('You are signed out everywhere')
  })
})
