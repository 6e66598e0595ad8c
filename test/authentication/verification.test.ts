import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { createLink } from '../../src/features/links/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { verifyEmail } from '../../src/features/authentication/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { Problem } from '../../src/platform/errors.ts'
import { newId } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { type Browser, openBrowser } from '../support/browser.ts'
import { keepSecret } from '../support/canary.ts'
import { linkIn, mailsTo, mailTo } from '../support/mailbox.ts'
import { person } from '../support/people.ts'
import { type RelyingParty, relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'

const password = 'a quiet harbour at dawn'
const fresh = 'a very quiet harbour at dusk'

let count = 0
const newcomer = () => ({
  email: `bob-${++count}@example.com`,
  username: `bob${count}`,
  name: 'Bob',
  password,
})

const nameless = () => ({ ...newcomer(), username: '' })

async function atRegister(client: RelyingParty, browser = openBrowser()) {
  const begun = await client.begin({ screen_hint: 'signup' })
  await browser.go(begun.url)
  return { browser, begun, until: (url: string) => url.startsWith(client.redirectUri) }
}

const isProven = async (app: Gatehouse, email: string): Promise<unknown[]> =>
  app.db('users').where({ email }).whereNotNull('email_verified_at').select<unknown[]>('status')

describe('an address that is proven', () => {
  const shared = sharedStage(async (built) => ({ ...built, client: await relyingParty(built.app) }), {
    worker: true,
  })

  /** Somebody registered and is signed in; the mail with their link has come. */
  async function registered() {
    const { app, client } = shared()
    const bob = newcomer()
    const { browser, begun, until } = await atRegister(client)
    const end = await browser.submit(bob, { until })
    const { access_token: token } = await client.finish(begun, end.url)
    return { bob, browser, token, link: linkIn(await mailTo(app, bob.email, 'verify-email')) }
  }

  const signsIn = (bob: { email: string }, typed: string) =>
    shared()
      .client.signIn({ id: '', username: '', email: bob.email, password: typed })
      .then(
        ({ tokens }) => tokens.claims()?.email_verified,
        () => 'refused',
      )

  it('keeps all that an honest sign-up made, when the link is opened in the same browser', async () => {
    const { app, issuer } = shared()
    const { bob, browser, token, link } = await registered()
    const page = await browser.go(link)
    expect(page.html).to.include('you made the account').and.not.include('type="password"')
    expect(await isProven(app, bob.email)).to.be.empty // looking proves nothing (RG-08)

    expect((await browser.submit({})).html).to.include('Your address is confirmed')

    expect(await isProven(app, bob.email)).to.deep.equal([{ status: 'active' }])
    const me = await fetch(`${issuer}/users/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(await me.json()).to.include({ email: bob.email, email_verified: true })
    expect(await signsIn(bob, password)).to.equal(true)
    const events = await app.db('outbox_events').where({ type: 'auth.email.verified' })
    expect(events.length).to.be.greaterThan(0)
    expect((await openBrowser().go(link)).status).to.equal(403)
  })

  it('keeps it for who gives the password in another browser, and counts what is guessed there', async () => {
    const { app } = shared()
    const { bob, link } = await registered()
    const other = openBrowser()
    expect((await other.go(link)).html).to.include('type="password"')
    const wrong = await other.submit({ password: 'not the password of bob' })
    expect(wrong.status).to.equal(401)
    expect(await isProven(app, bob.email)).to.be.empty

    expect((await other.submit({ password })).html).to.include('Your address is confirmed')

    expect(await signsIn(bob, password)).to.equal(true)
  })

  it('RG-05: blesses no stranger’s password: who only has the mail is asked for more, and the link stays good', async () => {
    const { app } = shared()
    const { bob, link } = await registered()
    const victim = openBrowser()
    await victim.go(link)
    const refused = await victim.submit({ mode: 'confirm' })
    expect(refused.status).to.equal(403)
    expect(refused.html).to.include('does not know who made the account')
    expect(await isProven(app, bob.email)).to.be.empty
    expect((await victim.go(link)).status).to.equal(200)
  })

  it('RG-05: belongs to who reads its mail: a new password ends all that the stranger has', async () => {
    const { app, issuer } = shared()
    const { bob, browser: stranger, token, link } = await registered()
    const victim = openBrowser()
    const page = await victim.go(`${link}/new-password`)
    expect(page.html).to.include('choose a password')
    expect((await victim.submit({ password: 'short' })).status).to.equal(422)

    expect((await victim.submit({ password: fresh })).html).to.include('Your address is confirmed')

    const me = await fetch(`${issuer}/users/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(me.status).to.equal(401)
    expect(await signsIn(bob, password)).to.equal('refused')
    expect(await signsIn(bob, fresh)).to.equal(true)
    const again = await shared().client.begin()
    expect((await stranger.go(again.url)).url).to.match(/\/login$/)
    const [user] = await app.db('users').where({ email: bob.email }).select<{ id: string }[]>('id')
    const reasons: unknown = await app
      .db('sessions')
      .select('end_reason')
      .where({ user_id: user?.id })
      .whereNotNull('ended_at')
    expect(reasons).to.deep.equal([{ end_reason: 'address_proven' }])
  })

  it('takes no mark of another account, a forged one or one that is too old for a proof', async () => {
    const { bob, browser, link } = await registered()
    const mark = browser.cookies().find(({ name }) => name === 'gatehouse_maker')
    const other = (await registered()).browser.cookies().find(({ name }) => name === 'gatehouse_maker')
    const [body = '', mac = ''] = mark?.value.split('.') ?? []
    const forged = Buffer.from(Buffer.from(body, 'base64url').toString().replace(/ \d+$/, ' 9999999999'))
    for (const value of [
      other?.value ?? '',
      `${forged.toString('base64url')}.${mac}`,
      body,
      '',
      '.',
      'x'.repeat(3000),
    ]) {
      const thief = openBrowser()
      thief.setCookies([{ name: 'gatehouse_maker', value, path: '/' }])
      await thief.go(link)
      expect((await thief.submit({ mode: 'confirm' })).status, value.slice(0, 40)).to.equal(403)
    }
    expect(await isProven(shared().app, bob.email)).to.be.empty
  })

  it('is proven by one of fifty at the same moment, and by its own kind of link only (PW-05)', async () => {
    const { app } = shared()
    const ann = await person(app)
    await app.db('users').where({ id: ann.id }).update({ email_verified_at: null })
    const make = async (purpose: 'verify-email' | 'reset-password') => {
      const link = { purpose, userId: ann.id, address: ann.email }
      const { token } = await transaction(app.db, (tx) => createLink(tx, app.clock.now(), link))
      keepSecret(token)
      return token
    }
    const [token, reset] = [await make('verify-email'), await make('reset-password')]
    const verify = (which: string) =>
      verifyEmail(app, bySystem, { token: which, maker: { userId: ann.id } }).then(
        () => 'done',
        (error: unknown) => (error instanceof Problem ? error.code : String(error)),
      )
    expect(await verify(reset)).to.equal('link_invalid')
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => verify(token)))
    expect(outcomes.filter((outcome) => outcome === 'done')).to.have.lengthOf(1)
    expect(outcomes.filter((outcome) => outcome === 'link_invalid')).to.have.lengthOf(49)
    const told: unknown[] = await app
      .db('audit_records')
      .where({ action: 'email.verified', target_id: ann.id })
    expect(told).to.have.lengthOf(1)
  })

  it('is asked for once more with the same answer for everybody (LG-03)', async () => {
    const { app, issuer } = shared()
    const { bob, link } = await registered()
    const ann = await person(app)
    const first = await mailTo(app, bob.email, 'verify-email')
    const answers = await Promise.all(
      [bob.email, ann.email, 'nobody@example.com'].map(async (login) => {
        const reply = await fetch(`${issuer}/verify-email`, {
          method: 'POST',
          headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ login }),
        })
        return `${reply.status} ${[...reply.headers.keys()].join()} ${(await reply.text()).replaceAll(login, '#')}`
      }),
    )
    expect(new Set(answers).size).to.equal(1)
    const second = await mailTo(app, bob.email, 'verify-email', { after: first })
    expect((await openBrowser().go(link)).status).to.equal(403) // the newer one replaced it
    expect((await openBrowser().go(linkIn(second))).status).to.equal(200)
    expect(await mailsTo(app, ann.email)).to.be.empty
  })
})

