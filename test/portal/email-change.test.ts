import { expect } from 'chai'

import { listKept } from '../../src/features/notifications/index.ts'
import { createLink } from '../../src/features/links/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { setUserStatus } from '../../src/features/accounts/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { operator } from '../administration/support.ts'
import { linkIn, mailsTo, mailTo } from '../support/mailbox.ts'
import { type Me, problemOf, signedIn } from '../support/my-api.ts'
import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { heading, visitor } from './support.ts'

let made = 0
const newAddress = () => `new-${++made}@example.com`

describe('changing one’s e-mail address', () => {
  const shared = sharedStage()
  const ask = (me: Me, email: string) => me.call('PUT', '/users/me/email', { email })
  const emailOf = async (id: string) =>
    (await shared().app.db('users').select<{ email: string }[]>('email').where({ id }).first())?.email

  it('MA-04: sends a link to the new one and word to the old one, which stays until the link is used', async () => {
    const { app } = shared()
    const ann = await signedIn(shared())
    const wanted = newAddress()

    const asked = await ask(ann, wanted.toUpperCase())
    expect([asked.status, asked.body.email]).to.deep.equal([202, wanted])
    await mailTo(app, ann.email, 'email-change-requested')
    expect((await ann.call('GET', '/users/me')).body).to.include({ email: ann.email, email_verified: true })
    const { browser } = ann
    const link = linkIn(await mailTo(app, wanted, 'change-email'))

    for (let looks = 0; looks < 3; looks++) expect((await browser.go(link)).html).to.include(wanted)
    expect(await emailOf(ann.id)).to.equal(ann.email)

    expect(heading(await browser.submit({}))).to.equal('Your address was changed')
    expect((await ann.call('GET', '/users/me')).body).to.include({ email: wanted, email_verified: true })
    await mailTo(app, ann.email, 'email-changed')
    expect((await browser.go(link)).status, 'the link again').to.equal(403)
    const { tokens } = await ann.client.signIn({ ...ann, email: wanted })
    expect(tokens.claims()?.email).to.equal(wanted)
  })

  it('records and announces it, and ends links that were sent to the old address', async () => {
    const { app, clock } = shared()
    const ann = await signedIn(shared())
    const wanted = newAddress()
    await app.db.transaction((tx) =>
      createLink(tx, clock.now(), { purpose: 'reset-password', userId: ann.id, address: ann.email }),
    )
    await ask(ann, wanted)
    await ann.browser.go(linkIn(await mailTo(app, wanted, 'change-email')))
    await ann.browser.submit({})

    const open = await app
      .db('links')
      .select('id')
      .where({ user_id: ann.id })
      .whereNull('used_at')
      .whereNull('superseded_at')
    expect(open).to.be.empty
    const events = await app
      .db('outbox_events')
      .select('data')
      .where({ type: 'auth.email.changed', subject: ann.id })
    expect(events).to.deep.equal([{ data: { userId: ann.id } }])
    const records = await app
      .db('audit_records')
      .select('action')
      .where({ target_id: ann.id })
      .whereLike('action', 'user.email%')
    expect(records).to.have.deep.members([
      { action: 'user.email_change_requested' },
      { action: 'user.email_changed' },
    ])
  })

  it('MA-04: keeps one link however many are asked for at once, and of its users lets one through', async () => {
    const { app } = shared()
    const ann = await signedIn(shared())
    const wanted = Array.from({ length: 50 }, newAddress)
    const replies = await Promise.all(wanted.map((email) => ask(ann, email)))
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([202]))

    const sent = await listKept(app, 500)
    const links = wanted.map((email) => sent.find(({ to }) => to === email)?.url ?? '')
    const works = await Promise.all(links.map(async (link) => (await openBrowser().go(link)).status === 200))
    expect(works.filter(Boolean)).to.have.lengthOf(1)

    const link = links[works.indexOf(true)] ?? ''
    const browsers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const browser = openBrowser()
        browser.setCookies(ann.browser.cookies())
        await browser.go(link)
        return browser
      }),
    )
    const outcomes = await Promise.all(browsers.map(async (browser) => (await browser.submit({})).status))
    expect(outcomes.filter((status) => status === 200)).to.have.lengthOf(1)
    expect(await emailOf(ann.id)).to.equal(wanted[works.indexOf(true)])
  })

  it('tells nobody that an address is taken but who reads its mail', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const [taken, free] = [await ask(ann, bob.email), await ask(ann, newAddress())]
    expect(taken.status).to.equal(free.status)
    expect(Object.keys(taken.body)).to.deep.equal(Object.keys(free.body))

    await ask(ann, bob.email)
    await ann.browser.go(linkIn(await mailTo(app, bob.email, 'change-email')))
    const refused = await ann.browser.submit({})
    expect(refused.status).to.equal(409)
    expect(refused.html).to.include('Another account has this address by now')
    expect(await emailOf(ann.id)).to.equal(ann.email)
  })

  it('gives nothing to an account that was disabled meanwhile', async () => {
    const { app } = shared()
    const ann = await signedIn(shared())
    const wanted = newAddress()
    await ask(ann, wanted)
    const browser = openBrowser()
    await browser.go(linkIn(await mailTo(app, wanted, 'change-email')))
    await setUserStatus(app, bySystem, ann.id, 'disabled', 'test')
    expect((await browser.submit({ password: ann.password })).status).to.equal(403)
    expect(await emailOf(ann.id)).to.equal(ann.email)
    await setUserStatus(app, bySystem, ann.id, 'active', 'test')
    const link = linkIn(await mailTo(app, wanted, 'change-email'))
    expect((await openBrowser().go(link)).status, 'enabled again').to.equal(403)
  })

  it('makes no stranger’s account own an address because its reader presses the button (MA-04)', async () => {
    const { app } = shared()
    const [mallory, victim] = [await signedIn(shared()), newAddress()]
    await ask(mallory, victim)
    const link = linkIn(await mailTo(app, victim, 'change-email'))
    const unchanged = async () => expect(await emailOf(mallory.id)).to.equal(mallory.email)

    const { browser: other } = await visitor(shared()) // signed in, to another account
    for (const browser of [openBrowser(), other]) {
      await browser.go(link)
      expect((await browser.submit({})).status).to.equal(403)
      await unchanged()
      const wrong = await browser.submit({ password: 'what the victim would type' })
      expect(wrong.status).to.equal(403)
      expect(wrong.html).to.include('This is not the password of that account')
      await unchanged()
    }
    const records = await app
      .db('audit_records')
      .where({ action: 'credential.password_refused', target_id: mallory.id, reason: 'change_email' })
      .select('reason')
    expect(records).to.have.lengthOf(2)

    const elsewhere = openBrowser()
    await elsewhere.go(link)
    expect(heading(await elsewhere.submit({ password: mallory.password }))).to.equal(
      'Your address was changed',
    )
    expect(await emailOf(mallory.id)).to.equal(victim)
  })

  it('lets nobody guess the password at its link', async () => {
    const { app } = shared()
    const ann = await signedIn(shared())
    const wanted = newAddress()
    await ask(ann, wanted)
    const browser = openBrowser()
    const link = linkIn(await mailTo(app, wanted, 'change-email'))
    await browser.go(link)
    for (let guess = 0; guess < 5; guess++)
      expect((await browser.submit({ password: `wrong ${guess}` })).status).to.equal(403)
    const refused = await browser.submit({ password: ann.password })
    expect(refused.status).to.equal(429)
    expect(refused.headers.get('retry-after')).not.to.equal(null)
    expect(await emailOf(ann.id)).to.equal(ann.email)
  })

  const ends: Record<string, (me: Me) => Promise<unknown>> = {
    'of all sessions, by an application': (me) => me.call('POST', '/auth/logout-all'),
    'of all other sessions': (me) => me.call('DELETE', '/users/me/sessions'),
    'of all sessions, by an administrator': async ({ id }) => {
      const root = await operator(shared().app, 'root_admin')
      return root.call('DELETE', `/admin/users/${id}/sessions`)
    },
  }
  for (const [end, sign] of Object.entries(ends))
    it(`dies with the end ${end}: whoever is shut out may have asked for it`, async () => {
      const { app } = shared()
      const ann = await signedIn(shared())
      const wanted = newAddress()
      await ask(ann, wanted)
      const link = linkIn(await mailTo(app, wanted, 'change-email'))
      expect((await openBrowser().go(link)).status).to.equal(200)
      await sign(ann)
      expect((await openBrowser().go(link)).status).to.equal(403)
    })

  it('ends with a new password: who knew the old one may have asked', async () => {
    const { app } = shared()
    const ann = await signedIn(shared())
    const wanted = newAddress()
    await ask(ann, wanted)
    const link = linkIn(await mailTo(app, wanted, 'change-email'))
    const change = { current_password: ann.password, new_password: 'another lamp of granite songs' }
    expect((await ann.call('POST', '/auth/password/change', change)).status).to.equal(204)
    expect((await openBrowser().go(link)).status).to.equal(403)
  })

  it('refuses what is no address, what is theirs already, and another party’s client', async () => {
    const ann = await signedIn(shared())
    const wrong = await ask(ann, 'ann@')
    expect([wrong.status, problemOf(wrong)]).to.deep.equal([422, 'email_invalid'])
    const own = await ask(ann, ann.email.toUpperCase())
    expect([own.status, problemOf(own)]).to.deep.equal([409, 'email_unchanged'])
    for (const body of [
      { email: ['a@example.com', 'b@example.com'] },
      { email: 'a@example.com', role: 'x' },
      {},
    ])
      expect((await ann.call('PUT', '/users/me/email', body)).status).to.equal(400)
    const partner = await relyingParty(shared().app, { firstParty: false })
    const there = await signedIn(shared(), { as: ann, client: partner })
    expect((await ask(there, newAddress())).status).to.equal(403)
  })

  it('works as pages alone', async () => {
    const { app } = shared()
    const ann = await visitor(shared(), { path: '/account/email' })
    const wanted = newAddress()
    const wrong = await ann.browser.submit({ email: 'ann@' })
    expect([wrong.status, wrong.html.includes('id="email-problem"')]).to.deep.equal([422, true])
    expect((await ann.browser.submit({ email: wanted })).html).to.include('A link is on its way')
    await ann.browser.go(linkIn(await mailTo(app, wanted, 'change-email')))
    const forged = await ann.browser.submit({ csrf: 'x'.repeat(43) })
    expect(forged.status).to.equal(403)
    await ann.browser.go(linkIn(await mailTo(app, wanted, 'change-email')))
    await ann.browser.submit({})
    expect((await ann.go('/account')).html).to.include(wanted)
  })

  it('PW-02: leads to the configured origin whatever host the request named', async () => {
    const { app, issuer } = shared()
    const ann = await signedIn(shared())
    const wanted = newAddress()
    await fetch(`${issuer}/users/me/email`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${ann.token}`,
        'content-type': 'application/json',
        'x-forwarded-host': 'evil.test',
        forwarded: 'host=evil.test',
      },
      body: JSON.stringify({ email: wanted }),
    })
    expect(linkIn(await mailTo(app, wanted, 'change-email')).startsWith(`${issuer}/account/`)).to.equal(true)
  })
})

describe('changing one’s e-mail address, as time goes by', () => {
  it('MA-04: needs a recent sign-in, and its link ends after a day', async () => {
    const opened = await stage()
    const { app, clock } = opened
    await changeSetting(app, bySystem, 'token.access_seconds', 3600) // longer than a sign-in is recent
    const ann = await signedIn(opened)
    await ann.call('PUT', '/users/me/email', { email: 'new@example.com' })
    const link = linkIn(await mailTo(app, 'new@example.com', 'change-email'))
    clock.advance(16 * 60)
    const reply = await ann.call('PUT', '/users/me/email', { email: 'newer@example.com' })
    expect(reply.status).to.equal(401)
    expect(reply.headers.get('www-authenticate')).to.include('insufficient_user_authentication')
    expect(await mailsTo(app, 'newer@example.com')).to.be.empty
    clock.advance(24 * 3600)
    expect((await openBrowser().go(link)).status).to.equal(403)
  })
})
