import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../src/app.ts'
import { assignRole } from '../../src/features/authorization/index.ts'
import { endSessionsOfUser } from '../../src/features/sessions/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { enrol, enrolled, type Enrolled, toMiddleOfStep } from '../factors/support.ts'
import { freshPassword, resetsByMail } from '../federation/arrivals.ts'
import { atSignIn, type Traveller } from '../federation/upstream-providers.ts'
import { visit } from '../oidc/authorize/ask.ts'
import { openAuthenticatorApp, wrongCode } from '../support/authenticator-app.ts'
import { type Browser, type Landing, openBrowser } from '../support/browser.ts'
import { mailTo } from '../support/mailbox.ts'
import { callApi, type Me, signedIn } from '../support/my-api.ts'
import { person, type Person } from '../support/people.ts'
import { relyingParty, type RelyingParty, type Tokens } from '../support/relying-party.ts'
import { stage, type Stage } from '../support/stage.ts'
import { typesCode } from './second-factor-support.ts'

type Ann = Me & Enrolled

const mfa = 'urn:gatehouse:acr:mfa'
const wrongText = 'This is not right, was used, or is too old'

interface Options {
  browser?: Browser
  parameters?: Record<string, string>
}

/** Types the password, and ends wherever that leads. */
async function typesPassword(client: RelyingParty, who: Person, options: Options = {}): Promise<Traveller> {
  const traveller = await atSignIn(client, options)
  const { browser, until } = traveller
  const landing = await browser.submit({ login: who.email, password: who.password }, { until })
  return { ...traveller, landing }
}

const atCode = ({ landing }: Pick<Traveller, 'landing'>): boolean => landing.url.endsWith('/second-factor')

const base = ({ landing }: Pick<Traveller, 'landing'>): string =>
  /^.*\/interaction\/[^/]+/.exec(landing.url)?.[0] ?? ''

const isIn = ({ until }: Traveller, landing: Landing): boolean =>
  until(landing.url) && new URL(landing.url).searchParams.has('code')

async function tokensOf(client: RelyingParty, { begun }: Traveller, landing: Landing): Promise<Tokens> {
  return client.finish(begun, landing.url)
}

const auditOf = ({ db }: Gatehouse, userId: string, action: string): Promise<{ details: object }[]> =>
  db('audit_records').where({ action, target_id: userId }).select<{ details: object }[]>('details')

const promote = ({ app }: Stage, id: string): Promise<unknown> =>
  transaction(app.db, (tx) =>
    assignRole(app, tx, bySystem, { principal: { type: 'user', id }, role: 'admin' }),
  )

/** Someone with an app, in the middle of a step: what of a code is right does not change while they type. */
async function someoneWithApp(
  options: Parameters<typeof stage>[0] = {},
): Promise<{ built: Stage; ann: Ann }> {
  const built = await stage(options)
  toMiddleOfStep(built)
  return { built, ann: await enrolled(built) }
}

