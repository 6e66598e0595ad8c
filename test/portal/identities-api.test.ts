import { expect } from 'chai'

import { provider, stageBesideProviders } from '../federation/upstream-providers.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { sha256 } from '../../src/platform/crypto/index.ts'
import { openBrowser } from '../support/browser.ts'
import { keepSecret } from '../support/canary.ts'
import { type Answer, callApi, type Me, problemOf, signedIn } from '../support/my-api.ts'
import { relyingParty, type RelyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { startUpstream, type Upstream } from '../support/upstream/index.ts'
import { type Federated, federated, identityId, labelsOf, there } from './identities-support.ts'

const path = '/users/me/identities'

let upstream: Upstream
before(async () => {
  upstream = await startUpstream()
})
after(() => upstream.close())

const variables = { OUTBOUND_ALLOW: 'localhost,127.0.0.1' }

async function withProviders(stage: Stage): Promise<Stage> {
  await provider(stage.app, upstream, 'google', { keep_tokens: true })
  await provider(stage.app, upstream, 'github', { name: 'GitHub' })
  await provider(stage.app, upstream, 'oidc', { name: 'Turned off', enabled: false })
  return stage
}

interface Shown {
  id: string
  label: string
  provider: { slug: string; enabled: boolean } | null
  last_way_in: boolean
  last_used_at: string | null
}

const itemsOf = ({ body }: Answer): Shown[] => body.items as Shown[]

const told = (answer: Answer): [number, string] => [answer.status, problemOf(answer)]

const callsOf =
  ({ issuer }: Stage, { token }: Federated) =>
  (method: string, to: string, body?: unknown): Promise<Answer> =>
    callApi(issuer + to, { method, token, body })

/** What an application gets with the system's browser: a code of ours, and the verifier it is good for. */
async function codeOf(
  { issuer }: Stage,
  { clientId, redirectUri }: RelyingParty,
  slug: string,
): Promise<{ code: string; code_verifier: string }> {
  const verifier = 'v'.repeat(50)
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: sha256(verifier).toString('base64url'),
  })
  const browser = openBrowser()
  const until = (url: string) => url.startsWith(redirectUri)
  let landing = await browser.go(`${issuer}/auth/oauth/${slug}?${query.toString()}`, { until })
  for (let step = 0; step < 4 && !until(landing.url); step++) landing = await browser.submit({}, { until })
  const code = new URL(landing.url).searchParams.get('code') ?? ''
  keepSecret(code)
  return { code, code_verifier: verifier }
}

/** What an application gets from the SDK of a provider. */
async function idTokenOf({ issuer }: Stage, me: Me): Promise<{ id_token: string; nonce: string }> {
  const { clientId, secret } = me.client
  const reply = await fetch(`${issuer}/auth/oauth/google/nonce`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: clientId, ...(secret !== null && { client_secret: secret }) }),
  })
  const { nonce } = (await reply.json()) as { nonce: string }
  const { sub, ...person } = await there(upstream, 'google')
  return { id_token: await upstream.idToken('google', { sub, ...person }, { nonce }), nonce }
}

