import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import {
  findUser,
  requestDeletion,
  setUserStatus,
  unlinkIdentity,
} from '../../src/features/accounts/index.ts'
import * as identities from '../../src/features/accounts/identities/repository.ts'
import { assignRole } from '../../src/features/authorization/index.ts'
import { changeProvider } from '../../src/features/federation/providers/change-provider.ts'
import { findProvider } from '../../src/features/federation/providers/find-providers.ts'
import { ChangeProvider } from '../../src/features/federation/providers/schema.ts'
import { createInvitation, findOpenInvitation } from '../../src/features/invitations/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { networkOf } from '../../src/platform/limits/index.ts'
import { opens, refresh } from '../oidc/tokens/requests.ts'
import { linkIn, mailsTo, mailTo } from '../support/mailbox.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { startUpstream, type Upstream } from '../support/upstream/index.ts'
import {
  accountsOf,
  arrives,
  type Arrived,
  atConnect,
  freshEmail,
  freshPassword,
  identitiesOf,
  opensAccount,
  ownerOf,
  registers,
  signsInHere,
  someone,
  tokensOf,
  unique,
} from './arrivals.ts'
import { besideProviders, provider, stageBesideProviders } from './upstream-providers.ts'

type Name = 'google' | 'other' | 'github'

/** Puts a provider's policy and the settings as a test wants them, and waits until the service knows. */
async function rules(
  app: Gatehouse,
  name: Name,
  {
    policy = {},
    mode = 'open',
    demanded = false,
  }: { policy?: object; mode?: string; demanded?: boolean } = {},
): Promise<void> {
  await changeSetting(app, bySystem, 'registration.mode', mode)
  await changeSetting(app, bySystem, 'registration.require_verified_email', demanded)
  const before = await findProvider(app.db, name)
  const plain = { creation: 'open', allowed_domains: [], require_verified_email: false, trust_email: null }
  const change = { revision: before.revision, policy: { ...plain, ...policy } }
  const { provider: after } = await changeProvider(app, bySystem, name, ChangeProvider.parse(change))
  for (let tries = 0; tries < 100; tries++) {
    const known = await app.federation.providers.bySlug(name)
    const modeKnown = await app.settings.get('registration.mode')
    const demandKnown = await app.settings.get('registration.require_verified_email')
    if (known?.revision === after.revision && modeKnown === mode && demandKnown === demanded) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('the service did not hear of the rules')
}

const texts = {
  creation_closed: 'no new ones are made this way',
  invitation_needed: 'for people who were invited',
  domain_not_allowed: 'for certain email domains only',
  email_missing: 'told no email address',
  email_unverified: 'does not confirm your email address',
} as const

/** What became of somebody: an account, or why not. */
function outcomeOf({ landing, until }: Arrived): string {
  if (until(landing.url)) return 'account'
  const said = Object.entries(texts).find(([, text]) => landing.html.includes(text))?.[0]
  if (said !== undefined && landing.status === 403) return said
  if (landing.html.includes('Look into your mail')) return 'mail'
  if (landing.html.includes('There is already an account') && landing.status === 409) return 'offered'
  return `${landing.status} ${landing.url}`
}

describe('who comes by a provider for the first time', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  const shared = sharedStage(
    async (built) => {
      for (const name of ['google', 'other', 'github'] as const) await provider(built.app, upstream, name)
      return { ...built, rp: await relyingParty(built.app) }
    },
    { worker: true, ...besideProviders },
  )

  const outcome = async (name: Name, options = {}) => outcomeOf(await arrives(shared().rp, name, options))

  const invite = (email: string) => createInvitation(shared().app, bySystem, { email, lifetimeSeconds: 3600 })

  const isOpen = async (url: string) =>
    (await findOpenInvitation(shared().app, url.split('/').at(-1) ?? '')) !== null

  const table: [creation: string, mode: string, anybody: string, invited: string][] = [
    ['open', 'open', 'account', 'account'],
    ['open', 'invitation', 'invitation_needed', 'account'],
    ['open', 'closed', 'creation_closed', 'creation_closed'],
    ['invitation', 'open', 'invitation_needed', 'account'],
    ['invitation', 'invitation', 'invitation_needed', 'account'],
    ['invitation', 'closed', 'creation_closed', 'creation_closed'],
    ['never', 'open', 'creation_closed', 'creation_closed'],
    ['never', 'invitation', 'creation_closed', 'creation_closed'],
    ['never', 'closed', 'creation_closed', 'creation_closed'],
  ]
  for (const [creation, mode, anybody, invited] of table) {
    it(`by one that makes accounts: ${creation}, at a service that makes them: ${mode}`, async () => {
      const { app } = shared()
      await rules(app, 'google', { policy: { creation }, mode })

      const { sub } = await someone(upstream, 'google')
      expect(await outcome('google')).to.equal(anybody)
      expect((await ownerOf(app, sub)) === undefined).to.equal(anybody !== 'account')

      const guest = await someone(upstream, 'google')
      const { url } = await invite(guest.email)
      expect(await outcome('google')).to.equal(invited)
      expect(await isOpen(url)).to.equal(invited !== 'account') // used up by the account
      expect(await accountsOf(app, guest.email)).to.have.lengthOf(invited === 'account' ? 1 : 0)
    })
  }

  it('is let in by no invitation to an address that the provider does not prove', async () => {
    const { app } = shared()
    for (const [rule, said] of [
      [{ mode: 'invitation' }, 'invitation_needed'],
      [{ policy: { creation: 'invitation' } }, 'email_unverified'],
    ] as const) {
      await rules(app, 'other', rule)
      const { email } = await someone(upstream, 'other')
      const { url } = await invite(email)
      expect(await outcome('other')).to.equal(said)
      expect(await isOpen(url)).to.equal(true)
      expect(await accountsOf(app, email)).to.be.empty
    }
    const refusals = await app
      .db('audit_records')
      .where({ action: 'registration.refused', reason: 'email_unverified' })
    expect(refusals[0]).to.include({ outcome: 'denied', target_type: 'provider' })
  })

  it('of certain domains only: with a proven address in one of them, to the letter', async () => {
    const { app } = shared()
    const policy = { allowed_domains: ['corp.example'] }
    await rules(app, 'google', { policy })
    for (const [domain, verified, said] of [
      ['corp.example', true, 'account'],
      ['CORP.example', true, 'account'],
      ['corp.example', false, 'email_unverified'],
      ['sub.corp.example', true, 'domain_not_allowed'],
      ['evilcorp.example', true, 'domain_not_allowed'],
      ['corp.example.evil.example', true, 'domain_not_allowed'],
    ] as const) {
      await someone(upstream, 'google', { email: `x-${unique()}@${domain}`, email_verified: verified })
      expect(await outcome('google'), `${domain} ${verified}`).to.equal(said)
    }
    await rules(app, 'github', { policy })
    await upstream.person('github', { sub: String(Math.floor(Math.random() * 1e9) + 1), name: 'Nobody' })
    expect(await outcome('github')).to.equal('email_missing')
  })

  it('with a proven address only, where the provider is set so', async () => {
    const { app } = shared()
    await rules(app, 'google', { policy: { require_verified_email: true } })
    await someone(upstream, 'google', { email_verified: false })
    expect(await outcome('google')).to.equal('email_unverified')
    await someone(upstream, 'google')
    expect(await outcome('google')).to.equal('account')
  })

  for (const demanded of [true, false])
    it(`is believed as the provider is trusted, and else proves the address by mail (${demanded ? 'before' : 'after'} the sign-in)`, async () => {
      const { app, rp } = shared()
      for (const [name, policy, verified, proven] of [
        ['google', {}, true, true],
        ['google', {}, false, false],
        ['google', { trust_email: false }, true, false],
        ['other', {}, true, false],
        ['other', { trust_email: true }, true, true],
        ['other', { trust_email: true }, false, false],
      ] as const) {
        await rules(app, name, { policy, demanded })
        const { email } = await someone(upstream, name, { email_verified: verified })
        const arrived = await arrives(rp, name)
        const row = await app.db('users').where({ email }).first<{ email_verified_at: Date | null }>()
        expect(row.email_verified_at !== null, `${name} ${JSON.stringify(policy)} ${verified}`).to.equal(
          proven,
        )
        expect(outcomeOf(arrived)).to.equal(demanded && !proven ? 'mail' : 'account')
        if (!proven) await mailTo(app, email, 'verify-email')
        expect((await mailsTo(app, email)).map(({ letter }) => letter)).to.deep.equal(
          proven ? [] : ['verify-email'],
        )
        if (demanded || proven) continue
        expect((await tokensOf(arrived)).claims()).to.include({ email_verified: false })
      }
    })

  it('without an address gets an account without one, and none where an address is demanded', async () => {
    const { app, rp } = shared()
    const nobody = () =>
      upstream.person('github', { sub: String(Math.floor(Math.random() * 1e9) + 1), name: 'Bob Builder' })
    await rules(app, 'github')
    await nobody()
    const claims = (await tokensOf(await arrives(rp, 'github'))).claims()
    expect(claims).to.include({ name: 'Bob Builder' }).and.not.have.any.keys('email')
    for (const rule of [{ demanded: true }, { policy: { require_verified_email: true } }]) {
      await rules(app, 'github', rule)
      await nobody()
      expect(await outcome('github')).to.equal('email_missing')
    }
  })

  it('LG-03: learns nothing of who has an account by an address that nobody proved', async () => {
    const { app } = shared()
    const policy = { require_verified_email: true }
    for (const rule of [
      { mode: 'closed' },
      { mode: 'invitation' },
      { mode: 'closed', demanded: true },
      { mode: 'open', demanded: true },
      { mode: 'open', demanded: true, policy },
      { mode: 'open', demanded: true, policy: { creation: 'never' } },
    ]) {
      await rules(app, 'other', rule)
      const ann = await person(app)
      await someone(upstream, 'other', { email: ann.email })
      const known = await arrives(shared().rp, 'other')
      await someone(upstream, 'other')
      const unknown = await arrives(shared().rp, 'other')

      expect(outcomeOf(known), JSON.stringify(rule)).to.equal(outcomeOf(unknown))
      expect(known.landing.status).to.equal(unknown.landing.status)
      expect(await identitiesOf(app, ann.email)).to.be.empty
    }
  })

  it('at the same moment twice, is one person with one account', async () => {
    const { app, rp } = shared()
    await rules(app, 'google')
    for (let round = 0; round < 6; round++) {
      const { email, sub } = await someone(upstream, 'google')
      const all = await Promise.all([1, 2, 3].map(() => arrives(rp, 'google')))
      const tokens = await Promise.all(all.map(tokensOf))
      expect(new Set(tokens.map((one) => one.claims()?.sub)).size).to.equal(1)
      expect(await accountsOf(app, email)).to.have.lengthOf(1)
      expect(await identitiesOf(app, email)).to.deep.equal([sub])
    }
  })

  it('again after the identity was removed, is offered the account, or gets a new one where the address is free', async () => {
    const { app, rp } = shared()
    await rules(app, 'google')
    const { email, sub } = await someone(upstream, 'google')
    await tokensOf(await arrives(rp, 'google'))
    const unlink = async () => {
      const identity = await identities.find(app.db, upstream.issuer('google'), sub)
      if (!identity) throw new Error('there is no such identity')
      await transaction(app.db, (tx) =>
        unlinkIdentity(tx, app.clock.now(), bySystem, { identity, provider: { slug: null, name: 'gone' } }),
      )
      return identity.userId
    }
    const first = await unlink()
    expect(await outcome('google')).to.equal('offered')
    expect(await ownerOf(app, sub)).to.equal(undefined)

    await app.db('users').where({ id: first }).update({ email: freshEmail() })
    expect(await outcome('google')).to.equal('account')
    expect(await ownerOf(app, sub))
      .to.not.equal(first)
      .and.not.equal(undefined)
    expect(await accountsOf(app, email)).to.have.lengthOf(1)
  })

  describe('and is known, but not let in', () => {
    const states: Record<
      string,
      { text: string; reason: string; status?: number; make(app: Gatehouse, id: string): Promise<unknown> }
    > = {
      disabled: {
        text: 'has been turned off',
        reason: 'account_disabled',
        make: (app, id) => setUserStatus(app, bySystem, id, 'disabled', 'test'),
      },
      locked: {
        text: 'has been turned off',
        reason: 'account_disabled',
        make: (app, id) => setUserStatus(app, bySystem, id, 'locked', 'test'),
      },
      pending: {
        text: 'Look into your mail', // as for who has just made one, or is told of another’s
        status: 200,
        reason: 'email_unverified',
        make: (app, id) =>
          app.db('users').where({ id }).update({ status: 'pending', email_verified_at: null }),
      },
      'waiting for its deletion': {
        text: 'is going to be deleted',
        reason: 'account_deletion_pending',
        make: (app, id) =>
          transaction(app.db, (tx) => {
            const at = app.clock.now()
            return requestDeletion(tx, at, bySystem, { userId: id, deleteAt: secondsAfter(at, 3600) })
          }),
      },
    }
    for (const [state, { text, reason, make, status = 403 }] of Object.entries(states))
      it(`as an account that is ${state}`, async () => {
        const { app, rp } = shared()
        await rules(app, 'google')
        const { email } = await someone(upstream, 'google')
        await tokensOf(await arrives(rp, 'google'))
        const [user] = await accountsOf(app, email)
        const id = user?.id ?? ''
        await make(app, id)

        const { landing } = await arrives(rp, 'google')

        expect(landing.status).to.equal(status)
        expect(landing.html).to.include(text)
        expect(await app.db('user_identities').where({ user_id: id })).to.have.lengthOf(2)
        const find = () => app.db('audit_records').where({ action: 'sign_in.refused', target_id: id })
        for (let tries = 0; tries < 50 && (await find()).length === 0; tries++)
          await new Promise((resolve) => setTimeout(resolve, 20))
        expect((await find())[0]).to.deep.include({ outcome: 'denied', reason })
        expect(await app.db('login_events').where({ user_id: id, outcome: 'refused' })).to.have.lengthOf(1)
      })
  })

  describe('from a domain that the provider speaks for', () => {
    /** As if the DNS had proven it. */
    async function proves(domain: string, name: Name): Promise<void> {
      const { app } = shared()
      await rules(app, name)
      const { id } = await findProvider(app.db, name)
      const at = new Date()
      await app.db('provider_domains').insert({
        ...{ provider_id: id, domain, challenge: unique(), added_at: at, proven_at: at, checked_at: at },
      })
    }

    /** A domain of its own, and an address there. */
    async function ofDomain(name: Name = 'other'): Promise<{ domain: string; email: string }> {
      const domain = `corp-${unique()}.example`
      await proves(domain, name)
      return { domain, email: `ann@${domain}` }
    }

    it('is linked to the account that has the address, whose owner is told', async () => {
      const { app, rp } = shared()
      const { email } = await ofDomain()
      const ann = await person(app, { email })
      const { sub } = await someone(upstream, 'other', { email })

      const claims = (await tokensOf(await arrives(rp, 'other'))).claims()

      expect(claims?.email).to.equal(email)
      expect(claims?.amr).to.deep.equal(['fed'])
      expect(await ownerOf(app, sub)).to.equal(ann.id)
      await mailTo(app, email, 'identity-linked')
      const linked = await app.db('audit_records').where({ action: 'identity.linked', target_id: ann.id })
      expect(linked[0]).to.include({ reason: 'authoritative_domain' })
      expect(await opensAccount(rp, ann)).to.equal(true) // it was theirs before
    })

    for (const demanded of [true, false])
      it(`takes over what somebody made for the unproven address (accounts ${demanded ? 'wait' : 'do not wait'} for the proof)`, async () => {
        const { app, rp, issuer } = shared()
        const { email } = await ofDomain()
        await rules(app, 'other', { demanded })
        const password = freshPassword()
        const attacker = await registers(rp, { email, password })
        const tokens = demanded ? null : await tokensOf(attacker)
        const trojan = await someone(upstream, 'google', { email_verified: false })
        const [made] = await accountsOf(app, email)
        await app.db('user_identities').insert({
          ...{ id: crypto.randomUUID(), user_id: made?.id, subject: trojan.sub },
          ...{ issuer: upstream.issuer('google'), created_at: new Date(), last_used_at: new Date() },
        })
        const { sub } = await someone(upstream, 'other', { email })

        const claims = (await tokensOf(await arrives(rp, 'other'))).claims()

        expect(claims).to.include({ email, email_verified: true })
        expect(await identitiesOf(app, email)).to.deep.equal([sub])
        expect(await opensAccount(rp, { email, password })).to.equal(false)
        if (!tokens) return
        expect(await opens(issuer, tokens.access_token)).to.equal(false)
        expect((await refresh(issuer, rp, tokens.refresh_token)).body).to.include({ error: 'invalid_grant' })
      })

    it('is offered, and no more, an account that may do more than its own', async () => {
      const { app, rp } = shared()
      for (const role of ['root_admin', 'admin']) {
        const { email } = await ofDomain()
        const root = await person(app, { email })
        await transaction(app.db, (tx) =>
          assignRole(app, tx, bySystem, { principal: { type: 'user', id: root.id }, role }),
        )
        const { sub } = await someone(upstream, 'other', { email })
        const arrived = await arrives(rp, 'other')
        expect(outcomeOf(arrived)).to.equal('offered')
        expect(await ownerOf(app, sub)).to.equal(undefined)
        const asked = await signsInHere(arrived, { login: email, password: root.password })
        expect(atConnect(asked.landing)).to.equal(true)
      }
    })

    it('is offered, and no more, an account that is turned off', async () => {
      const { app } = shared()
      const { email } = await ofDomain()
      const ann = await person(app, { email })
      await setUserStatus(app, bySystem, ann.id, 'disabled', 'test')
      const { sub } = await someone(upstream, 'other', { email })
      expect(await outcome('other')).to.equal('offered')
      expect(await ownerOf(app, sub)).to.equal(undefined)
      expect((await findUser(app.db, ann.id))?.status).to.equal('disabled')
    })

    it('is believed no more when the proof has ended, nor of an address that is not verified, nor of another domain', async () => {
      const { app } = shared()
      const { domain, email } = await ofDomain()
      const ann = await person(app, { email })
      await someone(upstream, 'other', { email, email_verified: false })
      expect(await outcome('other')).to.equal('offered')
      await someone(upstream, 'other', { email: `ann@sub.${domain}` })
      expect(await outcome('other')).to.equal('account')
      expect(
        await app
          .db('users')
          .where({ email: `ann@sub.${domain}` })
          .whereNotNull('email_verified_at'),
      ).to.be.empty
      await app.db('provider_domains').where({ domain }).update({ proven_at: null })
      await someone(upstream, 'other', { email })
      expect(await outcome('other')).to.equal('offered')
      expect(await identitiesOf(app, ann.email)).to.be.empty
    })

    it('and names an address of a domain that another one speaks for, proves nothing by it', async () => {
      const { app } = shared()
      const { domain } = await ofDomain('other')
      await rules(app, 'google')
      const { email } = await someone(upstream, 'google', { email: `left@${domain}` })
      expect(await outcome('google')).to.equal('account')
      expect(await app.db('users').where({ email }).whereNotNull('email_verified_at')).to.be.empty
      expect(linkIn(await mailTo(app, email, 'verify-email'))).to.include('/verify-email/')
    })

    it('takes over at the same moment once, and nothing of the attacker’s stays', async () => {
      const { app, rp } = shared()
      for (let round = 0; round < 4; round++) {
        const { email } = await ofDomain()
        await registers(rp, { email, password: freshPassword() })
        const { sub } = await someone(upstream, 'other', { email })
        const all = await Promise.all([1, 2, 3].map(() => arrives(rp, 'other')))
        const tokens = await Promise.all(all.map(tokensOf))
        expect(new Set(tokens.map((one) => one.claims()?.sub)).size).to.equal(1)
        expect(await identitiesOf(app, email)).to.deep.equal([sub])
      }
    })
  })

  describe('with many others', () => {
    it('is held up per network, and who is known is not', async () => {
      const { app } = await stageBesideProviders()
      await provider(app, upstream, 'google')
      const rp = await relyingParty(app)
      const known = await someone(upstream, 'google')
      await tokensOf(await arrives(rp, 'google'))
      await app.limits.take('register', networkOf('127.0.0.1'))
      for (let full = false; !full;)
        full = await app.limits.take('register', networkOf('127.0.0.1')).then(
          () => false,
          () => true,
        )

      await someone(upstream, 'google', { email: freshEmail() })
      const { landing } = await arrives(rp, 'google')
      await upstream.person('google', known)
      const again = await arrives(rp, 'google')

      expect(landing.status).to.equal(429)
      expect(Number(landing.headers.get('retry-after'))).to.be.within(1, 600)
      expect(landing.html).to.include('Too many new accounts')
      expect(await app.db('user_identities').where({ issuer: upstream.issuer('google') })).to.have.lengthOf(1)
      expect((await tokensOf(again)).claims()?.email).to.equal(known.email)
    })
  })
})
