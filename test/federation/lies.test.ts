import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

import { keepSecret } from '../support/canary.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import {
  type Endpoint,
  type Lie,
  startUpstream,
  type Upstream,
  type UpstreamPerson,
} from '../support/upstream/index.ts'
import { failuresRecorded, keepSecretsSeen, leftBehind } from './left-behind.ts'
import {
  atSignIn,
  besideProviders,
  type KnownProvider,
  provider,
  signInThrough,
  stageBesideProviders,
  through,
} from './upstream-providers.ts'

/** How a sign-in ends, and its status. */
const statuses = { denied: 403, refused: 403, unavailable: 502, answer_invalid: 502 } as const
type Failed = keyof typeof statuses

interface Case {
  lie: Lie
  at?: Endpoint
  failed: Failed
}

const untrusted = (...lies: Lie[]): Case[] => lies.map((lie) => ({ lie, failed: 'answer_invalid' }))

/** Lies of an OpenID Provider about a person, and troubles after the person has come back. */
const openIdLies: readonly Case[] = [
  ...untrusted('wrong-issuer', 'wrong-audience', 'wrong-nonce', 'no-nonce', 'expired'),
  ...untrusted('bad-signature', 'unsigned', 'hs256-with-public-key'),
  ...untrusted('no-sub', 'null-sub', 'empty-sub', 'number-sub', 'literal-null-sub', 'long-sub'),
  ...untrusted(
    'foreign-userinfo-sub',
    'html-answer',
    'broken-json',
    'redirect-to-loopback',
    'wrong-iss-parameter',
  ),
  { lie: 'broken-json', at: 'userinfo', failed: 'answer_invalid' },
  { lie: 'html-answer', at: 'userinfo', failed: 'answer_invalid' },
  { lie: 'redirect-to-loopback', at: 'userinfo', failed: 'answer_invalid' },
  { lie: 'big-answer', failed: 'unavailable' },
  { lie: 'big-userinfo', failed: 'unavailable' },
  { lie: 'error-500', failed: 'unavailable' },
  { lie: 'error-500', at: 'userinfo', failed: 'unavailable' },
  { lie: 'down', at: 'token', failed: 'unavailable' },
  { lie: 'down', at: 'userinfo', failed: 'unavailable' },
  { lie: 'html-error', failed: 'unavailable' },
  { lie: 'access-denied', failed: 'denied' },
]

/** Lies that are heard once in a while only, when a provider is read. */
const firstLies: readonly Case[] = [
  ...untrusted('discovery-wrong-issuer', 'discovery-inside', 'discovery-script'),
  { lie: 'broken-json', at: 'discovery', failed: 'answer_invalid' },
  { lie: 'redirect-to-loopback', at: 'discovery', failed: 'answer_invalid' },
  { lie: 'error-500', at: 'discovery', failed: 'unavailable' },
  { lie: 'big-answer', at: 'discovery', failed: 'unavailable' },
  { lie: 'big-answer', at: 'jwks', failed: 'unavailable' },
  { lie: 'down', at: 'jwks', failed: 'unavailable' },
]

/** Each reads its people in a way of its own; how they are asked is the same for all, and shown at one. */
const plainLies: readonly (Case & { name: KnownProvider })[] = [
  ...(['facebook', 'github', 'oauth2'] as const).flatMap((name): (Case & { name: KnownProvider })[] => [
    ...untrusted('no-sub', 'null-sub', 'empty-sub', 'literal-null-sub', 'long-sub').map((one) => ({
      ...one,
      name,
    })),
    { name, lie: 'broken-json', at: 'userinfo', failed: 'answer_invalid' },
    { name, lie: 'html-answer', at: 'userinfo', failed: 'answer_invalid' },
    { name, lie: 'down', at: 'userinfo', failed: 'unavailable' },
    { name, lie: 'access-denied', failed: 'denied' },
  ]),
  ...untrusted('html-answer', 'broken-json', 'redirect-to-loopback', 'wrong-iss-parameter').map(
    (one): Case & { name: KnownProvider } => ({ ...one, name: 'oauth2' }),
  ),
  { name: 'oauth2', lie: 'big-userinfo', failed: 'answer_invalid' },
  { name: 'oauth2', lie: 'big-answer', failed: 'unavailable' },
  { name: 'oauth2', lie: 'error-500', failed: 'unavailable' },
  { name: 'oauth2', lie: 'error-500', at: 'userinfo', failed: 'unavailable' },
  { name: 'oauth2', lie: 'down', at: 'token', failed: 'unavailable' },
  { name: 'oauth2', lie: 'html-error', failed: 'unavailable' },
  { name: 'linkedin', lie: 'access-denied', failed: 'denied' },
  { name: 'apple', lie: 'access-denied', failed: 'denied' },
]