describe('what opens my account, by API', () => {
  const shared = sharedStage(withProviders, { variables })

  it('is listed, and connected by a code of the system’s browser, once', async () => {
    const ann = await signedIn(shared())
    const { email } = await there(upstream, 'github')
    expect((await ann.call('GET', path)).body).to.deep.equal({ items: [], has_password: true })
    const proof = await codeOf(shared(), ann.client, 'github')

    const made = await ann.call('POST', `${path}/github`, proof)

    expect([made.status, made.body.status]).to.deep.equal([201, 'connected'])
    expect(made.body.identity).to.deep.include({ label: email, last_way_in: false })
    const [identity, ...others] = itemsOf(await ann.call('GET', path))
    expect(others).to.be.empty
    expect(identity).to.deep.include({
      label: email,
      provider: { slug: 'github', name: 'GitHub', connector: 'github', enabled: true },
    })
    expect(identity?.last_used_at).to.be.a('string')
    expect(told(await ann.call('POST', `${path}/github`, proof))).to.deep.equal([403, 'upstream_refused'])
    const again = await ann.call('POST', `${path}/github`, await codeOf(shared(), ann.client, 'github'))
    expect([again.status, again.body.status]).to.deep.equal([200, 'already_connected'])
  })

  it('is connected by an ID token of the provider’s SDK, for the nonce it was asked for with', async () => {
    const ann = await signedIn(shared())
    const proof = await idTokenOf(shared(), ann)
    const foreign = await signedIn(shared())
    expect(told(await foreign.call('POST', `${path}/google`, proof))).to.deep.equal([403, 'upstream_refused'])
    expect(told(await ann.call('POST', `${path}/google`, proof)), 'spent by the other').to.deep.equal([
      ...[403, 'upstream_refused'],
    ])

    const good = await idTokenOf(shared(), ann)
    expect((await ann.call('POST', `${path}/google`, good)).status).to.equal(201)
    expect(told(await ann.call('POST', `${path}/google`, good)), 'again').to.deep.equal([
      ...[403, 'upstream_refused'],
    ])
  })

  it('is not what opens another account; the answer does not say whose, and offers to merge the two', async () => {
    const pat = await federated(shared(), upstream, 'github')
    const ann = await signedIn(shared())
    const refused = await ann.call('POST', `${path}/github`, await codeOf(shared(), ann.client, 'github'))
    expect(told(refused)).to.deep.equal([409, 'identity_taken'])
    expect(JSON.stringify(refused.body)).not.to.include(pat.id).and.not.to.include(pat.email)
    expect(await labelsOf(shared().app, pat.id)).to.deep.equal([pat.email])
    const merge = await ann.call('POST', `/users/me/merges/${String(refused.body.merge_id)}/confirm`)
    expect(merge.status).to.equal(200)
    expect(await labelsOf(shared().app, ann.id)).to.include(pat.email)
  })

  it('takes one proof of the right form, and providers that let people in', async () => {
    const ann = await signedIn(shared())
    const bodies = [
      {},
      { code: 'x' },
      { id_token: 'x' },
      { code: 'x', code_verifier: 'v'.repeat(50), id_token: 'x', nonce: 'x' },
      { id_token: 'x', nonce: 'x', user_id: ann.id },
    ]
    for (const body of bodies)
      expect((await ann.call('POST', `${path}/google`, body)).status, JSON.stringify(body)).to.equal(400)
    for (const slug of ['oidc', 'nowhere']) {
      const reply = await ann.call('POST', `${path}/${slug}`, { id_token: 'x', nonce: 'x' })
      expect(told(reply), slug).to.deep.equal([404, 'provider_not_found'])
    }
  })

  it('is taken away by its owner alone, and never the last', async () => {
    const { app } = shared()
    const pat = await federated(shared(), upstream, 'github')
    const call = callsOf(shared(), pat)
    const id = await identityId(app, pat.id, pat.email)
    const native = await app
      .db('user_identities')
      .select<{ id: string }[]>('id')
      .where({ user_id: pat.id, issuer: 'urn:gatehouse:native' })
    const ann = await signedIn(shared())
    for (const one of [id, native[0]?.id ?? '', 'x', ann.id])
      expect(told(await ann.call('DELETE', `${path}/${one}`)), one).to.deep.equal([404, 'identity_not_found'])
    const last = await call('DELETE', `${path}/${id}`)
    expect(told(last)).to.deep.equal([409, 'last_way_in'])
    expect(last.body.title).to.include('Set a password')
    expect(itemsOf(await call('GET', path))[0]).to.include({ last_way_in: true })

    const first = await call('POST', '/auth/password/change', {
      new_password: 'another lamp of granite songs',
    })
    expect(first.status, 'a first password').to.equal(204)
    const replies = await Promise.all([1, 2, 3].map(() => call('DELETE', `${path}/${id}`)))
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([204, 404, 404])
    const second = await call('POST', '/auth/password/change', { new_password: 'a quiet harbour at dawn' })
    expect(told(second), 'the next one').to.deep.equal([403, 'current_password_wrong'])
  })

  it('gives the tokens that are kept, but never the one that renews them, and only to our own', async () => {
    const { app } = shared()
    const pat = await federated(shared(), upstream, 'google')
    const call = callsOf(shared(), pat)
    const id = await identityId(app, pat.id, pat.email)

    const kept = await call('GET', `${path}/${id}/tokens`)

    expect(kept.status).to.equal(200)
    expect(kept.body).to.have.all.keys('access_token', 'token_type', 'scope', 'expires_at')
    expect(kept.headers.get('cache-control')).to.equal('no-store')
    keepSecret(String(kept.body.access_token))
    const ann = await signedIn(shared())
    expect(told(await ann.call('GET', `${path}/${id}/tokens`))).to.deep.equal([404, 'identity_not_found'])
    await there(upstream, 'github')
    await ann.call('POST', `${path}/github`, await codeOf(shared(), ann.client, 'github'))
    const [own] = itemsOf(await ann.call('GET', path))
    expect(told(await ann.call('GET', `${path}/${own?.id ?? ''}/tokens`))).to.deep.equal([
      ...[404, 'tokens_not_kept'],
    ])
  })

  it('is nothing for applications of other people', async () => {
    const partner = await relyingParty(shared().app, { firstParty: false })
    const theirs = await signedIn(shared(), { client: partner })
    const id = '0199a1c2-7d3e-7c11-9a55-2f6f0f1c9d10'
    expect((await theirs.call('GET', path)).status).to.equal(403)
    expect((await theirs.call('GET', `${path}/${id}/tokens`)).status).to.equal(403)
    expect((await theirs.call('DELETE', `${path}/${id}`)).status).to.equal(403)
    const proof = { id_token: 'x', nonce: 'x' }
    expect((await theirs.call('POST', `${path}/google`, proof)).status).to.equal(403)
  })

  it('is in the copy of one’s data, without the tokens', async () => {
    const pat = await federated(shared(), upstream, 'google')
    const call = callsOf(shared(), pat)
    const { body } = await call('GET', '/users/me/export')
    const identities = body.identities as Record<string, unknown>[]
    expect(identities.map(({ provider: name }) => name)).to.deep.equal([null, 'Google'])
    expect(identities[1]).to.include.keys('label', 'issuer', 'subject', 'created_at', 'last_used_at')
    expect(JSON.stringify(body)).not.to.match(/access_token|refresh_token|sealed/)
  })
})

