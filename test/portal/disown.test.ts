import { expect } from 'chai'

import { listEventsOf } from '../../src/features/audit/index.ts'
import { type NativeApp, nativeApp, type Tokens, tokensOf } from '../authentication/native/app.ts'
import { openBrowser } from '../support/browser.ts'
import { linkIn, mailsTo, mailTo } from '../support/mailbox.ts'
import { callApi, problemOf } from '../support/my-api.ts'
import { type Person, person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { atLogin, heading, visitor } from './support.ts'

interface Event {
  id: string
  action: string
  sign_in: { reasons: string[]; disowned: boolean } | null
}

describe('saying that a sign-in was not mine', () => {
  const prepare = async (opened: Stage) => ({ ...opened, phone: await nativeApp(opened.app) })
  const shared = sharedStage(prepare, { variables: { TRUST_PROXY: '127.0.0.1,::1' }, worker: true })

  const signIn = async (phone: NativeApp, ann: Person, ip: string): Promise<Tokens> =>
    tokensOf(
      await phone.send(
        '/auth/login',
        { login: ann.email, password: ann.password },
        { 'x-forwarded-for': ip, 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }, // prettier-ignore
      ),
    )

  const call = (method: string, path: string, token: string) =>
    callApi(shared().issuer + path, { method, token })

  const signInsOf = async (token: string): Promise<Event[]> => {
    const { body } = await call('GET', '/users/me/events', token)
    return (body.items as Event[]).filter(({ action }) => action === 'sign_in.succeeded')
  }

  /** Somebody at home, and a stranger who knows their password. */
  async function scene() {
    const { app, phone } = shared()
    const ann = await person(app)
    const own = await signIn(phone, ann, '192.0.2.1')
    const strange = await signIn(phone, ann, '198.51.100.1')
    const [theirs, mine] = await signInsOf(own.access_token)
    if (!theirs || !mine) throw new Error('a sign-in is not listed')
    return { app, phone, ann, own, strange, theirs, mine }
  }

  it('shows what was unusual beside each sign-in', async () => {
    const { theirs, mine } = await scene()
    expect(theirs.sign_in).to.deep.equal({ reasons: ['device_new', 'network_new'], disowned: false })
    expect(mine.sign_in).to.deep.equal({ reasons: [], disowned: false })
  })

  it('ends it with all it gave, forgets its device, mails a link to a new password, and leaves the rest', async () => {
    const { app, phone, ann, own, strange, theirs } = await scene()

    const reply = await call('POST', `/users/me/events/${theirs.id}/disown`, own.access_token)

    expect([reply.status, reply.body]).to.deep.equal([200, { reset_sent: true }])
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect((await call('GET', '/users/me', strange.access_token)).status).to.equal(401)
    expect((await phone.refresh(strange.refresh_token)).status).to.equal(400)
    expect((await call('GET', '/users/me', own.access_token)).status).to.equal(200)
    expect((await phone.refresh(own.refresh_token)).status).to.equal(200)
    const { body } = await call('GET', '/users/me/devices', own.access_token)
    expect(body.items).to.have.lengthOf(1)
    expect(linkIn(await mailTo(app, ann.email, 'reset-password'))).to.include('/recovery/')
    expect((await signInsOf(own.access_token))[0]?.sign_in?.disowned).to.equal(true)
    const actions = (await listEventsOf(app, ann.id, { limit: 50 })).items.map(({ action }) => action)
    expect(actions).to.include.members(['sign_in.disowned', 'device.removed', 'recovery.requested'])
    const told = await app.db('outbox_events').where({ subject: ann.id, type: 'auth.sign_in.disowned' })
    expect(told).to.have.lengthOf(1)

    const again = await call('POST', `/users/me/events/${theirs.id}/disown`, own.access_token)
    expect([again.status, problemOf(again)]).to.deep.equal([404, 'sign_in_not_found'])
  })

  it('ends it once, however many ask at one moment', async () => {
    const { own, theirs } = await scene()
    const ask = () => call('POST', `/users/me/events/${theirs.id}/disown`, own.access_token)
    const statuses = (await Promise.all([ask(), ask(), ask()])).map(({ status }) => status).sort()
    expect(statuses).to.deep.equal([200, 404, 404])
  })

  it('keeps a sign-in out that was proven and reached no application yet', async () => {
    const { app, ann, own, theirs } = await scene()
    await call('POST', `/users/me/events/${theirs.id}/disown`, own.access_token)
    const epoch = await app.db('session_epochs').where({ user_id: ann.id })
    expect(epoch).to.have.lengthOf(1)
  })

  it('ends everything but the session that says so, where the device is not known', async () => {
    const { app, own, strange, theirs } = await scene()
    await app.db('login_events').where({ id: theirs.id }).update({ device_id: null })
    await call('POST', `/users/me/events/${theirs.id}/disown`, own.access_token)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect((await call('GET', '/users/me', strange.access_token)).status).to.equal(401)
    expect((await call('GET', '/users/me', own.access_token)).status).to.equal(200)
  })

  it('answers for other people’s sign-ins, and for what is none, as for what never was', async () => {
    const { app, own, theirs } = await scene()
    const bob = await scene()
    const { items } = await listEventsOf(app, bob.ann.id, { limit: 50 })
    const device = items.find(({ action }) => action === 'device.added')
    const never = '0199a1c2-7d3e-7c11-9a55-2f6f0f1c9d10'
    for (const id of [bob.theirs.id, device?.id ?? '', never]) {
      const reply = await call('POST', `/users/me/events/${id}/disown`, own.access_token)
      expect([reply.status, problemOf(reply)], id).to.deep.equal([404, 'sign_in_not_found'])
    }
    expect((await call('GET', '/users/me', bob.strange.access_token)).status).to.equal(200)
    expect((await call('POST', '/users/me/events/x/disown', own.access_token)).status).to.equal(400)
    expect((await signInsOf(own.access_token))[0]).to.deep.equal(theirs)
  })

  it('has a page with reasons, one that asks, and no way without its form', async () => {
    const { app, ann, strange } = await scene()
    const at = await visitor(shared(), { as: ann, path: '/account/events' })
    const list = await at.go('/account/events')
    expect(list.html).to.include('A network you had not used lately')
    const [, theirs = ''] = [...list.html.matchAll(/href="(\/account\/events\/[\w-]+\/disown)"/g)].map(([, href]) => href) // prettier-ignore

    const asked = await at.go(theirs)
    expect(heading(asked)).to.equal('Was this not you?')
    expect(asked.html).to.include('198.51.100.1')
    const form = at.browser.forms().findIndex(({ action }) => action === theirs)
    expect((await at.browser.submit({ csrf: 'made up' }, { form })).status).to.equal(403)
    await at.go(theirs)
    const done = await at.browser.submit({}, { form })

    expect(heading(done)).to.equal('Thank you. That sign-in is over.')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect((await call('GET', '/users/me', strange.access_token)).status).to.equal(401)
    await mailTo(app, ann.email, 'reset-password')
    expect((await at.go('/account/events')).html).to.include('You said that this was not you')
    expect(new URL((await at.go(theirs)).url).pathname).to.equal('/account/events')
  })

  describe('by the link of the letter', () => {
    /** As `scene`, by a sign-in so unusual that a letter tells of it. */
    async function told() {
      const found = await scene()
      const { app, phone, ann } = found
      for (let turn = 0; turn < 5; turn++)
        await phone.send('/auth/login', { login: ann.email, password: 'not it' }, { 'x-forwarded-for': '192.0.2.1' }) // prettier-ignore
      const strange = await signIn(phone, ann, '203.0.113.1')
      const url = linkIn(await mailTo(app, ann.email, 'unusual-sign-in'))
      return { ...found, strange, url }
    }

    it('asks by GET, which changes nothing, and ends everything by POST, once, without being signed in', async () => {
      const { app, phone, ann, own, strange, url } = await told()
      const browser = openBrowser()
      const shown = await browser.go(url)
      expect(heading(shown)).to.equal('Was this you?')
      expect(shown.html).to.include('203.0.113.1').and.include('Several failed attempts just before')
      expect((await call('GET', '/users/me', strange.access_token)).status).to.equal(200)
      expect((await browser.submit({ csrf: 'made up' })).status).to.equal(403)
      await browser.go(url)

      const done = await browser.submit({})

      expect(heading(done)).to.equal('Thank you. That sign-in is over.')
      await new Promise((resolve) => setTimeout(resolve, 1000))
      for (const { access_token: token } of [strange, own])
        expect((await call('GET', '/users/me', token)).status).to.equal(401)
      expect((await phone.refresh(strange.refresh_token)).status).to.equal(400)
      await mailTo(app, ann.email, 'reset-password')
      const again = await browser.go(url)
      expect([again.status, heading(again)]).to.deep.equal([403, 'This link does not work any more'])
    })

    it('is good for one person’s sign-ins only, and not from another link', async () => {
      const [ann, bob] = [await told(), await told()]
      const browser = openBrowser()
      const token = ann.url.split('/').at(-1) ?? ''
      const { issuer } = shared()
      expect((await browser.go(`${issuer}/account/was-this-you/${bob.theirs.id}/${token}`)).status).to.equal(
        403,
      )
      expect((await browser.go(`${issuer}/account/was-this-you/${ann.theirs.id}/${'x'.repeat(43)}`)).status).to.equal(403) // prettier-ignore
      expect((await mailsTo(ann.app, ann.ann.email)).filter(({ letter }) => letter === 'reset-password')).to.deep.equal([]) // prettier-ignore
    })
  })

  it('wants to be signed in', async () => {
    const { issuer } = shared()
    const { theirs } = await scene()
    const { browser } = await visitor(shared(), {})
    const stranger = await browser.go(`${issuer}/account/events/${theirs.id}/disown`)
    expect(atLogin(stranger)).to.equal(false) // signed in, and it is not theirs: back at the list
    expect(new URL(stranger.url).pathname).to.equal('/account/events')
  })
})
