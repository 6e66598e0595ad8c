import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { assignRole, removeRole } from '../../../src/features/authorization/index.ts'
import { withdrawConsent } from '../../../src/features/consents/index.ts'
import { endGrant } from '../../../src/features/sessions/index.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { type Person, person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { type Stage, stage } from '../../support/stage.ts'
import {
  type Answer,
  asClient,
  eventually,
  freshCode,
  introspect,
  opens,
  post,
  refresh,
} from '../tokens/requests.ts'

const offline = { scope: 'openid profile email offline_access' }

/** A client with one person signed in, and what that gave. */
async function signedIn(
  place: Stage,
  parameters: Record<string, string> = {},
  given: Partial<Person> & { role?: string } = {},
) {
  const { app, issuer } = place
  const client = await relyingParty(app)
  const ann = await person(app, given)
  const { tokens, browser } = await client.signIn(ann, { parameters })
  const rotate = (token: unknown, origin = issuer) => refresh(origin, client, token)
  return { app, issuer, client, ann, browser, tokens, rotate }
}

const outcome = ({ status, body }: Answer) => ({ status, error: body.error })
const invalidGrant = { status: 400, error: 'invalid_grant' }

describe('rotating refresh tokens', () => {
  it('gives a new one at every use, for public clients too', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app, { authentication: 'none' })
    const { tokens } = await client.signIn(await person(app))

    const first = await refresh(issuer, client, tokens.refresh_token)
    const second = await refresh(issuer, client, first.body.refresh_token)

    expect([first.status, second.status]).to.deep.equal([200, 200])
    const all = [tokens.refresh_token, first.body.refresh_token, second.body.refresh_token]
    expect(new Set(all).size).to.equal(3)
    for (const token of all) expect(Buffer.from(String(token), 'base64url').length).to.equal(32)
  })

  it('takes a replay after the grace time for theft: all of the family is dead on every replica (RT-01)', async () => {
    const place = await stage()
    const { app, ann, client, issuer, tokens, rotate } = await signedIn(place, offline)
    const { origin } = await place.replica()
    const next = await rotate(tokens.refresh_token)
    place.clock.advance(61)
    expect(await opens(origin, next.body.access_token)).to.equal(true)

    expect(outcome(await rotate(tokens.refresh_token))).to.deep.equal(invalidGrant)

    for (const at of [issuer, origin]) {
      const dead = async () =>
        !(await opens(at, next.body.access_token)) && !(await opens(at, tokens.access_token))
      expect(await eventually(dead)).to.be.below(1_000)
      expect(outcome(await rotate(next.body.refresh_token, at))).to.deep.equal(invalidGrant)
    }
    const audited = await app.db('audit_records').where({ action: 'token.refresh_reused' })
    expect(audited).to.have.lengthOf(1)
    expect(audited[0]).to.include({ target_id: client.clientId, outcome: 'denied' })
    const told = await app.db('outbox_events').where({ type: 'auth.refresh.reused' })
    expect(told.map(({ subject }: { subject: string }) => subject)).to.deep.equal([ann.id])
  })

  it('answers a lost answer again with the same successor, on any replica (F19)', async () => {
    const place = await stage()
    const { tokens, rotate } = await signedIn(place)
    const { origin } = await place.replica()
    const lost = await rotate(tokens.refresh_token)
    place.clock.advance(55)

    const again = await rotate(tokens.refresh_token, origin)

    expect(again.status).to.equal(200)
    expect(again.body.refresh_token).to.equal(lost.body.refresh_token)
    expect((await rotate(again.body.refresh_token)).status).to.equal(200)
  })

  it('covers only the immediate predecessor: two steps back is a replay at once (RT-03)', async () => {
    const place = await stage()
    const { issuer, tokens, rotate } = await signedIn(place)
    const second = await rotate(tokens.refresh_token)
    const third = await rotate(second.body.refresh_token)

    expect(outcome(await rotate(tokens.refresh_token))).to.deep.equal(invalidGrant)

    expect(outcome(await rotate(third.body.refresh_token))).to.deep.equal(invalidGrant)
    expect(await opens(issuer, third.body.access_token)).to.equal(false)
  })

  it('takes a used token from another client for theft, even within the grace time (RT-04)', async () => {
    const place = await stage()
    const { app, issuer, tokens, rotate } = await signedIn(place)
    const thief = await relyingParty(app)
    const next = await rotate(tokens.refresh_token)

    expect(outcome(await refresh(issuer, thief, tokens.refresh_token))).to.deep.equal(invalidGrant)

    expect(outcome(await rotate(tokens.refresh_token))).to.deep.equal(invalidGrant)
    expect(outcome(await rotate(next.body.refresh_token))).to.deep.equal(invalidGrant)
    expect(await opens(issuer, next.body.access_token)).to.equal(false)
  })

  it('does not hold a token against its client that another one tried first (RT-06)', async () => {
    const place = await stage()
    const { app, issuer, tokens, rotate } = await signedIn(place)
    const other = await relyingParty(app)

    expect(outcome(await refresh(issuer, other, tokens.refresh_token))).to.deep.equal(invalidGrant)

    expect(await opens(issuer, tokens.access_token)).to.equal(true)
    expect((await rotate(tokens.refresh_token)).status).to.equal(200)
  })

  it('gives no more than was granted: no wider scope, no other resource (RT-07)', async () => {
    const place = await stage()
    const { issuer, client, tokens, rotate } = await signedIn(place, { scope: 'openid email' })
    const ask = (more: object) => refresh(issuer, client, tokens.refresh_token, more)

    expect(outcome(await ask({ scope: 'openid email profile' }))).to.deep.equal({
      status: 400,
      error: 'invalid_scope',
    })
    const other = await ask({ resource: 'https://other.example' })
    expect(outcome(other)).to.deep.equal({ status: 400, error: 'invalid_target' })

    const narrower = await ask({ scope: 'openid' })
    expect(narrower.body.scope).to.equal('openid')
    expect((await rotate(narrower.body.refresh_token)).body.scope).to.equal('openid email')
  })

  it('ends at its absolute end, however often it is rotated (RT-09)', async () => {
    const place = await stage()
    await changeSetting(place.app, bySystem, 'token.refresh_absolute_seconds', 600)
    const { tokens, rotate } = await signedIn(place, offline)
    let current: unknown = tokens.refresh_token
    for (const seconds of [250, 250, 90]) {
      place.clock.advance(seconds)
      const next = await rotate(current)
      expect(next.status, JSON.stringify(next.body)).to.equal(200)
      current = next.body.refresh_token
    }

    const statuses: number[] = []
    for (let step = 0; step < 36; step++) {
      place.clock.advance(0.4) // faster than the shortest life a token can be given
      const next = await rotate(current)
      statuses.push(next.status)
      current = next.body.refresh_token ?? current
    }

    expect(statuses.at(-1), statuses.join(' ')).to.equal(400)
    expect(statuses.indexOf(400)).to.be.within(15, 30)
  })

  it('ends families that are older than a shortened absolute end, at their next use (RT-09)', async () => {
    const place = await stage()
    const { app, tokens, rotate } = await signedIn(place, offline)
    place.clock.advance(700)

    await changeSetting(app, bySystem, 'token.refresh_absolute_seconds', 600)

    const refused = async () => (await rotate(tokens.refresh_token)).status === 400
    expect(await eventually(refused)).to.be.below(1_000)
  })

  it('ends when it was not used for the idle time, and not while it is (RT-10)', async () => {
    const place = await stage()
    await changeSetting(place.app, bySystem, 'token.refresh_idle_seconds', 300)
    const { tokens, rotate } = await signedIn(place, offline)
    let current: unknown = tokens.refresh_token
    for (let use = 0; use < 3; use++) {
      place.clock.advance(290)
      current = (await rotate(current)).body.refresh_token
    }

    place.clock.advance(301)

    expect(outcome(await rotate(current))).to.deep.equal(invalidGrant)
  })

  it('carries the role as it is now (RT-13)', async () => {
    const place = await stage()
    const { app, ann, tokens, rotate } = await signedIn(place, {}, { role: 'admin' })
    expect(decodeJwt(tokens.access_token)).to.include({ role: 'admin' })
    const principal = { type: 'user', id: ann.id } as const
    await transaction(app.db, (tx) => removeRole(app, tx, bySystem, { principal, role: 'admin' }))

    const next = await rotate(tokens.refresh_token)
    expect(decodeJwt(String(next.body.access_token))).to.include({ role: 'user' })

    await transaction(app.db, (tx) => assignRole(app, tx, bySystem, { principal, role: 'admin' }))
    const raised = await rotate(next.body.refresh_token)
    expect(decodeJwt(String(raised.body.access_token))).to.include({ role: 'admin' })
  })

  it('demands the client’s authentication: its name alone is not enough (CA-03)', async () => {
    const place = await stage()
    const { issuer, client, tokens, rotate } = await signedIn(place)
    const form = { grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token) }

    for (const secret of [{}, { client_secret: '' }, { client_secret: 'wrong' }]) {
      const reply = await post(`${issuer}/token`, { ...form, client_id: client.clientId, ...secret })
      expect(outcome(reply)).to.deep.equal({ status: 401, error: 'invalid_client' })
    }
    expect((await rotate(tokens.refresh_token)).status).to.equal(200)
  })

  it('shows a rotated token as inactive, also while its answer may be asked for again (IN-02)', async () => {
    const place = await stage()
    const { issuer, client, tokens, rotate } = await signedIn(place)
    const next = await rotate(tokens.refresh_token)

    expect((await introspect(issuer, client, tokens.refresh_token)).body).to.deep.equal({ active: false })
    expect((await introspect(issuer, client, next.body.refresh_token)).body).to.include({ active: true })
    expect((await rotate(tokens.refresh_token)).body.refresh_token).to.equal(next.body.refresh_token)
  })

  it('lets the person sign in again at that client after a replay ended what it had', async () => {
    const place = await stage()
    const { issuer, client, ann, browser, tokens, rotate } = await signedIn(place)
    await rotate(tokens.refresh_token)
    place.clock.advance(61)
    expect(outcome(await rotate(tokens.refresh_token))).to.deep.equal(invalidGrant)

    const again = await client.signIn(ann, { browser })

    expect(await opens(issuer, again.tokens.access_token)).to.equal(true)
    expect(again.tokens.claims()?.sid).to.not.equal(tokens.claims()?.sid)
    expect(again.tokens.claims()?.sid).to.equal(decodeJwt(again.tokens.access_token).sid)
    expect((await rotate(again.tokens.refresh_token)).status).to.equal(200)
  })
})

