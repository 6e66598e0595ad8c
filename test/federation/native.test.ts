import { createHash } from 'node:crypto'
import { expect } from 'chai'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../src/app.ts'
import { setUserStatus } from '../../src/features/accounts/index.ts'
import { disableClient } from '../../src/features/clients/index.ts'
import { switchProvider } from '../../src/features/federation/providers/change-provider.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import {
  nativeApp,
  type NativeApp,
  postJson,
  problem,
  refusal,
  type Reply,
  tokensOf,
} from '../authentication/native/app.ts'
import { eventually, opens } from '../oidc/tokens/requests.ts'
import { type Browser, type Landing, openBrowser } from '../support/browser.ts'
import { mailTo } from '../support/mailbox.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { startUpstream, type Upstream, type UpstreamPerson } from '../support/upstream/index.ts'
import {
  accountsOf,
  arrives,
  freshEmail,
  identitiesOf,
  ownerOf,
  someone,
  tokensOf as browserTokensOf,
} from './arrivals.ts'
import { back, beforehand, besideProviders, type KnownProvider, provider } from './upstream-providers.ts'

const loopback = 'http://127.0.0.1/cb'
const scheme = 'com.example.app:/cb'

const onPhone = (app: Gatehouse): Promise<NativeApp> =>
  nativeApp(app, { applicationType: 'native', redirectUris: [loopback, scheme] })

const unproven = problem(401, 'identity_unproven')

