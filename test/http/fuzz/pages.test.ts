import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import fc from 'fast-check'
import { z } from 'zod'

import type { Gatehouse } from '../../../src/app.ts'
import { csrfToken } from '../../../src/features/authentication/index.ts'
import { pages as documentationPages, tagTexts } from '../../../src/features/documentation/index.ts'
import { routes as protocol } from '../../../src/features/oidc/provider.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { pages, routes } from '../../../src/http.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { openapi } from '../../../src/platform/http/index.ts'
import { operator } from '../../console/support.ts'
import { type Browser, openBrowser } from '../../support/browser.ts'
import { type Person, person } from '../../support/people.ts'
import { type RelyingParty, relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import type { Stage } from '../../support/stage.ts'
import { type Body, bodiesFor, protocolBodies } from './forms.ts'
import { faultOfSending, type Sent } from './send.ts'
import { wicked } from './values.ts'

/** More of them for a long run: `FUZZ_RUNS=200 FUZZ_SEED=…`. */
const runs = Number(process.env.FUZZ_RUNS ?? 2)
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000)

/** From so many runs of each on it is also looked at what stays in memory. */
const longRuns = 20

/** Bytes of the heap that may stay of a request; the tests themselves keep the lines it logged. */
const mostKept = 8_000

/** A page or an endpoint of the protocol, as it is mounted. */
interface Target {
  method: string
  path: string
  bodies: fc.Arbitrary<Body>
}

/** Who asks: what they are let in with, and what their forms hold. */
interface Visitor {
  cookies: string
  uid: string
}

const cookiesOf = (browser: Browser): string =>
  browser
    .cookies()
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')

/** Somebody in the middle of a sign-in. */
async function atSignIn(client: RelyingParty): Promise<Visitor> {
  const browser = openBrowser()
  const { url } = await browser.go((await client.begin()).url)
  return { cookies: cookiesOf(browser), uid: url.split('/').at(-2) ?? '' }
}

interface Insider extends Visitor {
  forms: { console: string; account: string }
}

/** Somebody who may do everything, at the console and at their own account. */
async function insider(stage: Stage, as: Person): Promise<Insider> {
  const { browser, go } = await operator(stage, { as })
  const tokenOf = () => browser.forms().find(({ fields }) => fields.csrf !== undefined)?.fields.csrf ?? ''
  const console = tokenOf()
  await go('/account')
  return { cookies: cookiesOf(browser), uid: 'x', forms: { console, account: tokenOf() } }
}

/** The schema of a form, as far as it has one. */
const schemaOf = (form: z.ZodType | undefined): object =>
  form ? z.toJSONSchema(form, { unrepresentable: 'any', io: 'input' }) : {}

function pagesOf(app: Gatehouse, tokenFor: (path: string) => string): Target[] {
  const described = documentationPages(() => openapi(routes(app), app.config.issuer, tagTexts))
  return [...pages(app), ...described].map(({ method, path, form }) => ({
    ...{ method: method.toUpperCase(), path },
    bodies: bodiesFor(schemaOf(form), {}, { csrf: tokenFor(path) }),
  }))
}

/** What the endpoints of the protocol are sent, whichever of it belongs to which. */
const fields = [
  ...[
    'client_id',
    'client_secret',
    'grant_type',
    'code',
    'code_verifier',
    'redirect_uri',
    'scope',
    'resource',
    'state',
  ],
  ...[
    'refresh_token',
    'token',
    'token_type_hint',
    'subject_token',
    'subject_token_type',
    'assertion',
    'device_code',
  ],
  ...[
    'client_assertion',
    'client_assertion_type',
    'response_type',
    'response_mode',
    'code_challenge',
    'nonce',
    'prompt',
  ],
  ...[
    'code_challenge_method',
    'request',
    'request_uri',
    'claims',
    'max_age',
    'acr_values',
    'ui_locales',
    'user_code',
    'xsrf',
  ],
  ...[
    'login_hint',
    'id_token_hint',
    'login_hint_token',
    'binding_message',
    'requested_expiry',
    'auth_req_id',
    'dpop_jkt',
  ],
  ...['post_logout_redirect_uri', 'logout', 'organization', 'authorization_details', 'actor_token'],
]