/** Each is half a dozen times as long as any other. */
const slowLies: readonly (Case & { name: KnownProvider })[] = [
  { name: 'google', lie: 'slow', at: 'token', failed: 'unavailable' },
  { name: 'oidc', lie: 'slow', at: 'discovery', failed: 'unavailable' },
]

type Texts = Record<'problems', Record<string, string>>

const textsIn = (language: string): Texts =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../views/texts/${language}.json`), 'utf8')) as Texts

/** What the lies are made of, and what no page and no record may repeat. */
const ofUpstream =
  /another-issuer|another-client|nobody sent|improving|alert\(|padding=|x{50}|eyJ[\w-]+\.eyJ|broken-json|169\.254|<script>/

/** In milliseconds: one call takes two and a half seconds at most. */
const bearable = 5_000

const newcomer = (): UpstreamPerson => {
  const sub = `7${Math.random().toString().slice(2, 12)}`
  return {
    sub,
    email: `bob-${sub}@example.com`,
    email_verified: true,
    name: 'Bob',
    given_name: 'Bob',
    family_name: 'B',
  }
}

describe('a provider that lies or fails', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
    keepSecret('alert(document.domain)', 'We are improving', 'a-token-in-broken-json', 'x'.repeat(50))
  })
  after(async () => {
    await keepSecretsSeen(upstream, 'google', 'oidc', 'facebook', 'github', 'oauth2')
    await upstream.close()
  })

  /** Gets nothing for its lie, and somebody in by the truth, in the same browser and the same sign-in. */
  async function getsNothing(
    { app }: Stage,
    name: KnownProvider,
    { lie, at, failed }: Case,
    language: 'en' | 'de',
  ): Promise<void> {
    const rp = await relyingParty(app)
    await upstream.person(name, newcomer())
    const traveller = await atSignIn(rp, { parameters: { ui_locales: language } })
    const before = await leftBehind(app)
    const recordedBefore = await failuresRecorded(app)
    await upstream.lie(name, lie, at)
    const started = performance.now()

    const landing = await through(traveller, name)

    await upstream.honest(name)
    expect(performance.now() - started).to.be.below(bearable)
    expect(landing.url).to.match(new RegExp(`^${traveller.ours}/interaction/`))
    expect(landing.html).to.include(textsIn(language).problems[`upstream_${failed}`] ?? 'no such text')
    expect(landing.html).to.include(`lang="${language}"`).and.not.match(ofUpstream)
    expect(landing.status).to.equal(statuses[failed])
    expect(await leftBehind(app)).to.deep.equal(before)
    const recorded = (await failuresRecorded(app)).slice(recordedBefore.length)
    expect(recorded).to.have.lengthOf(1)
    expect(recorded[0]).to.include({ reason: `upstream_${failed}` })
    expect(JSON.stringify(recorded)).not.to.match(ofUpstream)

    const honest = await through(traveller, name)
    expect(traveller.until(honest.url), `${honest.url} ${honest.html}`).to.equal(true)
    const tokens = await rp.finish(traveller.begun, honest.url)
    expect(tokens.claims()).to.include({ acr: 'urn:gatehouse:acr:federated' })
  }

  const titleOf = ({ lie, at }: Case): string => `${lie}${at === undefined ? '' : ` at ${at}`}`

  for (const [name, language] of [
    ['google', 'en'],
    ['oidc', 'de'],
  ] as const)
    describe(`such as ${name}`, () => {
      const shared = sharedStage(async (opened) => {
        await provider(opened.app, upstream, name)
        return opened
      }, besideProviders)

      for (const one of openIdLies)
        it(`gets nothing for ${titleOf(one)}`, () => getsNothing(shared(), name, one, language))
    })

  describe('without ID tokens', () => {
    const shared = sharedStage(async (opened) => {
      for (const name of ['facebook', 'github', 'oauth2', 'linkedin', 'apple'] as const)
        await provider(opened.app, upstream, name)
      return opened
    }, besideProviders)

    for (const { name, ...one } of plainLies)
      it(`gets nothing for ${titleOf(one)} (${name})`, () => getsNothing(shared(), name, one, 'de'))
  })

  for (const one of firstLies)
    it(`gets nothing for ${titleOf(one)}, and is read again`, async () => {
      const opened = await stageBesideProviders()
      await provider(opened.app, upstream, 'oidc')
      await getsNothing(opened, 'oidc', one, 'en')
    })

  for (const { name, ...one } of slowLies)
    it(`gets nothing for ${titleOf(one)} (${name})`, async () => {
      const opened = await stageBesideProviders()
      await provider(opened.app, upstream, name)
      await getsNothing(opened, name, one, 'en')
    })

  it('speaks for its own people alone: the same subject elsewhere is somebody else', async () => {
    const { app } = await stageBesideProviders()
    const rp = await relyingParty(app)
    const subjects: (string | undefined)[] = []
    for (const name of ['google', 'oidc', 'github', 'oauth2'] as const) {
      await provider(app, upstream, name)
      await upstream.person(name, { sub: '4004', email: `dora@${name}.example.com`, email_verified: true })
      const { tokens } = await signInThrough(rp, name)
      subjects.push(tokens.claims()?.sub)
    }

    expect(new Set(subjects)).to.have.property('size', 4)
    expect(await app.db('user_identities').where({ subject: '4004' })).to.have.lengthOf(4)
  })

  it('proves to Facebook that it knows the secret of its application, with every call of the Graph', async () => {
    const { app } = await stageBesideProviders()
    await provider(app, upstream, 'facebook')
    const rp = await relyingParty(app)
    await upstream.person('facebook', newcomer())

    await signInThrough(rp, 'facebook')

    const asked = (await upstream.seen('facebook')).filter(({ path }) => path.endsWith('/me')).at(-1)
    const [, token = ''] = (asked?.headers.authorization ?? '').split(' ')
    const proof = createHmac('sha256', upstream.client.secret).update(token).digest('hex')
    expect(asked?.query.appsecret_proof).to.equal(proof)
    expect(asked?.query).not.to.have.property('access_token')
  })

  it('takes numbers for subjects where a provider has no others, and only whole ones that are exact', async () => {
    const { app } = await stageBesideProviders()
    await provider(app, upstream, 'github')
    const rp = await relyingParty(app)
    await upstream.person('github', { ...newcomer(), sub: '583231' })

    await signInThrough(rp, 'github')

    const linked = await app.db('user_identities').where({ issuer: upstream.github })
    expect(linked.map(({ subject }: { subject: string }) => subject)).to.deep.equal(['583231'])
  })

  it('is not believed about an address that it has not verified itself', async () => {
    const { app } = await stageBesideProviders()
    await provider(app, upstream, 'github', { policy: { require_verified_email: true } })
    const rp = await relyingParty(app)
    await upstream.person('github', newcomer())
    await upstream.lie('github', 'email-list-unverified')
    const traveller = await atSignIn(rp)
    const before = await leftBehind(app)

    const landing = await through(traveller, 'github')

    await upstream.honest('github')
    expect(landing.status).to.equal(403)
    expect(landing.html).to.include(textsIn('en').problems.newcomer_email_unverified)
    expect(await leftBehind(app)).to.deep.equal(before)
  })
})
