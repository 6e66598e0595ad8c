import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { endSessionsOfUser } from '../../src/features/sessions/index.ts'
import { switchProvider } from '../../src/features/federation/providers/change-provider.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { openBrowser } from '../support/browser.ts'
import { mailsTo, mailTo } from '../support/mailbox.ts'
import { type Person, person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { startUpstream, type Upstream } from '../support/upstream/index.ts'
import {
  type Arrived,
  arrives,
  atConnect,
  decides,
  freshPassword,
  identitiesOf,
  interactionOf,
  ownerOf,
  resetsByMail,
  signOutUpstream,
  signsInHere,
  someone,
  tokensOf,
} from './arrivals.ts'
import { back, beforehand, besideProviders, provider } from './upstream-providers.ts'

describe('connecting an identity whose address an account has', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  const shared = sharedStage(
    async (built) => {
      await provider(built.app, upstream, 'google')
      await provider(built.app, upstream, 'other')
      return { ...built, rp: await relyingParty(built.app) }
    },
    { worker: true, ...besideProviders },
  )

  interface Met {
    ann: Person
    sub: string
    arrived: Arrived
  }

  /** Somebody comes by Google with the address of their account here. */
  async function meets(): Promise<Met> {
    const { app, rp } = shared()
    const ann = await person(app)
    const { sub } = await someone(upstream, 'google', { email: ann.email })
    return { ann, sub, arrived: await arrives(rp, 'google') }
  }

  /** The same, signed in to the account: they are asked whether to connect. */
  async function isAsked(as?: Person): Promise<Met> {
    const met = await meets()
    const { email: login, password } = as ?? met.ann
    const arrived = await signsInHere(met.arrived, { login, password })
    expect(atConnect(arrived.landing)).to.equal(true)
    return { ...met, arrived }
  }

  /** Further: they agreed and come back; `url` is not opened yet. */
  async function isBack(): Promise<Met & { url: string }> {
    const met = await isAsked()
    const until = (url: string) => url.includes('/connected/')
    const { browser, ours } = met.arrived
    const there = await browser.submit({ decision: 'connect' }, { until })
    expect(until(there.url), 'the provider asks again').to.equal(false)
    const { url } = await back({ browser, ours, until }, there)
    expect(until(url)).to.equal(true)
    return { ...met, url }
  }

  async function expectNoLink({ ann, sub }: Met): Promise<void> {
    expect(await ownerOf(shared().app, sub)).to.equal(undefined)
    expect(await identitiesOf(shared().app, ann.email)).to.be.empty
  }

  const isIn = ({ arrived }: Met, url: string): boolean => arrived.until(url)

  it('says so on the page of the sign-in, links both once both are proven, and tells the owner', async () => {
    const { app, rp } = shared()
    const { ann, sub, arrived } = await meets()
    expect(arrived.landing.status).to.equal(409)
    expect(arrived.landing.html).to.include('There is already an account').and.include(`value="${ann.email}"`)
    const wrong = await signsInHere(arrived, { login: ann.email, password: 'not the password of ann' })
    expect(wrong.landing.status).to.equal(401)

    const asked = await signsInHere(wrong, { login: ann.email, password: ann.password })
    expect(asked.landing.html).to.match(/Connect .*Google.* to your account\?/)
    expect(asked.landing.html).to.include(ann.email)
    const claims = (await tokensOf(await decides(asked, 'connect'))).claims()

    const subject = claims?.sub
    expect(claims).to.include({ acr: 'urn:gatehouse:acr:password', email: ann.email })
    expect(claims?.amr).to.have.members(['pwd', 'fed'])
    expect(await ownerOf(app, sub)).to.equal(ann.id)
    const events = await app.db('outbox_events').where({ type: 'auth.identity.linked', subject: ann.id })
    expect(events).to.have.lengthOf(1)
    const records = await app
      .db('audit_records')
      .where({ action: 'identity.linked', target_id: ann.id })
      .select<unknown[]>('reason', 'outcome')
    expect(records).to.deep.equal([{ reason: 'both_proven', outcome: 'success' }])
    expect((await mailTo(app, ann.email, 'identity-linked')).text).to.include('Google')
    const alone = (await tokensOf(await arrives(rp, 'google'))).claims()
    expect(alone).to.include({ sub: subject, acr: 'urn:gatehouse:acr:federated' })
    expect(alone?.amr).to.deep.equal(['fed'])
  })

  it('leaves no link where the answer is “Not now”, and asks no more in this sign-in', async () => {
    const { app } = shared()
    const met = await isAsked()
    const claims = (await tokensOf(await decides(met.arrived, 'skip'))).claims()
    expect(claims?.amr).to.deep.equal(['pwd'])
    await expectNoLink(met)
    const open = await app
      .db('upstream_requests')
      .where({ expected_subject: met.sub })
      .where('expires_at', '>', new Date())
    expect(open).to.be.empty
    expect(await mailsTo(app, met.ann.email)).to.be.empty
  })

  it('asks for nothing by a form that another page made', async () => {
    const met = await isAsked()
    const forged = await met.arrived.browser.submit({ decision: 'connect', csrf: 'forged' })
    expect(forged.status).to.equal(403)
    const foreign = await met.arrived.browser.submit(
      { decision: 'connect' },
      { headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } },
    )
    expect(foreign.status).to.equal(403)
    await expectNoLink(met)
  })

  it('FD-08: links nothing to who comes back as somebody else there, and says so', async () => {
    const { app } = shared()
    const met = await isAsked()
    signOutUpstream(met.arrived.browser)
    const { sub: other } = await someone(upstream, 'google')

    const end = await decides(met.arrived, 'connect')

    expect(end.landing.status).to.equal(403)
    expect(end.landing.html).to.include('You came back as somebody else than you left as')
    expect(await ownerOf(app, other)).to.equal(undefined)
    await expectNoLink(met)
    signOutUpstream(end.browser)
    await upstream.person('google', { sub: met.sub, email: met.ann.email, email_verified: true })
    await tokensOf(await decides(end, 'connect'))
    expect(await ownerOf(app, met.sub)).to.equal(met.ann.id)
  })

  it('links nothing where the provider is asked in vain, and goes on without', async () => {
    const met = await isAsked()
    await upstream.lie('google', 'access-denied')
    const refused = await beforehand(decides(met.arrived, 'connect'), () => upstream.honest('google'))
    expect(refused.landing.status).to.equal(403)
    expect(refused.landing.html).to.include('did not confirm who you are')
    expect((await tokensOf(await decides(refused, 'skip'))).claims()?.amr).to.deep.equal(['pwd'])
    await expectNoLink(met)
  })

  it('connects another account of one’s own, by its password', async () => {
    const { app } = shared()
    const own = await person(app)
    const met = await isAsked(own)
    expect(met.arrived.landing.html).to.include(own.email)
    await tokensOf(await decides(met.arrived, 'connect'))
    expect(await ownerOf(app, met.sub)).to.equal(own.id)
    expect(await identitiesOf(app, met.ann.email)).to.be.empty
  })

  it('links to nobody but who agreed: whoever else signs in meanwhile is asked themselves', async () => {
    const { app } = shared()
    const met = await isBack()
    const eve = await person(app)
    const again = await signsInHere(met.arrived, { login: eve.email, password: eve.password })
    const end = await again.browser.go(met.url, { until: again.until })
    expect(isIn(met, end.url)).to.equal(false)
    expect(end.status).to.equal(400)
    expect(end.html)
      .to.include(eve.email)
      .and.match(/Connect .*Google.* to your account\?/)
    await expectNoLink(met)
    expect(await identitiesOf(app, eve.email)).to.be.empty
  })

  it('is good for one use', async () => {
    const { app } = shared()
    const met = await isBack()
    const { browser, until } = met.arrived
    const copy = openBrowser()
    copy.setCookies(browser.cookies())

    const ends = await Promise.all([browser, copy].map((one) => one.go(met.url, { until })))

    expect(ends.filter(({ status }) => status >= 500)).to.be.empty
    expect(await identitiesOf(app, met.ann.email)).to.deep.equal([met.sub])
    await app.db('user_identities').where({ subject: met.sub }).delete()
    await openBrowser().go(met.url)
    copy.setCookies(browser.cookies())
    await copy.go(met.url, { until })
    await expectNoLink(met)
  })

  it('is good in its own browser and its own sign-in alone', async () => {
    const { app, rp } = shared()
    const met = await isBack()
    const stranger = openBrowser()
    const seen = await stranger.go(met.url)
    expect(seen.status).to.equal(400)

    // Another sign-in of another person, who learned the address of the page.
    const eve = await person(app)
    const begun = await rp.begin()
    const login = await stranger.go(begun.url)
    const elsewhere = met.url.replace(/interaction\/[^/]+/, /interaction\/[^/]+/.exec(login.url)?.[0] ?? '')
    await stranger.submit(
      { login: eve.email, password: eve.password },
      { until: (url) => url.includes('/auth') },
    )
    await stranger.go(elsewhere, { until: met.arrived.until })
    await expectNoLink(met)
    expect(await identitiesOf(app, eve.email)).to.be.empty

    await met.arrived.browser.go(elsewhere)
    await expectNoLink(met)
    await met.arrived.browser.go(met.url, { until: met.arrived.until })
    expect(await ownerOf(app, met.sub)).to.equal(met.ann.id)
  })

  const meanwhile: Record<string, (met: Met) => Promise<unknown>> = {
    'the password was reset': ({ ann }) =>
      resetsByMail(shared().app, { email: ann.email, password: freshPassword() }),
    'every session was ended': ({ ann }) =>
      transaction(shared().app.db, (tx) =>
        endSessionsOfUser(shared().app, tx, bySystem, ann.id, 'ended_by_owner'),
      ),
    'the account was disabled': ({ ann }) =>
      setUserStatus(shared().app, bySystem, ann.id, 'disabled', 'test'),
    'the account was locked': ({ ann }) => setUserStatus(shared().app, bySystem, ann.id, 'locked', 'test'),
  }
  for (const [what, happens] of Object.entries(meanwhile)) {
    it(`links nothing when ${what} meanwhile, before and after the provider was asked`, async () => {
      const asked = await isAsked()
      await happens(asked)
      const end = await decides(asked.arrived, 'connect')
      expect(isIn(asked, end.landing.url) && end.landing.url.includes('code=')).to.equal(false)
      await expectNoLink(asked)

      const back = await isBack()
      await happens(back)
      const late = await back.arrived.browser.go(back.url, { until: back.arrived.until })
      expect(isIn(back, late.url) && late.url.includes('code=')).to.equal(false)
      expect(late.html).to.include('took too long')
      await expectNoLink(back)
    })
  }

  it('links nothing when the identity is somebody else’s by then, and says so', async () => {
    const { app } = shared()
    const met = await isBack()
    const eve = await person(app)
    const issuer = upstream.issuer('google')
    await app.db('user_identities').insert({
      id: eve.id,
      user_id: eve.id,
      issuer,
      subject: met.sub,
      created_at: new Date(),
      last_used_at: new Date(),
    })
    const end = await met.arrived.browser.go(met.url, { until: met.arrived.until })
    expect(end.status).to.equal(409)
    expect(end.html).to.include('already opens another account')
    expect(await ownerOf(app, met.sub)).to.equal(eve.id)
    expect(await identitiesOf(app, met.ann.email)).to.be.empty
  })

  it('links nothing when the provider is turned off meanwhile', async () => {
    const { app } = shared()
    const met = await isBack()
    await switchProvider(app, bySystem, 'google', false)
    await app.federation.providers.list() // what this process remembers may be a moment old
    await new Promise((resolve) => setTimeout(resolve, 200))
    try {
      const end = await met.arrived.browser.go(met.url, { until: met.arrived.until })
      expect(isIn(met, end.url)).to.equal(true) // nothing is offered any more: the sign-in goes on without
      await expectNoLink(met)
    } finally {
      await switchProvider(app, bySystem, 'google', true)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  })

  it('is offered for a quarter of an hour', async () => {
    const { clock } = shared()
    const [waiting, back] = [await meets(), await isBack()]
    clock.advance(901)
    const end = await signsInHere(waiting.arrived, {
      login: waiting.ann.email,
      password: waiting.ann.password,
    })
    expect(isIn(waiting, end.landing.url)).to.equal(true)
    await expectNoLink(waiting)
    await back.arrived.browser.go(back.url, { until: back.arrived.until })
    await expectNoLink(back)
    const gone = await back.arrived.browser.go(`${interactionOf(back.arrived)}/connect`, {
      until: back.arrived.until,
    })
    expect(atConnect(gone)).to.equal(false)
  })
})