describe('where addresses must be proven first', () => {
  const shared = sharedStage(
    async (built) => {
      await changeSetting(built.app, bySystem, 'registration.require_verified_email', true)
      return { ...built, client: await relyingParty(built.app) }
    },
    { worker: true },
  )

  const cookieNames = (browser: Browser) =>
    browser.cookies().map(({ name, value }) => `${name} ${value.length}`)

  it('an account begins with the proof, and the sign-in that waited goes on', async () => {
    const { app, client } = shared()
    const bob = nameless()
    const { browser, begun, until } = await atRegister(client)
    const sent = await browser.submit(bob, { until })
    expect(sent.html).to.include('Look into your mail')
    expect(await app.db('users').where({ email: bob.email, status: 'pending' })).to.have.lengthOf(1)

    await browser.go(linkIn(await mailTo(app, bob.email, 'verify-email')))
    const done = await browser.submit({})
    await browser.go(/class="button primary" href="([^"]+)"/.exec(done.html)?.[1] ?? '')
    const end = await browser.submit({ login: bob.email, password }, { until })

    expect((await client.finish(begun, end.url)).claims()).to.include({
      email: bob.email,
      email_verified: true,
    })
  })

  it('only who proves the password is told so, and may have the mail again', async () => {
    const { app, client } = shared()
    const bob = nameless()
    await (await atRegister(client)).browser.submit(bob)
    const first = await mailTo(app, bob.email, 'verify-email')
    const browser = openBrowser()
    const begun = await client.begin()
    await browser.go(begun.url)
    const wrong = await browser.submit({ login: bob.email, password: 'not the password of bob' })
    expect(wrong.status).to.equal(401)
    expect(cookieNames(browser).join()).not.to.include('maker')

    const told = await browser.submit({ login: bob.email, password })
    expect(told.status).to.equal(403)
    expect(told.html).to.include('is not confirmed yet')
    await browser.submit({ login: bob.email }, { form: 2 })
    const second = await mailTo(app, bob.email, 'verify-email', { after: first })

    await browser.go(linkIn(second)) // another browser than the one of the sign-up, and it knows the password
    expect((await browser.submit({})).html).to.include('Your address is confirmed')
    expect(await isProven(app, bob.email)).to.deep.equal([{ status: 'active' }])
  })

  it('LG-03: a taken address gets the answer of a free one, and its owner a mail', async () => {
    const { app, client } = shared()
    const ann = await person(app)
    const [free, taken] = [await atRegister(client), await atRegister(client)]
    const bob = nameless()
    const [one, other] = [
      await free.browser.submit(bob),
      await taken.browser.submit({ ...nameless(), email: ann.email.toUpperCase() }),
    ]

    const shown = ({ html }: { html: string }, email: string) =>
      html
        .replaceAll(email, '#')
        .replaceAll(/interaction\/[\w-]+/g, 'interaction/#')
        .replaceAll(/name="csrf" value="[^"]*"/g, '')
    expect(other.status).to.equal(one.status)
    expect(shown(other, ann.email.toUpperCase())).to.equal(shown(one, bob.email))
    expect([...other.headers.keys()]).to.deep.equal([...one.headers.keys()])
    expect(cookieNames(taken.browser)).to.deep.equal(cookieNames(free.browser))
    const mail = await mailTo(app, ann.email, 'already-registered')
    expect(linkIn(mail)).to.equal(`${app.config.issuer}/recovery`)
    expect(await app.db('users').where({ email: ann.email })).to.have.lengthOf(1)
  })

  it('LG-03: no username is taken before the proof, or it would tell what became of the address beside it', async () => {
    const { app, client } = shared()
    const [ann, bob] = [await person(app), nameless()]
    const { html } = await openBrowser().go((await client.begin({ screen_hint: 'signup' })).url)
    expect(html).to.include('name="email"').and.not.include('name="username"')
    for (const email of [ann.email, bob.email]) {
      const { browser } = await atRegister(client)
      for (const username of ['a-name-that-is-free', ann.username]) {
        const refused = await browser.submit({ ...bob, email, username })
        expect(refused.status).to.equal(422)
        expect(refused.html)
          .to.include('once your address is confirmed')
          .and.not.include('is taken')
          .and.not.include('already an account')
      }
    }
    expect(await app.db('users').where({ username: 'a-name-that-is-free' })).to.be.empty
  })
})