describe('a second factor in a sign-in', function () {
  this.timeout(60_000)

  it('is asked for after the password, and only then somebody has signed in', async () => {
    const { built, ann } = await someoneWithApp()
    const { app, clock } = built
    await app.db('devices').where({ user_id: ann.id }).delete()
    const before = (await auditOf(app, ann.id, 'sign_in.succeeded')).length
    const traveller = await typesPassword(ann.client, ann)
    expect(atCode(traveller)).to.equal(true)
    await traveller.browser.go(base(traveller)) // another look writes nothing more
    await traveller.browser.go(`${base(traveller)}/second-factor`)

    const wrong = await typesCode(traveller, wrongCode(ann.app, clock.now()))
    expect(wrong.status).to.equal(401)
    expect(wrong.html).to.include(wrongText)
    expect(await auditOf(app, ann.id, 'sign_in.succeeded')).to.have.lengthOf(before)
    expect(await app.db('devices').where({ user_id: ann.id })).to.deep.equal([])
    expect(traveller.browser.cookies().some(({ name }) => name.includes('device'))).to.equal(false)

    const landing = await typesCode(traveller, ann.app.codeAt(clock.now()))
    const { access_token: token, id_token: idToken = '' } = await tokensOf(ann.client, traveller, landing)
    for (const one of [token, idToken])
      expect(decodeJwt(one)).to.deep.include({ acr: mfa, amr: ['pwd', 'otp', 'mfa'] })
    const succeeded = await auditOf(app, ann.id, 'sign_in.succeeded')
    expect(succeeded).to.have.lengthOf(before + 1)
    expect(succeeded.at(-1)?.details).to.include({ factor: 'password', second: 'totp', acr: mfa })
    expect(await auditOf(app, ann.id, 'sign_in.second_factor_demanded')).to.have.lengthOf(1)
    expect(await auditOf(app, ann.id, 'sign_in.second_factor_failed')).to.have.lengthOf(1)
    expect(await app.db('devices').where({ user_id: ann.id })).to.have.lengthOf(1)
    expect(traveller.browser.cookies().some(({ name }) => name.includes('device'))).to.equal(true)
  })

  it('stands in no table and no record in clear', async () => {
    const { built, ann } = await someoneWithApp()
    const traveller = await typesPassword(ann.client, ann)
    const code = ann.app.codeAt(built.clock.now())
    await typesCode(traveller, code)
    const { db } = built.app
    const tables = [
      'factors',
      'recovery_codes',
      'factor_tries',
      'sign_in_attempts',
      'audit_records',
      'login_events',
    ]
    for (const table of [...tables, 'outbox_events', 'oidc_payloads'].filter(Boolean)) {
      if (!(await db.schema.hasTable(table))) continue
      const text = JSON.stringify(await db(table))
      expect(text, table).not.to.include(`"${code}"`)
      for (const secret of [ann.password, ...ann.codes, ann.codes[0]?.replaceAll('-', '') ?? ''])
        expect(text, table).not.to.include(secret)
      expect(text.includes(ann.app.seed.toString('base64')), table).to.equal(false)
    }
  })

  it('is taken once: not again in another browser, and of several at one moment one (ONE)', async () => {
    const { built, ann } = await someoneWithApp()
    const travellers = await Promise.all(Array.from({ length: 5 }, () => typesPassword(ann.client, ann)))
    const code = ann.app.codeAt(built.clock.now())

    const landings = await Promise.all(travellers.map((one) => typesCode(one, code)))

    expect(travellers.filter((one, n) => landings[n] && isIn(one, landings[n]))).to.have.lengthOf(1)
    const again = await typesPassword(ann.client, ann)
    const landing = await typesCode(again, code)
    expect(isIn(again, landing)).to.equal(false)
    expect(landing.status).to.be.oneOf([401, 429])
  })

  it('is one sign-in, however often one form is sent at once (ONE/20)', async () => {
    const { built, ann } = await someoneWithApp()
    const before = (await auditOf(built.app, ann.id, 'sign_in.succeeded')).length
    const { browser, landing } = await typesPassword(ann.client, ann)
    const form = browser.forms()[0]
    const cookie = browser
      .cookies()
      .filter(({ path }) => new URL(landing.url).pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const body = () => new URLSearchParams({ ...form?.fields, code: ann.app.codeAt(built.clock.now()) })
    const headers = { cookie, origin: built.issuer, 'sec-fetch-site': 'same-origin' }
    const send = () => fetch(landing.url, { method: 'POST', headers, body: body(), redirect: 'manual' })
    await Promise.all(Array.from({ length: 20 }, send))
    expect(await auditOf(built.app, ann.id, 'sign_in.succeeded')).to.have.lengthOf(before + 1)
  })

  it('is good one step early or late, and no more (MF-03)', async () => {
    const { built, ann } = await someoneWithApp()
    const { clock } = built
    clock.advance(300)
    const traveller = await typesPassword(ann.client, ann)
    for (const steps of [-2, 2])
      expect((await typesCode(traveller, ann.app.codeAt(clock.now(), steps))).status, `${steps}`).to.equal(
        401,
      )
    expect(isIn(traveller, await typesCode(traveller, ann.app.codeAt(clock.now(), -1)))).to.equal(true)
    const another = await typesPassword(ann.client, ann)
    expect(isIn(another, await typesCode(another, ann.app.codeAt(clock.now(), 1)))).to.equal(true)
  })

  it('is guessed at five times an hour, over all sign-ins and kinds of code (MF-02)', async () => {
    const { built, ann } = await someoneWithApp()
    const { clock } = built
    for (let n = 0; n < 5; n++) {
      const traveller = await typesPassword(ann.client, ann)
      if (n % 2 === 1) await traveller.browser.go(`${base(traveller)}/second-factor?with=recovery-code`)
      const guess = n % 2 === 1 ? '00000-00000' : wrongCode(ann.app, clock.now())
      expect((await typesCode(traveller, guess)).status).to.equal(401)
    }
    const traveller = await typesPassword(ann.client, ann)
    expect((await typesCode(traveller, ann.app.codeAt(clock.now()))).status).to.equal(429)
    await traveller.browser.go(`${base(traveller)}/second-factor?with=recovery-code`)
    expect((await typesCode(traveller, ann.codes[0] ?? '')).status).to.equal(429)

    clock.advance(3601)
    const later = await typesPassword(ann.client, ann)
    expect(isIn(later, await typesCode(later, ann.app.codeAt(clock.now())))).to.equal(true)
  })

  it('is the person’s own, in their own browser (MF-05, AZ-15)', async () => {
    const { built, ann } = await someoneWithApp()
    const bob = await enrolled(built, { client: ann.client })
    const now = () => built.clock.now()
    const annIn = await typesPassword(ann.client, ann)
    expect((await typesCode(annIn, bob.app.codeAt(now()))).status).to.equal(401)

    const stranger = openBrowser()
    expect((await stranger.go(`${base(annIn)}/second-factor`)).status).to.equal(400)
    const bobIn = await typesPassword(ann.client, bob)
    expect((await bobIn.browser.go(`${base(annIn)}/second-factor`)).status).to.equal(400)
  })

  it('is not gone around by another step, nor lent to another person (AZ-15, RG-15)', async () => {
    const { built, ann } = await someoneWithApp()
    const { app, clock } = built
    const bob = await person(app)
    const traveller = await typesPassword(ann.client, ann)
    const { browser, until } = traveller
    for (const step of ['', '/connect', '/enrol', '/consent', '/second-factor']) {
      const landing = await browser.go(base(traveller) + step, { until })
      expect(landing.url, step).to.match(/\/second-factor$/)
    }
    await browser.go(`${base(traveller)}/login`)
    const asBob = await browser.submit({ login: bob.email, password: bob.password }, { until })
    const tokens = await tokensOf(ann.client, traveller, asBob)
    expect(decodeJwt(tokens.access_token)).to.deep.include({
      acr: 'urn:gatehouse:acr:password',
      amr: ['pwd'],
    })
    expect(tokens.claims()).to.include({ email: bob.email })

    const other = await typesPassword(ann.client, await enrolled(built, { client: ann.client }))
    await other.browser.go(`${base(other)}/login`)
    const swapped = await other.browser.submit({ login: ann.email, password: ann.password }, { until })
    expect(swapped.url).to.match(/\/second-factor$/)
    expect(isIn(other, await typesCode(other, ann.app.codeAt(clock.now())))).to.equal(true)

    const third = await typesPassword(ann.client, ann)
    await third.browser.go(`${base(third)}/register`)
    const form = { email: 'cleo@example.com', username: '', name: 'Cleo', password: freshPassword() }
    const made = await third.browser.submit(form, { until })
    const cleo = await tokensOf(ann.client, third, made)
    expect(decodeJwt(cleo.access_token)).to.deep.include({ acr: 'urn:gatehouse:acr:password', amr: ['pwd'] })
  })

  it('is given up by a button, and the client told', async () => {
    const { ann } = await someoneWithApp()
    const traveller = await typesPassword(ann.client, ann)
    const form = traveller.browser.forms().findIndex(({ action }) => action.endsWith('/cancel'))
    const landing = await traveller.browser.submit({}, { form, until: traveller.until })
    expect(new URL(landing.url).searchParams.get('error')).to.equal('access_denied')
  })

  it('does not go on after everything was signed out', async () => {
    const { built, ann } = await someoneWithApp()
    const { app, clock } = built
    const traveller = await typesPassword(ann.client, ann)
    clock.advance(1)
    await transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, ann.id, 'ended_by_owner'))
    const landing = await typesCode(traveller, ann.app.codeAt(clock.now()))
    expect(isIn(traveller, landing)).to.equal(false)
    expect(landing.status).to.equal(401)
  })

  it('may be a recovery code, once, and its owner is told by letter', async () => {
    const { built, ann } = await someoneWithApp({ worker: true })
    const [code = ''] = ann.codes
    const shows = async () => {
      const traveller = await typesPassword(ann.client, ann)
      await traveller.browser.go(`${base(traveller)}/second-factor?with=recovery-code`)
      return { traveller, landing: await typesCode(traveller, ` ${code.toLowerCase()} `) }
    }
    const { traveller, landing } = await shows()
    const tokens = await tokensOf(ann.client, traveller, landing)
    expect(decodeJwt(tokens.access_token)).to.deep.include({ acr: mfa, amr: ['pwd', 'recovery', 'mfa'] })
    await mailTo(built.app, ann.email, 'recovery-code-used')
    expect((await shows()).landing.status).to.equal(401)
  })

  it('is demanded after a new password by mail, also where it was not before (PW-06)', async () => {
    const { built, ann } = await someoneWithApp({ worker: true })
    const { app, clock } = built
    const browser = openBrowser()
    const first = await typesPassword(ann.client, ann, { browser })
    await typesCode(first, ann.app.codeAt(clock.now()), { remember: 'yes' })
    browser.setCookies(browser.cookies().filter(({ name }) => name.includes('device')))
    expect(isIn(first, (await typesPassword(ann.client, ann, { browser })).landing)).to.equal(true)
    browser.setCookies(browser.cookies().filter(({ name }) => name.includes('device')))

    const password = freshPassword()
    await resetsByMail(app, { email: ann.email, password, browser })
    const again = await typesPassword(ann.client, { ...ann, password }, { browser })
    expect(atCode(again)).to.equal(true)
  })
})