describe('withdrawing a consent', () => {
  it('ends what stood on it, and the same browser is asked again', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app, { firstParty: false })
    const ann = await person(app)
    const { tokens, browser } = await client.signIn(ann)
    const silent = await browser.go((await client.begin()).url, {
      until: (url) => url.startsWith(client.redirectUri),
    })
    expect(silent.url).to.include('code=')
    const { grant_id: grantId } = await app.db('client_sessions').first<{ grant_id: string }>('grant_id')

    const whose = { userId: ann.id, clientId: client.clientId }
    await withdrawConsent(app, bySystem, whose, (tx, at) => endGrant(tx, at, grantId))

    expect(outcome(await refresh(issuer, client, tokens.refresh_token))).to.deep.equal(invalidGrant)
    expect(await eventually(async () => !(await opens(issuer, tokens.access_token)))).to.be.below(1_000)
    const asked = await browser.go((await client.begin()).url, {
      until: (url) => url.startsWith(client.redirectUri),
    })
    expect(asked.url).to.match(/\/consent$/)
    const again = await client.signIn(ann, { browser })
    expect(await opens(issuer, again.tokens.access_token)).to.equal(true)
  })
})

describe('redeeming a code', () => {
  for (const seconds of [0, 30]) {
    it(`a second time after ${seconds} s is refused, and ends what the first time gave (CD-01)`, async () => {
      const place = await stage()
      const { issuer, client, browser, rotate } = await signedIn(place)
      const { origin } = await place.replica()
      const form = await freshCode(client, browser, offline)
      const first = await asClient(issuer, '/token', client, form)
      expect(await opens(origin, first.body.access_token)).to.equal(true)
      place.clock.advance(seconds)

      expect(outcome(await asClient(issuer, '/token', client, form))).to.deep.equal(invalidGrant)

      for (const at of [issuer, origin]) {
        expect(await eventually(async () => !(await opens(at, first.body.access_token)))).to.be.below(1_000)
        expect(outcome(await rotate(first.body.refresh_token, at))).to.deep.equal(invalidGrant)
      }
      expect(await place.app.db('audit_records').where({ action: 'code.reused' })).to.have.lengthOf(1)
    })
  }

  it('of another client is refused, and leaves it to its own (CD-03)', async () => {
    const place = await stage()
    const { app, issuer, client, browser } = await signedIn(place)
    const other = await relyingParty(app, { authentication: 'none' })
    const form = await freshCode(client, browser)

    expect(outcome(await asClient(issuer, '/token', other, form))).to.deep.equal(invalidGrant)

    expect((await asClient(issuer, '/token', client, form)).status).to.equal(200)
  })

  it('with another registered redirect URI, or none, is refused; its client may still redeem it (RU-15)', async () => {
    const place = await stage()
    const { app, issuer } = place
    const redirectUris = ['http://localhost:9/callback', 'http://localhost:9/other']
    const client = await relyingParty(app, { redirectUris })
    const other = await relyingParty(app)
    const { browser } = await client.signIn(await person(app))
    const { redirect_uri, ...rest } = await freshCode(client, browser)
    const redeem = (more: Record<string, string>, who = client) =>
      asClient(issuer, '/token', who, { ...rest, ...more })

    expect(outcome(await redeem({ redirect_uri: redirectUris[1] ?? '' }))).to.deep.equal(invalidGrant)
    const none = await redeem({})
    expect(none.status).to.equal(400)
    expect(none.body.error).to.be.oneOf(['invalid_grant', 'invalid_request'])
    expect(outcome(await redeem({ redirect_uri: redirect_uri ?? '' }, other))).to.deep.equal(invalidGrant)

    expect((await redeem({ redirect_uri: redirect_uri ?? '' })).status).to.equal(200)
  })
})

