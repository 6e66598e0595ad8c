import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { opens, refresh } from '../oidc/tokens/requests.ts'
import { type Browser, openBrowser } from '../support/browser.ts'
import { linkIn, mailTo } from '../support/mailbox.ts'
import { person } from '../support/people.ts'
import { relyingParty, type Tokens } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { startUpstream, type Upstream, type UpstreamPerson } from '../support/upstream/index.ts'
import {
  accountsOf,
  arrives,
  type Arrived,
  atConnect,
  decides,
  freshEmail,
  freshPassword,
  identitiesOf,
  interactionOf,
  opensAccount,
  ownerOf,
  registers,
  resetsByMail,
  signsInHere,
  someone,
  tokensOf,
} from './arrivals.ts'
import { atSignIn, besideProviders, provider, providersForm } from './upstream-providers.ts'

/** What an attacker holds of an account that he was the first to sign in to. */
interface Held {
  browser: Browser
  tokens: Tokens | null
}

/** `google` is trusted to have verified addresses, `other` is not (arXiv 2205.10174; CASES RG-03, RG-05). */
describe('pre-hijacking', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  for (const demanded of [true, false]) {
    describe(`where an account ${demanded ? 'waits' : 'does not wait'} for the proof of its address`, () => {
      const shared = sharedStage(
        async (built) => {
          const { app } = built
          await changeSetting(app, bySystem, 'registration.require_verified_email', demanded)
          await provider(app, upstream, 'google')
          await provider(app, upstream, 'other')
          return { ...built, rp: await relyingParty(app) }
        },
        { worker: true, ...besideProviders },
      )

      /** An attacker who makes an account with the victim's address and a password. */
      async function registersAs(email: string): Promise<Held & { password: string }> {
        const { rp } = shared()
        const password = freshPassword()
        const arrived = await registers(rp, { email, password })
        return { ...(await heldBy(arrived)), password }
      }

      /** An attacker who says at a provider that the victim's address is his. */
      async function arrivesAs(
        email: string,
        given: Partial<UpstreamPerson> = {},
      ): Promise<Held & { sub: string }> {
        const { sub } = await someone(upstream, 'other', { email, ...given })
        return { ...(await heldBy(await arrives(shared().rp, 'other'))), sub }
      }

      /** Somebody at the provider, one redirect before our callback. */
      async function returns(slug: 'google' | 'other', email: string) {
        const { app, rp } = shared()
        const { sub } = await someone(upstream, slug, { email })
        const traveller = await atSignIn(rp)
        const callback = `${app.config.issuer}/federation/${slug}/callback`
        const until = (url: string) => url.startsWith(callback)
        const [fields, options] = providersForm(traveller, slug)
        let landing = await traveller.browser.submit(fields, { ...options, until })
        if (!until(landing.url)) landing = await traveller.browser.submit({}, { until })
        return { sub, goOn: () => traveller.browser.go(landing.url, { until: traveller.until }) }
      }

      const heldBy = async (arrived: Arrived): Promise<Held> => ({
        browser: arrived.browser,
        tokens: demanded ? null : await tokensOf(arrived),
      })

      async function expectDead({ browser, tokens }: Held): Promise<void> {
        const { rp, issuer } = shared()
        const begun = await rp.begin({ prompt: 'none' })
        const landing = await browser.go(begun.url, { until: (url) => url.startsWith(rp.redirectUri) })
        expect(new URL(landing.url).searchParams.get('error')).to.equal('login_required')
        if (!tokens) return
        expect(await opens(issuer, tokens.access_token)).to.equal(false)
        expect((await refresh(issuer, rp, tokens.refresh_token)).body).to.include({ error: 'invalid_grant' })
      }

      it('a: a password made for somebody’s address does not open what they come to have', async () => {
        const { app, rp } = shared()
        const email = freshEmail()
        const attacker = await registersAs(email)

        const victim = await someone(upstream, 'google', { email })
        const arrived = await arrives(rp, 'google')
        expect(arrived.landing).to.include({ status: 409 })
        expect(arrived.landing.html).to.include('There is already an account')
        expect(await ownerOf(app, victim.sub)).to.equal(undefined)

        const password = freshPassword()
        const { browser } = arrived
        await resetsByMail(app, { email, password, browser })
        const connected = await decides(await signsInHere(arrived, { login: email, password }), 'connect')

        const claims = (await tokensOf(connected)).claims()
        expect(claims?.amr).to.have.members(['pwd', 'fed'])
        expect(await identitiesOf(app, email)).to.deep.equal([victim.sub])
        await expectDead(attacker)
        expect(await opensAccount(rp, { email, password: attacker.password })).to.equal(false)
        const again = await tokensOf(await arrives(rp, 'google'))
        expect(again.claims()?.sub).to.equal(claims?.sub)
      })

      it('a, honest: who proves the address in the browser of the sign-up keeps the password', async () => {
        const { app, rp } = shared()
        const [email, password] = [freshEmail(), freshPassword()]
        const { browser } = await registers(rp, { email, password })
        await browser.go(linkIn(await mailTo(app, email, 'verify-email')))
        expect((await browser.submit({ mode: 'confirm' })).html).to.include('Your address is confirmed')

        const { sub } = await someone(upstream, 'google', { email })
        const arrived = await signsInHere(await arrives(rp, 'google'), { login: email, password })
        expect(atConnect(arrived.landing)).to.equal(true)
        await tokensOf(await decides(arrived, 'connect'))

        expect(await identitiesOf(app, email)).to.deep.equal([sub])
        expect(await opensAccount(rp, { email, password })).to.equal(true)
      })

      for (const verified of [false, true]) {
        it(`b: a way in by ${verified ? 'a boast' : 'no proof'} of somebody’s address ends when they take over`, async () => {
          const { app, rp } = shared()
          const email = freshEmail()
          const attacker = await arrivesAs(email, { email_verified: verified })
          expect(await identitiesOf(app, email)).to.deep.equal([attacker.sub])
          expect(await accountsOf(app, email)).to.have.nested.property(
            '[0].status',
            demanded ? 'pending' : 'active',
          )

          const password = freshPassword()
          await registers(rp, { email, password: freshPassword() }) // the victim's first try: it is not theirs to have
          await resetsByMail(app, { email, password })

          expect(await identitiesOf(app, email)).to.be.empty
          const unlinked = await app
            .db('audit_records')
            .where({ action: 'identity.unlinked', target_id: (await accountsOf(app, email))[0]?.id })
          expect(unlinked.map(({ reason }: { reason: string }) => reason)).to.deep.equal(['address_proven'])
          await expectDead(attacker)
          const back = await arrives(rp, 'other', { browser: attacker.browser })
          expect(back.until(back.landing.url)).to.equal(false)
          expect(await ownerOf(app, attacker.sub)).to.equal(undefined)
          expect(await opensAccount(rp, { email, password })).to.equal(true)
          expect(await accountsOf(app, email)).to.have.lengthOf(1)
        })
      }

      it('b, honest: who proves the address in the browser they came with keeps the identity', async () => {
        const { app, rp } = shared()
        const email = freshEmail()
        const { browser, sub } = await arrivesAs(email, { email_verified: false })
        await browser.go(linkIn(await mailTo(app, email, 'verify-email')))
        expect((await browser.submit({ mode: 'confirm' })).html).to.include('Your address is confirmed')

        const claims = (await tokensOf(await arrives(rp, 'other'))).claims()
        expect(claims).to.include({ email, email_verified: true })
        expect(await identitiesOf(app, email)).to.deep.equal([sub])
      })

      for (const [name, given] of [
        ['other', { email_verified: false }],
        ['other', { email_verified: true }],
        ['google', { email_verified: true }],
      ] as const) {
        it(`c: ${name} saying ${given.email_verified ? 'verified' : 'unverified'} of an account’s address links nothing without its password`, async () => {
          const { app, rp } = shared()
          const victim = await person(app)
          const attacker = await someone(upstream, name, { email: victim.email, ...given })

          const arrived = await arrives(rp, name)
          const asked = await arrived.browser.go(`${interactionOf(arrived)}/connect`)
          const guessed = await signsInHere(arrived, {
            login: victim.email,
            password: 'a wrong harbour at dawn',
          })
          const forced = await arrived.browser.go(`${interactionOf(arrived)}/connect`)

          expect(arrived.until(arrived.landing.url)).to.equal(false)
          expect([asked.url, forced.url]).to.satisfy((urls: string[]) =>
            urls.every((url) => url.endsWith('/login')),
          )
          expect(guessed.landing.status).to.equal(401)
          expect(await ownerOf(app, attacker.sub)).to.equal(undefined)
          expect(await identitiesOf(app, victim.email)).to.be.empty
          if (!demanded || name === 'google') {
            expect(arrived.landing.html).to.include('There is already an account')
            return
          }
          expect(arrived.landing.html).to.include('Look into your mail') // the same as to who comes with a new address
          await mailTo(app, victim.email, 'already-registered')
        })
      }

      if (!demanded)
        for (const held of ['before the provider is asked', 'on the way back from the provider'] as const) {
          it(`d: an offer that waits ${held} ends when the address is proven meanwhile`, async () => {
            const { app, rp } = shared()
            const email = freshEmail()
            const attacker = await registersAs(email)
            const { sub } = await someone(upstream, 'other', { email })
            const offered = await signsInHere(await arrives(rp, 'other'), {
              login: email,
              password: attacker.password,
            })
            expect(atConnect(offered.landing)).to.equal(true)

            if (held === 'before the provider is asked') {
              await resetsByMail(app, { email, password: freshPassword() })
              const end = await decides(offered, 'connect')
              expect(end.until(end.landing.url)).to.equal(false)
            } else {
              const until = (url: string) => /\/connected\//.test(url)
              const { url } = await offered.browser.submit({ decision: 'connect' }, { until })
              await resetsByMail(app, { email, password: freshPassword() })
              const end = await offered.browser.go(url, { until: offered.until })
              expect(offered.until(end.url)).to.equal(false)
            }

            expect(await ownerOf(app, sub)).to.equal(undefined)
            expect(await identitiesOf(app, email)).to.be.empty
            await expectDead({ browser: offered.browser, tokens: null })
          })
        }

      if (demanded)
        it('d: nothing is offered to who proved no address', async () => {
          const { app, rp } = shared()
          const email = freshEmail()
          const attacker = await registersAs(email)
          const { sub } = await someone(upstream, 'other', { email })
          const { id } = (await accountsOf(app, email))[0] ?? { id: '' }

          const arrived = await signsInHere(await arrives(rp, 'other'), {
            login: email,
            password: attacker.password,
          })

          expect(arrived.landing.status).to.equal(403)
          expect(await ownerOf(app, sub)).to.equal(undefined)
          expect(await app.db('upstream_requests').where({ expected_subject: sub })).to.be.empty
          expect(await app.db('sign_in_attempts').where({ user_id: id })).to.be.empty
        })

      it('e: two who come with one address at the same moment never share an account', async () => {
        const { app } = shared()
        for (let round = 0; round < 8; round++) {
          const email = freshEmail()
          const both = await Promise.all([returns('google', email), returns('other', email)])
          const landings = await Promise.all(both.map(({ goOn }) => goOn()))

          expect(landings.map(({ status }) => status).filter((status) => status >= 500)).to.be.empty
          const subjects = await identitiesOf(app, email)
          expect(await accountsOf(app, email)).to.have.lengthOf(1)
          expect(subjects).to.have.lengthOf(1)
          expect(both.map(({ sub }) => sub)).to.include(subjects[0])
        }
      })

      it('f: the mailed link in another browser blesses no identity of who made the account', async () => {
        const { app, rp } = shared()
        const email = freshEmail()
        const attacker = await arrivesAs(email, { email_verified: false })
        const link = linkIn(await mailTo(app, email, 'verify-email'))

        const victim = openBrowser()
        const shown = await victim.go(link)
        expect(shown.html).to.include('type="password"')
        expect((await victim.submit({ mode: 'confirm' })).status).to.equal(403)
        expect(await app.db('users').where({ email }).whereNotNull('email_verified_at')).to.be.empty
        expect(await identitiesOf(app, email)).to.deep.equal([attacker.sub])

        const password = freshPassword()
        await victim.go(`${link}/new-password`)
        expect((await victim.submit({ password })).html).to.include('Your address is confirmed')

        expect(await identitiesOf(app, email)).to.be.empty
        await expectDead(attacker)
        expect(await opensAccount(rp, { email, password })).to.equal(true)
      })

      it('f, honest: who has no mark of theirs any more comes by the provider again, and keeps the identity', async () => {
        const { app, rp } = shared()
        const email = freshEmail()
        const { sub } = await arrivesAs(email, { email_verified: false })
        const link = linkIn(await mailTo(app, email, 'verify-email'))

        const elsewhere = await arrives(rp, 'other') // another browser of the same person
        if (demanded) {
          expect(elsewhere.landing.html).to.include('Look into your mail').and.include(email)
        }
        const { browser } = elsewhere
        await browser.go(link)
        expect((await browser.submit({ mode: 'confirm' })).html).to.include('Your address is confirmed')

        expect(await identitiesOf(app, email)).to.deep.equal([sub])
      })

      // Who waits for the proof of the address signs in nowhere, and merges nothing.
      if (!demanded)
        it('g, merged into it before: what the attacker merged in is the victim’s for good, and known by nobody’s old name', async () => {
          const { app } = shared()
          const email = freshEmail()

          const attacker = await registersAs(email)
          const own = await person(app)
          const theirs = await relyingParty(app)
          await theirs.signIn(own)
          const token = attacker.tokens?.access_token ?? ''
          const call = async (path: string, body?: object) => {
            const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
            const sent = body ? { body: JSON.stringify(body) } : {}
            const reply = await fetch(app.config.issuer + path, { method: 'POST', headers, ...sent })
            return { status: reply.status, body: (await reply.json()) as { id: string } }
          }
          const offered = await call('/users/me/merges', { login: own.email, password: own.password })
          expect((await call(`/users/me/merges/${offered.body.id}/confirm`)).status).to.equal(200)
          const undoLink = linkIn(await mailTo(app, own.email, 'account-merged-away'))

          const password = freshPassword()
          await resetsByMail(app, { email, password })

          const [victim] = await accountsOf(app, email)
          const id = victim?.id ?? ''
          const { tokens } = await theirs.signIn({ id, email, password, username: '' })
          expect(tokens.claims()?.sub, 'not the attacker’s name there').to.equal(id)
          expect((await openBrowser().go(undoLink)).status).to.equal(403)
          const admin = await app
            .db('account_merges')
            .where({ surviving_user_id: id })
            .first<{ moved: unknown }>('moved')
          expect(admin.moved).to.equal(null)
        })
    })
  }
})