describe('a remembered device', function () {
  this.timeout(60_000)

  const onlyDevice = (browser: Browser): Browser => {
    const copy = openBrowser()
    copy.setCookies(browser.cookies().filter(({ name }) => name.includes('device')))
    return copy
  }

  async function remembering(): Promise<{ built: Stage; ann: Ann; browser: Browser; token: string }> {
    const { built, ann } = await someoneWithApp()
    const traveller = await typesPassword(ann.client, ann)
    expect(traveller.landing.html).to.include('name="remember"')
    const landing = await typesCode(traveller, ann.app.codeAt(built.clock.now()), { remember: 'yes' })
    const { access_token: token } = await tokensOf(ann.client, traveller, landing)
    return { built, ann, token, browser: onlyDevice(traveller.browser) }
  }

  it('is not asked again for as long as is set, and says no more than was proven', async () => {
    const { built, ann, browser } = await remembering()
    const traveller = await typesPassword(ann.client, ann, { browser: onlyDevice(browser) })
    const tokens = await tokensOf(ann.client, traveller, traveller.landing)
    expect(decodeJwt(tokens.access_token)).to.deep.include({
      acr: 'urn:gatehouse:acr:password',
      amr: ['pwd'],
    })
    expect(atCode(await typesPassword(ann.client, ann)), 'elsewhere').to.equal(true)
    const bob = await enrolled(built, { client: ann.client })
    expect(atCode(await typesPassword(ann.client, bob, { browser: onlyDevice(browser) }))).to.equal(true)
    built.clock.advance(30 * 24 * 3600)
    expect(atCode(await typesPassword(ann.client, ann, { browser: onlyDevice(browser) }))).to.equal(true)
  })

  it('is asked where a client asks, and there not remembered', async () => {
    const { ann, browser } = await remembering()
    const parameters = { acr_values: mfa }
    const traveller = await typesPassword(ann.client, ann, { browser: onlyDevice(browser), parameters })
    expect(atCode(traveller)).to.equal(true)
    expect(traveller.landing.html).not.to.include('name="remember"')
  })

  it('is asked after the password was changed', async () => {
    const { built, ann, browser, token } = await remembering()
    const next = freshPassword()
    const change = { current_password: ann.password, new_password: next }
    const changed = await callApi(`${built.issuer}/auth/password/change`, {
      method: 'POST',
      token,
      body: change,
    })
    expect(changed.status, JSON.stringify(changed.body)).to.equal(204)
    const traveller = await typesPassword(
      ann.client,
      { ...ann, password: next },
      { browser: onlyDevice(browser) },
    )
    expect(atCode(traveller)).to.equal(true)
  })
})