describe('what opens my account, by API, as time goes by', () => {
  it('wants a recent sign-in to be changed (RFC 9470, section 3)', async () => {
    const place = await withProviders(await stageBesideProviders())
    await changeSetting(place.app, bySystem, 'token.access_seconds', 3600) // longer than a sign-in is recent
    const ann = await signedIn(place)
    const proof = await codeOf(place, ann.client, 'github')
    place.clock.advance(15 * 60 + 1)
    for (const reply of [
      await ann.call('POST', `${path}/github`, proof),
      await ann.call('DELETE', `${path}/0199a1c2-7d3e-7c11-9a55-2f6f0f1c9d10`),
    ]) {
      expect(reply.status).to.equal(401)
      expect(reply.headers.get('www-authenticate')).to.include('insufficient_user_authentication')
    }
    expect((await ann.call('GET', path)).status, 'looking').to.equal(200)
  })

  it('ends with the account: identities, tokens that were kept, and where one came from', async () => {
    const place = await withProviders(await stageBesideProviders({ worker: true }))
    const { app } = place
    const pat = await federated(place, upstream, 'google')
    const tables = ['upstream_tokens', 'upstream_sign_ins', 'user_identities']
    const left = async () => {
      const rows = await Promise.all(tables.map((table) => app.db(table).where({ user_id: pat.id })))
      return rows.map(({ length }) => length > 0)
    }
    expect(await left()).to.deep.equal([true, true, true])
    await changeSetting(app, bySystem, 'account.deletion_grace_days', 0)

    const reply = await callsOf(place, pat)('DELETE', '/users/me', {})

    expect(reply.status, 'without a password').to.equal(202)
    for (let wait = 0; wait < 100 && (await left()).includes(true); wait++)
      await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await left()).to.deep.equal([false, false, false])
  })
})