describe('PKCE', () => {
  it('is demanded of public and confidential clients alike (PK-01)', async () => {
    const { app } = await stage()
    const ann = await person(app)
    for (const authentication of ['none', 'secret'] as const) {
      const client = await relyingParty(app, { authentication })
      const { browser } = await client.signIn(ann)
      for (const drop of [['code_challenge', 'code_challenge_method'], ['code_challenge']]) {
        const url = new URL((await client.begin()).url)
        for (const name of drop) url.searchParams.delete(name)
        const landing = await browser.go(url.href, { until: (next) => next.startsWith(client.redirectUri) })
        expect(new URL(landing.url).searchParams.get('error'), landing.url).to.equal('invalid_request')
        expect(new URL(landing.url).searchParams.get('code')).to.equal(null)
      }
      const plain = await client.begin({ code_challenge_method: 'plain' })
      const landing = await browser.go(plain.url, { until: (next) => next.startsWith(client.redirectUri) })
      expect(new URL(landing.url).searchParams.get('error')).to.equal('invalid_request')
    }
  })

  it('holds an exempted client to the challenge that it sent, and lets it do without (PK-01)', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app, { pkce: false })
    const { browser } = await client.signIn(await person(app))
    const { code_verifier, ...withoutVerifier } = await freshCode(client, browser)
    expect(outcome(await asClient(issuer, '/token', client, withoutVerifier))).to.deep.equal(invalidGrant)
    const whole = { ...withoutVerifier, code_verifier: code_verifier ?? '' }
    expect((await asClient(issuer, '/token', client, whole)).status).to.equal(200)

    const url = new URL((await client.begin()).url)
    url.searchParams.delete('code_challenge')
    url.searchParams.delete('code_challenge_method')
    const landing = await browser.go(url.href, { until: (next) => next.startsWith(client.redirectUri) })
    const code = new URL(landing.url).searchParams.get('code') ?? ''
    const form = { grant_type: 'authorization_code', redirect_uri: client.redirectUri, code }
    const unasked = await asClient(issuer, '/token', client, { ...form, code_verifier: 'a'.repeat(43) })
    expect(outcome(unasked)).to.deep.equal(invalidGrant)
    expect((await asClient(issuer, '/token', client, form)).status).to.equal(200)
  })

  it('refuses every verifier but the right one, and the code stays good for that (PK-03)', async () => {
    const place = await stage()
    const { issuer, client, browser } = await signedIn(place)
    const { code_verifier: right = '', ...form } = await freshCode(client, browser)
    const wrong = [
      'a'.repeat(43),
      right.slice(0, 42),
      'a'.repeat(129),
      `${right.slice(0, 42)}!`,
      '',
      ` ${right}`,
    ]

    const replies = [await asClient(issuer, '/token', client, form)]
    for (const code_verifier of wrong)
      replies.push(await asClient(issuer, '/token', client, { ...form, code_verifier }))

    for (const reply of replies) {
      expect(reply.status).to.equal(400)
      expect(reply.body.error).to.be.oneOf(['invalid_grant', 'invalid_request'])
    }
    expect((await asClient(issuer, '/token', client, { ...form, code_verifier: right })).status).to.equal(200)
  })
})