describe('signing in through another provider in an application of our own', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  const shared = sharedStage(
    async (built) => {
      const { app } = built
      for (const name of ['google', 'apple', 'facebook', 'other', 'github'] as const)
        await provider(app, upstream, name)
      await provider(app, upstream, 'oidc', {
        options: { issuer: upstream.issuer('oidc'), audiences: ['the-android-application'] },
      })
      return { ...built, phone: await onPhone(app) }
    },
    { worker: true, ...besideProviders },
  )

  interface Opening {
    slug?: KnownProvider
    client?: NativeApp
    redirectUri?: string
    verifier?: string
    browser?: Browser
    more?: Record<string, string>
  }

  /** Opens the system's browser, and goes through the provider where that leads. */
  async function opensBrowser(opening: Opening = {}): Promise<{ landing: Landing; verifier: string }> {
    const { issuer, phone } = shared()
    const { slug = 'google', client = phone, redirectUri = `http://127.0.0.1:51004/cb`, more = {} } = opening
    const { verifier = openid.randomPKCECodeVerifier(), browser = openBrowser() } = opening
    const query = new URLSearchParams({
      client_id: client.clientId,
      redirect_uri: redirectUri,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      state: 'the state of the application',
      ...more,
    })
    for (const name of query.keys()) if (query.get(name) === '') query.delete(name)
    const until = (url: string) => url.startsWith(redirectUri)
    const landing = await browser.go(`${issuer}/auth/oauth/${slug}?${query.toString()}`, { until })
    return { landing: await back({ browser, until, ours: issuer }, landing), verifier }
  }

  const codeIn = ({ url }: Landing): string => new URL(url).searchParams.get('code') ?? ''

  const redeems = (
    slug: string,
    code: string,
    verifier: string,
    more: object = {},
    client = shared().phone,
  ): Promise<Reply> => client.send(`/auth/oauth/${slug}/callback`, { code, code_verifier: verifier, ...more })

  async function asksNonce(slug: string, client = shared().phone): Promise<string> {
    const reply = await client.send(`/auth/oauth/${slug}/nonce`, {})
    expect(reply.status).to.equal(200)
    expect(reply.headers.get('cache-control')).to.equal('no-store')
    expect(reply.body.expires_in).to.equal(900)
    return String(reply.body.nonce)
  }

  const brings = (slug: string, token: object, client = shared().phone): Promise<Reply> =>
    client.send(`/auth/oauth/${slug}/callback`, token)

  const aPerson = (): UpstreamPerson & { email: string } => {
    const mark = Math.random().toString(36).slice(2)
    return { sub: `sub-${mark}`, email: freshEmail(), email_verified: true, name: 'Bob Builder' }
  }

  describe('by the browser of the system', () => {
    it('brings a code to the application, with state and issuer, and tokens as any sign-in does', async () => {
      const { app, issuer, phone } = shared()
      const { email } = await someone(upstream, 'google')
      const { landing, verifier } = await opensBrowser()

      const answer = new URL(landing.url)
      expect(answer.host).to.equal('127.0.0.1:51004')
      expect([...answer.searchParams.keys()]).to.have.members(['state', 'iss', 'code'])
      expect(answer.searchParams.get('state')).to.equal('the state of the application')
      expect(answer.searchParams.get('iss')).to.equal(issuer)

      const reply = await redeems('google', codeIn(landing), verifier, {
        scope: 'openid email offline_access',
      })
      expect(reply.status).to.equal(200)
      expect(reply.headers.get('cache-control')).to.equal('no-store')
      const tokens = tokensOf(reply)
      const claims = JSON.parse(
        Buffer.from(tokens.id_token.split('.')[1] ?? '', 'base64url').toString(),
      ) as object
      expect(claims).to.deep.include({ acr: 'urn:gatehouse:acr:federated', amr: ['fed'], email })
      const [user] = await accountsOf(app, email)
      const sessions = await app
        .db('sessions')
        .where({ user_id: user?.id })
        .whereNull('ended_at')
        .select<{ connection: string }[]>('connection')
      expect(sessions).to.have.lengthOf(1)
      expect(sessions[0]?.connection).to.be.a('string')
      expect(
        await app.db('upstream_sign_ins').where({ id: sessions[0]?.connection ?? null }),
      ).to.have.lengthOf(1)

      const next = tokensOf(await phone.refresh(tokens.refresh_token))
      expect(await opens(issuer, next.access_token)).to.equal(true)
      expect((await phone.as(next.access_token, '/auth/logout-all')).status).to.equal(204)
      expect(await eventually(async () => !(await opens(issuer, next.access_token)))).to.be.below(1_000)
      expect(refusal(await phone.refresh(next.refresh_token))).to.deep.equal(problem(400, 'invalid_grant'))
    })

    it('comes back at a scheme of the application too', async () => {
      await someone(upstream, 'google')
      const { landing, verifier } = await opensBrowser({ redirectUri: scheme })
      expect(landing.url).to.match(/^com\.example\.app:\/cb\?/)
      expect((await redeems('google', codeIn(landing), verifier)).status).to.equal(200)
    })

    it('goes nowhere for an unknown client, a foreign one, another redirect URI, or without a challenge', async () => {
      const { app, issuer } = shared()
      const foreign = await nativeApp(app, { firstParty: false })
      const off = await onPhone(app)
      await disableClient(app, bySystem, off.clientId)
      const web = await nativeApp(app)
      await eventually(async () => (await app.clients.get(off.clientId))?.enabled === false)
      const before = (await upstream.seen('google')).length
      const tries: [string, Opening, number][] = [
        ['unknown client', { more: { client_id: 'gh_AAAAAAAAAAAAAAAAAAAAAA' } }, 401],
        ['disabled client', { client: off }, 401],
        ['no client', { more: { client_id: '' } }, 400],
        ['foreign client', { client: foreign, redirectUri: foreign.redirectUri }, 403],
        ['unregistered', { redirectUri: 'https://evil.example/cb' }, 400],
        ['unregistered path', { redirectUri: 'http://127.0.0.1:51004/cb/evil' }, 400],
        ['user in it', { redirectUri: 'http://127.0.0.1@evil.example/cb' }, 400],
        ['another scheme', { redirectUri: 'com.example.evil:/cb' }, 400],
        ['a web client’s port', { client: web, redirectUri: 'http://localhost:10/callback' }, 400],
        ['no redirect', { more: { redirect_uri: '' } }, 400],
        ['no challenge', { more: { code_challenge: '' } }, 400],
        ['plain', { more: { code_challenge_method: 'plain' } }, 400],
        ['short challenge', { more: { code_challenge: 'abc' } }, 400],
        ['unknown provider', { slug: 'nobody' as KnownProvider }, 404],
      ]
      for (const [what, opening, status] of tries) {
        const { landing } = await opensBrowser(opening)
        expect(landing.status, what).to.equal(status)
        expect(landing.url, what).to.satisfy((url: string) => url.startsWith(issuer))
        expect(landing.headers.has('location'), what).to.equal(false)
        expect(landing.html, what).not.to.include('evil.example')
      }
      const seen = (await upstream.seen('google')).slice(before)
      expect(seen.filter(({ endpoint }) => endpoint === 'authorize')).to.be.empty
    })

    it('gives nothing for a code with another verifier, client or provider, or used before', async () => {
      const { app } = shared()
      const { sub } = await someone(upstream, 'google')
      const { landing, verifier } = await opensBrowser()
      const code = codeIn(landing)
      const other = await onPhone(app)

      const refused = [
        await redeems('google', code, openid.randomPKCECodeVerifier()),
        await redeems('google', code, verifier, {}, other),
        await redeems('google', 'x'.repeat(43), verifier),
      ]
      expect(refused.map(refusal)).to.deep.equal([unproven, unproven, unproven])
      expect(
        new Set(refused.map(({ text }) => text.replace(/"(instance|request_id)":"[^"]*"/g, ''))).size,
      ).to.equal(1)
      expect(await ownerOf(app, sub)).to.equal(undefined)

      expect((await redeems('google', code, verifier)).status).to.equal(200)
      expect(refusal(await redeems('google', code, verifier))).to.deep.equal(unproven)

      const again = await opensBrowser()
      expect(refusal(await redeems('other', codeIn(again.landing), again.verifier))).to.deep.equal(unproven)
      await nobodyWith('other', sub)
    })

    const nobodyWith = async (name: 'other', sub: string): Promise<void> => {
      const found = await shared()
        .app.db('user_identities')
        .where({ issuer: upstream.issuer(name), subject: sub })
      expect(found).to.be.empty
    }

    it('gives tokens once to twenty who send the code at the same moment', async () => {
      for (let round = 0; round < 3; round++) {
        await someone(upstream, 'google')
        const { landing, verifier } = await opensBrowser()
        const all = await Promise.all(
          Array.from({ length: 20 }, () => redeems('google', codeIn(landing), verifier)),
        )
        expect(all.filter(({ status }) => status === 200)).to.have.lengthOf(1)
        expect(all.filter(({ status }) => status !== 200 && status !== 401)).to.be.empty
      }
    })

    it('tells the application what went wrong, in the words of OAuth and in no other', async () => {
      for (const [lie, error] of [
        ['access-denied', 'access_denied'],
        ['html-error', 'temporarily_unavailable'], // with server_error, and a text of its own
        ['bad-signature', 'server_error'],
        ['down', 'temporarily_unavailable'],
      ] as const) {
        await someone(upstream, 'google')
        await upstream.lie('google', lie, lie === 'down' ? 'token' : undefined)
        const { landing } = await beforehand(opensBrowser(), () => upstream.honest('google'))
        const answer = new URL(landing.url).searchParams
        expect(Object.fromEntries(answer), lie).to.deep.equal({
          state: 'the state of the application',
          iss: shared().issuer,
          error,
        })
      }
    })
  })

  describe('by an ID token of the provider’s SDK', () => {
    it('lets in who has one for us and for this nonce, and knows them in the browser', async () => {
      const { app, issuer } = shared()
      const bob = aPerson()
      const nonce = await asksNonce('google')
      const reply = await brings('google', {
        nonce,
        id_token: await upstream.idToken('google', bob, { nonce }),
      })
      expect(reply.status).to.equal(200)
      expect(await opens(issuer, tokensOf(reply).access_token)).to.equal(true)

      await upstream.person('google', bob)
      await browserTokensOf(await arrives(await relyingParty(app), 'google'))
      expect(await accountsOf(app, bob.email)).to.have.lengthOf(1)
    })

    it('takes the SHA-256 of the nonce, as applications send it to Apple', async () => {
      const bob = aPerson()
      const nonce = await asksNonce('apple')
      const hashed = createHash('sha256').update(nonce).digest('hex')
      const reply = await brings('apple', {
        nonce,
        id_token: await upstream.idToken('apple', bob, { nonce: hashed }),
      })
      expect(reply.status).to.equal(200)
    })

    it('takes Limited Login of Facebook, and knows the person of the whole one', async () => {
      const { app } = shared()
      const bob = { ...aPerson(), sub: String(Math.floor(Math.random() * 1e12) + 1) }
      const nonce = await asksNonce('facebook')
      const limited = await brings('facebook', {
        nonce,
        id_token: await upstream.idToken('facebook', bob, { nonce }),
      })
      const whole = await brings('facebook', {
        nonce: await asksNonce('facebook'),
        access_token: await upstream.accessToken('facebook', bob),
      })
      expect([limited.status, whole.status]).to.deep.equal([200, 200])
      expect(await identitiesOf(app, bob.email)).to.deep.equal([bob.sub])
    })

    it('takes one for another client id of ours, where that is set', async () => {
      const aud = 'the-android-application'
      const nonce = await asksNonce('oidc')
      expect(
        (await brings('oidc', { nonce, id_token: await upstream.idToken('oidc', aPerson(), { nonce, aud }) }))
          .status,
      ).to.equal(200)
      const other = await asksNonce('other')
      const refused = await brings('other', {
        nonce: other,
        id_token: await upstream.idToken('other', aPerson(), { nonce: other, aud }),
      })
      expect(refusal(refused)).to.deep.equal(unproven)
    })

    const past = () => Math.floor(Date.now() / 1000) - 7200
    const bad: Record<string, (nonce: string) => Record<string, unknown>> = {
      'of another application (FD-09)': () => ({ aud: 'another-application' }),
      'of several applications, and not for us': (nonce) => ({
        nonce,
        aud: [upstream.client.id, 'another-application'],
        azp: 'another-application',
      }),
      'of another issuer': () => ({ iss: 'https://evil.example' }),
      'for another nonce': () => ({ nonce: 'another nonce' }),
      'for no nonce': () => ({ nonce: undefined }),
      'that has expired': () => ({ iat: past(), exp: past() + 3600 }),
      'that is good for ever, and old': () => ({ iat: past(), exp: past() + 1e6 }),
      'that never expires': () => ({ exp: undefined }),
      'from the future': () => ({ iat: past() + 2 * 7200 }),
      'of nobody': () => ({ sub: undefined }),
      'of anybody': () => ({ sub: 'null' }),
    }
    for (const [what, claims] of Object.entries(bad))
      it(`makes nothing of one ${what}`, async () => {
        const { app } = shared()
        const bob = aPerson()
        const nonce = await asksNonce('google')
        const token = await upstream.idToken('google', bob, { nonce, ...claims(nonce) })
        const reply = await brings('google', { nonce, id_token: token })
        expect(refusal(reply)).to.deep.equal(unproven)
        expect(reply.headers.get('content-type')).to.match(/^application\/problem\+json/)
        expect(reply.text).not.to.include('audience').and.not.include(bob.email)
        expect(await accountsOf(app, bob.email)).to.be.empty
      })

    for (const lie of ['bad-signature', 'unsigned', 'hs256-with-public-key'] as const)
      it(`makes nothing of one with a false signature: ${lie}`, async () => {
        const { app } = shared()
        const bob = aPerson()
        const nonce = await asksNonce('google')
        await upstream.lie('google', lie)
        const token = await beforehand(upstream.idToken('google', bob, { nonce }), () =>
          upstream.honest('google'),
        )
        expect(refusal(await brings('google', { nonce, id_token: token }))).to.deep.equal(unproven)
        expect(await accountsOf(app, bob.email)).to.be.empty
      })

    it('makes nothing of a logout token, or an ID token of another provider', async () => {
      const bob = aPerson()
      const nonce = await asksNonce('google')
      const logout = await upstream.logoutToken('google', { nonce, sub: bob.sub, events: undefined })
      const foreign = await upstream.idToken('other', bob, { nonce })
      const third = await asksNonce('google')
      expect(refusal(await brings('google', { nonce, id_token: foreign }))).to.deep.equal(unproven)
      expect(refusal(await brings('google', { nonce: third, id_token: logout }))).to.deep.equal(unproven)
    })

    it('takes a nonce once, for its provider and its application', async () => {
      const { app } = shared()
      const bob = aPerson()
      const token = (nonce: string) => upstream.idToken('google', bob, { nonce })
      const used = await asksNonce('google')
      const id_token = await token(used)
      const twenty = await Promise.all(
        Array.from({ length: 20 }, () => brings('google', { nonce: used, id_token })),
      )
      expect(twenty.map(({ status }) => status).sort()).to.deep.equal([
        200,
        ...Array.from({ length: 19 }, () => 401),
      ])

      const ofOther = await asksNonce('other')
      expect(
        refusal(await brings('google', { nonce: ofOther, id_token: await token(ofOther) })),
      ).to.deep.equal(unproven)
      const ofApp = await asksNonce('google', await onPhone(app))
      expect(refusal(await brings('google', { nonce: ofApp, id_token: await token(ofApp) }))).to.deep.equal(
        unproven,
      )
      const own = 'a nonce of the application’s own'
      expect(refusal(await brings('google', { nonce: own, id_token: await token(own) }))).to.deep.equal(
        unproven,
      )
    })
  })

  describe('by an access token of Facebook', () => {
    it('lets in who has one that was issued to us', async () => {
      const bob = aPerson()
      const nonce = await asksNonce('facebook')
      const reply = await brings('facebook', {
        nonce,
        access_token: await upstream.accessToken('facebook', bob),
      })
      expect(reply.status).to.equal(200)
    })

    it('FD-09: makes nothing of one that was issued to another application, or of any other provider', async () => {
      const { app } = shared()
      const bob = aPerson()
      const foreign = await upstream.accessToken('facebook', bob, 'another-application')
      const nonce = await asksNonce('facebook')
      const reply = await brings('facebook', { nonce, access_token: foreign })
      expect(refusal(reply)).to.deep.equal(unproven)
      const ours = await upstream.accessToken('facebook', bob)
      for (const slug of ['google', 'github']) {
        const refused = await brings(slug, { nonce: await asksNonce(slug), access_token: ours })
        expect(refusal(refused), slug).to.deep.equal(unproven)
      }
      const made = await brings('facebook', { nonce: await asksNonce('facebook'), access_token: 'EAAmadeup' })
      expect(refusal(made)).to.deep.equal(unproven)
      expect(await accountsOf(app, bob.email)).to.be.empty
      expect(await ownerOf(app, bob.sub)).to.equal(undefined)
    })
  })

  describe('is answered', () => {
    const signsIn = async (bob: UpstreamPerson, slug: 'google' | 'other' = 'google'): Promise<Reply> => {
      const nonce = await asksNonce(slug)
      return brings(slug, { nonce, id_token: await upstream.idToken(slug, bob, { nonce }) })
    }

    it('409 where an account has the address, which is not opened', async () => {
      const { app } = shared()
      const ann = await person(app)
      const bob = { ...aPerson(), email: ann.email }
      expect(refusal(await signsIn(bob))).to.deep.equal(problem(409, 'account_exists'))
      expect(await ownerOf(app, bob.sub)).to.equal(undefined)
      expect(await app.db('upstream_requests').where({ expected_subject: bob.sub })).to.be.empty
    })

    it('202 where the address is to be proven first, however often', async () => {
      const { app } = shared()
      await changeSetting(app, bySystem, 'registration.require_verified_email', true)
      await eventually(async () => app.settings.get('registration.require_verified_email'))
      try {
        const bob = aPerson()
        const first = await signsIn(bob, 'other')
        expect([first.status, first.body]).to.deep.equal([202, { status: 'pending' }])
        await mailTo(app, bob.email, 'verify-email')
        const again = await signsIn(bob, 'other')
        expect([again.status, again.text]).to.deep.equal([202, first.text])
        const ann = await person(app)
        const taken = await signsIn({ ...aPerson(), email: ann.email }, 'other')
        expect([taken.status, taken.text]).to.deep.equal([202, first.text]) // LG-03
        await mailTo(app, ann.email, 'already-registered')
      } finally {
        await changeSetting(app, bySystem, 'registration.require_verified_email', false)
        await eventually(async () => !(await app.settings.get('registration.require_verified_email')))
      }
    })

    it('403 where no accounts are made, or theirs is turned off', async () => {
      const { app } = shared()
      const bob = aPerson()
      await signsIn(bob)
      const [user] = await accountsOf(app, bob.email)
      for (const state of ['locked', 'disabled'] as const) {
        await setUserStatus(app, bySystem, user?.id ?? '', state, 'test')
        expect(refusal(await signsIn(bob))).to.deep.equal(problem(403, 'account_disabled'))
      }
      await changeSetting(app, bySystem, 'registration.mode', 'closed')
      await eventually(async () => (await app.settings.get('registration.mode')) === 'closed')
      try {
        const refused = await signsIn(aPerson())
        expect(refusal(refused)).to.deep.equal(problem(403, 'creation_closed'))
        expect(refused.body).to.have.all.keys('type', 'title', 'status', 'request_id')
      } finally {
        await changeSetting(app, bySystem, 'registration.mode', 'open')
        await eventually(async () => (await app.settings.get('registration.mode')) === 'open')
      }
    })

    it('404 for a provider that is unknown or turned off, and a code from before is good for nothing', async () => {
      const { app, phone } = shared()
      await someone(upstream, 'google')
      const { landing, verifier } = await opensBrowser()
      await switchProvider(app, bySystem, 'google', false)
      await eventually(async () => (await app.federation.providers.bySlug('google'))?.enabled === false)
      try {
        const missing = problem(404, 'provider_not_found')
        expect(refusal(await phone.send('/auth/oauth/google/nonce', {}))).to.deep.equal(missing)
        expect(refusal(await redeems('google', codeIn(landing), verifier))).to.deep.equal(missing)
        expect((await opensBrowser()).landing.status).to.equal(404)
        expect(refusal(await phone.send('/auth/oauth/nobody/nonce', {}))).to.deep.equal(missing)
      } finally {
        await switchProvider(app, bySystem, 'google', true)
        await eventually(async () => (await app.federation.providers.bySlug('google'))?.enabled === true)
      }
    })

    it('400 where a body is not one of a code with its verifier, or a token with its nonce', async () => {
      const { phone } = shared()
      const verifier = openid.randomPKCECodeVerifier()
      for (const body of [
        {},
        { code: 'x' },
        { code_verifier: verifier },
        { code: 'x', code_verifier: 'short' },
        { id_token: 'x' },
        { access_token: 'x' },
        { id_token: 'x', access_token: 'x', nonce: 'x' },
        { code: 'x', code_verifier: verifier, id_token: 'x', nonce: 'x' },
        { id_token: 'x', nonce: 'x', user_id: 'x' },
      ]) {
        const reply = await phone.send('/auth/oauth/google/callback', body)
        expect(reply.status, JSON.stringify(body)).to.be.oneOf([400, 422])
        expect(reply.headers.get('content-type')).to.match(/^application\/problem\+json/)
      }
    })

    it('403 to an application of somebody else, and 401 to one that does not prove itself', async () => {
      const { app, issuer } = shared()
      const foreign = await nativeApp(app, { firstParty: false })
      const server = await nativeApp(app, { authentication: 'secret' })
      for (const path of ['/auth/oauth/google/nonce', '/auth/oauth/google/callback']) {
        const body = path.endsWith('nonce') ? {} : { id_token: 'x', nonce: 'x' }
        expect(refusal(await foreign.send(path, body))).to.deep.equal(problem(403, 'not_first_party'))
        const forged = await postJson(issuer + path, {
          ...body,
          client_id: server.clientId,
          client_secret: 'x',
        })
        expect(refusal(forged)).to.deep.equal(problem(401, 'invalid_client'))
      }
    })

    it('as the OpenAPI document says', async () => {
      const reply = await fetch(`${shared().issuer}/openapi.json`)
      const { paths } = (await reply.json()) as { paths: Record<string, { post?: { responses: object } }> }
      expect(paths['/auth/oauth/{provider}/nonce']?.post?.responses).to.include.keys('200')
      expect(paths['/auth/oauth/{provider}/callback']?.post?.responses).to.include.keys('200', '202')
    })
  })

  describe('later', () => {
    it('than a quarter of an hour after it began, is refused with a code and with a nonce', async () => {
      const { clock } = shared()
      const bob = await someone(upstream, 'google')
      const { landing, verifier } = await opensBrowser()
      const nonce = await asksNonce('google')
      const id_token = await upstream.idToken('google', bob, { nonce })
      clock.advance(901) // last: everything else is younger
      expect(refusal(await redeems('google', codeIn(landing), verifier))).to.deep.equal(unproven)
      expect(refusal(await brings('google', { nonce, id_token }))).to.deep.equal(unproven)
    })
  })
})