describe('setting a second factor up on the way in', function () {
  this.timeout(60_000)

  async function atEnrolment(policy: 'required' | 'offered') {
    const built = await stage()
    toMiddleOfStep(built)
    await changeSetting(built.app, bySystem, 'mfa.policy', policy)
    const client = await relyingParty(built.app)
    const ann = await person(built.app)
    return { built, client, ann, traveller: await typesPassword(client, ann) }
  }

  it('is done where it is required: an app, recovery codes shown once, and then they are in', async () => {
    const { built, client, traveller } = await atEnrolment('required')
    const { browser, until } = traveller
    expect(traveller.landing.url).to.match(/\/enrol$/)
    const declined = await browser.submit({ decision: 'decline' }, { until })
    expect(declined.url, 'nobody declines what is required').to.match(/\/enrol$/)
    await browser.go(`${base(traveller)}/enrol`)
    const shown = await browser.submit({ decision: 'begin' }, { until })
    const key = /secret=([A-Z2-7]+)/.exec(shown.html)?.[1] ?? ''
    const app = openAuthenticatorApp(key)

    const wrong = await browser.submit({ code: wrongCode(app, built.clock.now()) }, { until })
    expect(wrong.status).to.equal(403)
    const codes = await browser.submit({ code: app.codeAt(built.clock.now()) }, { until })
    expect(codes.status).to.equal(200)
    expect(codes.html.match(/<li>[0-9a-z]+(-[0-9a-z]+)+<\/li>/g)).to.have.lengthOf(10)
    const landing = await browser.go(base(traveller), { until })
    const tokens = await tokensOf(client, traveller, landing)
    expect(decodeJwt(tokens.access_token)).to.deep.include({ acr: mfa, amr: ['pwd', 'otp', 'mfa'] })
  })

  it('is offered once, and not again for thirty days after a "Not now"', async () => {
    const { built, client, ann, traveller } = await atEnrolment('offered')
    expect(traveller.landing.url).to.match(/\/enrol$/)
    const landing = await traveller.browser.submit({ decision: 'decline' }, traveller)
    expect(isIn(traveller, landing)).to.equal(true)
    built.clock.advance(29 * 24 * 3600)
    const soon = await typesPassword(client, ann)
    expect(isIn(soon, soon.landing)).to.equal(true)
    built.clock.advance(2 * 24 * 3600)
    expect((await typesPassword(client, ann)).landing.url).to.match(/\/enrol$/)
  })
})