function protocolOf({ clientId, secret, redirectUri, configuration }: RelyingParty): Target[] {
  const bodies = protocolBodies(fields, {
    ...{
      client_id: [clientId],
      client_secret: [secret ?? ''],
      redirect_uri: [redirectUri],
      response_type: ['code'],
    },
    ...{
      scope: ['openid', 'openid offline_access'],
      code_challenge_method: ['S256'],
      code_challenge: ['x'.repeat(43)],
    },
    grant_type: configuration.serverMetadata().grant_types_supported ?? [],
    ...{
      token_type_hint: ['access_token'],
      subject_token_type: ['urn:ietf:params:oauth:token-type:access_token'],
    },
    client_assertion_type: ['urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
    ...{ claims: ['{"userinfo":{"name":null}}'], prompt: ['none', 'login', 'consent'] },
  })
  const below = [
    `${protocol.authorization}/:uid`,
    `${protocol.end_session}/confirm`,
    '/.well-known/openid-configuration',
  ]
  return [...Object.values(protocol), ...below].flatMap((path) =>
    ['GET', 'POST'].map((method) => ({ method, path, bodies })),
  )
}

const queries = fc.oneof(
  { arbitrary: fc.constant(''), weight: 3 },
  fc.constantFrom(
    '?%',
    '?a=%00',
    '?a[b]=1&a[b]=2',
    '?a=1&a=2',
    `?a=${'x'.repeat(8_000)}`,
    '?__proto__[a]=1',
    '?after=%FF',
  ),
  fc
    .array(
      fc.tuple(
        fc.constantFrom(...fields, 'after', 'limit', 'q', 'search', 'language', 'error', 'iss', 'from'),
        wicked,
      ),
      {
        maxLength: 4,
      },
    )
    .map(
      (pairs) =>
        `?${new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value.slice(0, 2_000).toWellFormed()])).toString()}`,
    ),
)

const authorizations = (good: string): fc.Arbitrary<string | null> =>
  fc.oneof(
    { arbitrary: fc.constant(null), weight: 3 },
    { arbitrary: fc.constant(good), weight: 3 },
    fc.constantFrom(
      'Basic %%%',
      `Basic ${Buffer.from('\0:\0').toString('base64')}`,
      'Basic',
      'Bearer \u0001',
      'DPoP e30.e30.e30',
      'x',
    ),
  )

/** What is instead of cookies that somebody has. */
function cookiesLike({ cookies }: Visitor): fc.Arbitrary<string> {
  const names = cookies.split('; ').map((pair) => pair.split('=')[0] ?? '')
  const odd = fc.constantFrom('%00', '"', '%', '\u0001', '{}', 'e30', 'x'.repeat(3_000), '..', '\u00ff')
  return fc.oneof(
    { arbitrary: fc.constant(cookies), weight: 8 },
    fc.constantFrom('', ';;;=', '='.repeat(500), `${'a=b; '.repeat(500)}c=d`),
    fc.tuple(fc.constantFrom(...names), odd).map(([name, value]) => `${cookies}; ${name}=${value}`),
    odd.map((value) => names.map((name) => `${name}=${value.slice(0, 200)}`).join('; ')),
  )
}

const otherMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']

describe('every page and every endpoint of the protocol, sent what nobody thought of', () => {
  const fixture = sharedStage(
    async (stage) => {
      const client = await relyingParty(stage.app, {
        grants: ['authorization_code', 'refresh_token', 'client_credentials'],
      })
      await changeSetting(stage.app, bySystem, 'limits.by_role', { root_admin: 100_000 })
      return { ...stage, client }
    },
    { variables: { TRUST_PROXY: '127.0.0.1,::1' } },
  )

  it(`answers in time and never fails (seed ${seed})`, async function () {
    this.timeout(Math.max(120_000, runs * 30_000))
    const { app, issuer, client, ...stage } = fixture()
    const whole: Stage = { ...stage, app, issuer }
    const known = { stranger: { cookies: '', uid: 'x' }, signingIn: await atSignIn(client) }
    const root = () => person(app, { role: 'root_admin' })
    let inside = await insider(whole, await root())
    const tokenFor = (path: string): string => {
      if (path.startsWith('/console')) return inside.forms.console
      return path.startsWith('/account') ? inside.forms.account : csrfToken(app, known.signingIn.uid)
    }
    const visitorAt = (path: string): Visitor => {
      if (/^\/(console|account)/.test(path)) return inside
      return path.startsWith('/interaction') || /\/:uid/.test(path) ? known.signingIn : known.stranger
    }
    const basic = `Basic ${Buffer.from(`${client.clientId}:${client.secret ?? ''}`).toString('base64')}`
    const seen = new Map<number, number>()
    let network = 0

    function sentTo({ method, path, bodies }: Target): fc.Arbitrary<Sent> {
      const visitor = visitorAt(path)
      const segments = fc.oneof(fc.constant(visitor.uid), fc.uuid(), wicked)
      const parts = path.split('/').map((part) => (part.startsWith(':') ? segments : fc.constant(part)))
      return fc.record({
        method: fc.oneof({ arbitrary: fc.constant(method), weight: 9 }, fc.constantFrom(...otherMethods)),
        target: fc
          .tuple(fc.tuple(...parts), queries)
          .map(
            ([found, query]) =>
              found.map((part) => encodeURIComponent(part.slice(0, 3_000).toWellFormed())).join('/') + query,
          ),
        headers: fc
          .tuple(cookiesLike(visitor), authorizations(basic))
          .map(([cookie, authorization]): Record<string, string> => ({
            cookie,
            ...(authorization !== null && { authorization }),
          })),
        body: fc.oneof(
          { arbitrary: bodies, weight: method === 'GET' ? 1 : 19 },
          { arbitrary: fc.constant(null), weight: method === 'GET' ? 9 : 1 },
        ),
        pieces: fc.oneof({ arbitrary: fc.constant(1), weight: 9 }, fc.constant(3)),
      })
    }

    async function send(sent: Sent): Promise<void> {
      network += 1 // everybody comes from elsewhere, or the limits would answer in place of the pages
      const headers = {
        ...{
          'x-forwarded-for': `10.${(network >> 16) & 255}.${(network >> 8) & 255}.${network & 255}`,
          accept: 'text/html',
        },
        ...{ origin: issuer, 'sec-fetch-site': 'same-origin', ...sent.headers },
      }
      const fault = await faultOfSending(issuer, { ...sent, headers }, seen)
      if (fault !== null) throw new Error(fault)
    }

    const faults: string[] = []
    async function sweep(targets: readonly Target[], times: number): Promise<void> {
      for (const target of targets) {
        const told = await fc.check(fc.asyncProperty(sentTo(target), send), {
          ...{
            seed: seed + times,
            numRuns: times,
            maxSkipsPerRun: 0,
            plugins: [fc.interruptAfterTimeLimit(60_000)],
          },
        })
        if (told.failed)
          faults.push(
            `${target.method} ${target.path}: ${JSON.stringify(told.counterexample).slice(0, 800)} ${String(told.errorInstance)}`,
          )
        if (target.method !== 'POST' || visitorAt(target.path) !== inside) continue
        // What ends the sign-in, or the account, is among the pages.
        const reply = await fetch(`${issuer}/console`, {
          headers: { cookie: inside.cookies },
          redirect: 'manual',
        })
        await reply.body?.cancel()
        if (reply.status !== 200) inside = await insider(whole, await root())
      }
    }
    const targets = () => [...pagesOf(app, tokenFor), ...protocolOf(client)]

    await sweep(targets(), runs)
    if (runs >= longRuns) {
      const [before, sentBefore] = [heap(), network]
      await sweep(targets(), runs)
      const kept = (heap() - before) / (network - sentBefore)
      expect(kept, 'bytes that stay of a request').to.be.lessThan(mostKept)
    }

    expect(faults.join('\n'), `FUZZ_SEED=${seed}`).to.equal('')
    const all = [...seen.values()].reduce((sum, one) => sum + one, 0)
    expect((seen.get(429) ?? 0) / all, JSON.stringify([...seen])).to.be.lessThan(0.25)
    expect((seen.get(200) ?? 0) + (seen.get(303) ?? 0)).to.be.greaterThan(50)
  })
})

/** Bytes in use, after what nobody holds has been let go. */
function heap(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void // there since the flag is set
  collect()
  return process.memoryUsage().heapUsed
}