describe('proving an address', () => {
  it('takes few wrong passwords, and its link ends with its day', async () => {
    const { app, clock } = await stage()
    const ann = await person(app)
    await app.db('users').where({ id: ann.id }).update({ email_verified_at: null })
    const link = { purpose: 'verify-email', userId: ann.id, address: ann.email } as const
    const { token } = await transaction(app.db, (tx) => createLink(tx, app.clock.now(), link))
    keepSecret(token)
    const tryWith = (typed: string) =>
      verifyEmail(app, bySystem, { token, maker: { password: typed } }).then(
        () => 'done',
        (error: unknown) => (error instanceof Problem ? error.code : String(error)),
      )
    const codes = await Promise.all(
      Array.from({ length: 12 }, (_, n) => tryWith(`wrong password number ${n}`)),
    )
    expect(codes.filter((code) => code === 'wrong_credentials').length).to.be.within(5, 7)
    expect(new Set(codes)).to.deep.equal(new Set(['wrong_credentials', 'too_many_attempts']))
    for (const maker of [null, { userId: newId(clock.now()) }]) {
      const refused = await verifyEmail(app, bySystem, { token, maker }).catch((error: unknown) => error)
      expect(refused).to.include({ code: 'proof_of_maker_needed' })
    }
    clock.advance(24 * 3600 + 1)
    expect(await tryWith(ann.password)).to.equal('link_invalid')
  })
})