describe('a session that is not enough any more (MF-14)', function () {
  this.timeout(60_000)

  it('proves the factor alone at the next /authorize; its tokens go on as they were', async () => {
    const built = await stage()
    toMiddleOfStep(built)
    const { app, clock } = built
    const me = await signedIn(built)
    const ann = { ...me, ...(await enrol(built, me)) }
    const refreshed = await ann.client.refresh(ann.signedIn.tokens.refresh_token ?? '')
    expect(decodeJwt(refreshed.access_token)).to.include({ acr: 'urn:gatehouse:acr:password' })
    const silent = await visit(ann.browser, ann.client, { prompt: 'none' })
    expect(silent.answer).to.include({ error: 'login_required' })

    const traveller = await atSignIn(ann.client, { browser: ann.browser })
    expect(traveller.landing.url).to.match(/\/second-factor$/)
    const landing = await typesCode(traveller, ann.app.codeAt(clock.now()))
    const tokens = await tokensOf(ann.client, traveller, landing)
    expect(decodeJwt(tokens.access_token)).to.deep.include({ acr: mfa, amr: ['pwd', 'otp', 'mfa'] })
    expect(await visit(ann.browser, ann.client, { prompt: 'none' })).to.have.nested.property('answer.code')

    const bob = await signedIn(built, { client: ann.client })
    await changeSetting(app, bySystem, 'mfa.policy', 'required')
    expect((await visit(bob.browser, bob.client, { prompt: 'none' })).answer).to.include({
      error: 'login_required',
    })
    expect((await atSignIn(bob.client, { browser: bob.browser })).landing.url).to.match(/\/enrol$/)
  })

  it('is no administrator’s: 401 with what to ask for, and 200 after the factor alone (RFC 9470)', async () => {
    const built = await stage()
    toMiddleOfStep(built)
    const away = { redirectUris: ['https://rp.example.com/callback'], postLogoutRedirectUris: [] }
    const client = await relyingParty(built.app, away)
    const me = await signedIn(built, { client })
    const ann = { ...me, ...(await enrol(built, me)) }
    await promote(built, ann.id)
    Object.assign(built.app.config, { production: true }) // where nothing is postponed
    const users = (token: string) => callApi(`${built.issuer}/admin/users`, { method: 'GET', token })
    const refused = await users(ann.token)
    expect(refused.status).to.equal(401)
    expect(refused.headers.get('www-authenticate'))
      .to.include('error="insufficient_user_authentication"')
      .and.include(`acr_values="${mfa}"`)
    const renewed = await ann.client.refresh(ann.signedIn.tokens.refresh_token ?? '')
    expect((await users(renewed.access_token)).status).to.equal(401)

    const parameters = { acr_values: mfa }
    const traveller = await atSignIn(ann.client, { browser: ann.browser, parameters })
    expect(traveller.landing.url).to.match(/\/second-factor$/)
    const landing = await typesCode(traveller, ann.app.codeAt(built.clock.now()))
    const { access_token: token } = await tokensOf(ann.client, traveller, landing)
    expect((await users(token)).status).to.equal(200)
  })

  it('of acr_values never says more than was proven (MF-12)', async () => {
    const built = await stage()
    const client = await relyingParty(built.app)
    const ann = await person(built.app)
    const traveller = await typesPassword(client, ann, { parameters: { acr_values: mfa } })
    const tokens = await tokensOf(client, traveller, traveller.landing)
    expect(decodeJwt(tokens.access_token)).to.deep.include({
      acr: 'urn:gatehouse:acr:password',
      amr: ['pwd'],
    })
  })
})

describe('an administrator on a developer’s machine', function () {
  this.timeout(60_000)
  const banner = 'has no second step'

  it('is let in without a second factor, and told on every page of their account until there is one', async () => {
    const built = await stage()
    toMiddleOfStep(built)
    const me = await signedIn(built)
    const pages = ['/account', '/account/profile', '/account/sessions']
    const seen = async () =>
      Promise.all(pages.map(async (path) => (await me.browser.go(built.issuer + path)).html.includes(banner)))
    expect(await seen()).to.deep.equal([false, false, false])
    await promote(built, me.id)
    expect(await seen()).to.deep.equal([true, true, true])
    expect(
      (await callApi(`${built.issuer}/admin/users`, { method: 'GET', token: me.token })).status,
    ).to.equal(200)
    await enrol(built, me)
    expect(await seen()).to.deep.equal([false, false, false])
  })
})
