import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../src/app.ts'
import { linkIdentity } from '../../src/features/accounts/index.ts'
import { jobs } from '../../src/features/authentication/index.ts'
import { assignRole } from '../../src/features/authorization/index.ts'
import { listKept } from '../../src/features/notifications/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { enrol, type Enrolled } from '../factors/support.ts'
import { someone, unique } from '../federation/arrivals.ts'
import {
  atSignIn,
  besideProviders,
  provider,
  through,
  type Traveller,
} from '../federation/upstream-providers.ts'
import { register } from '../passkeys/support.ts'
import { type Authenticator, openAuthenticator } from '../support/authenticator.ts'
import { type Browser, type Landing, openBrowser } from '../support/browser.ts'
import { keepSecret } from '../support/canary.ts'
import { linkIn } from '../support/mailbox.ts'
import { type Me, signedIn } from '../support/my-api.ts'
import type { RelyingParty } from '../support/relying-party.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { startUpstream, type Upstream, type UpstreamPerson } from '../support/upstream/index.ts'
import { codeIn } from './by-mail/support.ts'
import { asNative, type NativeApp, type Reply } from './native/app.ts'
import { showsPasskey, typesCode } from './second-factor-support.ts'

/** There they may set a second factor up later, and are as others are. */
const onOwnMachine = 'administrator on a developer’s machine'

const states = ['none', 'totp', 'remembered', 'passkey', 'removed', 'both'] as const
const asks = ['nothing', 'two-step', 'mfa'] as const
const policies = ['optional', 'required'] as const
type State = (typeof states)[number]
type Policy = (typeof policies)[number]

/** Where a sign-in is after its first step: done at a level, or waiting for more, and the level after that. */
type Expected =
  | `done ${'mail' | 'federated' | 'password' | 'two-step' | 'mfa'}`
  | `second ${'two-step' | 'mfa'}`
  | 'enrol'
  | 'refused'

/** In the order of `asks`. */
type Row = readonly [Expected, Expected, Expected]
type Table = Record<Policy, Record<State, Row>>

const thrice = (one: Expected): Row => [one, one, one]

/** Written down by hand, and not computed by what it is to judge. For one thing proven that is not enough by itself. */
const byOne = (first: 'federated' | 'password'): Table => ({
  optional: {
    none: thrice(`done ${first}`),
    totp: thrice('second mfa'),
    remembered: [`done ${first}`, 'second mfa', 'second mfa'],
    passkey: [`done ${first}`, 'second mfa', 'second mfa'],
    removed: thrice(`done ${first}`),
    both: thrice('second mfa'),
  },
  required: {
    none: thrice('enrol'),
    totp: thrice('second mfa'),
    remembered: [`done ${first}`, 'second mfa', 'second mfa'],
    passkey: thrice('second mfa'),
    removed: thrice('enrol'),
    both: thrice('second mfa'),
  },
})

/** Who reads a mail is lifted to `two-step` by an app; a passkey is enough whatever was before it. */
const byMail: Table = {
  optional: {
    none: thrice('done mail'),
    totp: thrice('second two-step'),
    remembered: ['done mail', 'second two-step', 'done mail'],
    passkey: ['done mail', 'second mfa', 'second mfa'],
    removed: thrice('done mail'),
    both: thrice('second mfa'),
  },
  required: {
    none: thrice('enrol'),
    totp: thrice('second two-step'),
    remembered: ['done mail', 'second two-step', 'done mail'],
    passkey: thrice('second mfa'),
    removed: thrice('enrol'),
    both: thrice('second mfa'),
  },
}

/** A session that somebody has: of a password, and of the app where they had to show it. */
const inSession: Table = {
  optional: {
    none: thrice('done password'),
    totp: thrice('done mfa'),
    remembered: ['done password', 'second mfa', 'second mfa'],
    passkey: ['done password', 'second mfa', 'second mfa'],
    removed: thrice('done password'),
    both: thrice('done mfa'),
  },
  required: {
    none: thrice('enrol'),
    totp: thrice('done mfa'),
    remembered: ['done password', 'second mfa', 'second mfa'],
    passkey: thrice('second mfa'),
    removed: thrice('enrol'),
    both: thrice('done mfa'),
  },
}

const whoever = (row: Record<State, Row>): Table => ({ optional: row, required: row })

const allDone: Table = whoever({
  none: thrice('refused'),
  totp: thrice('refused'),
  remembered: thrice('refused'),
  removed: thrice('refused'),
  passkey: thrice('done mfa'),
  both: thrice('done mfa'),
})

/** No device, wish or policy makes it less. */
const administrator: Table = whoever({
  none: thrice('enrol'),
  totp: thrice('second mfa'),
  remembered: thrice('second mfa'),
  passkey: thrice('second mfa'),
  removed: thrice('enrol'),
  both: thrice('second mfa'),
})

const administratorInSession: Table = whoever({
  none: thrice('enrol'),
  totp: thrice('done mfa'),
  remembered: thrice('second mfa'),
  passkey: thrice('second mfa'),
  removed: thrice('enrol'),
  both: thrice('done mfa'),
})

const refused: Table = whoever({
  none: thrice('refused'),
  totp: thrice('refused'),
  remembered: thrice('refused'),
  passkey: thrice('refused'),
  removed: thrice('refused'),
  both: thrice('refused'),
})

/** Somebody, and all that they have. */
interface Somebody extends Me {
  state: State
  app: Enrolled['app'] | null
  passkey: Authenticator | null
  /** Who they are at another provider. */
  there: UpstreamPerson
  /** Cookies of a browser in which they signed in before. */
  device: ReturnType<Browser['cookies']>
  /** Browsers in which they are signed in, from before they became what they are. */
  sessions: Browser[]
}

interface Fixture extends Stage {
  upstream: Upstream
  clients: Record<Policy, RelyingParty>
  people: Record<State, Somebody>
}

interface Cell extends Fixture {
  who: Somebody
  client: RelyingParty
  native: NativeApp
  parameters: Record<string, string>
}

/** Where a first step led; in an application, its answer. */
type Led = { traveller: Traveller; landing: Landing } | { reply: Reply }

interface Path {
  person: Table
  administrator: Table
  /** Somebody new has nothing, and is nobody. */
  newcomers?: true
  /** Tried on a developer's machine as well. */
  onOwnMachine?: true
  lead(cell: Cell): Promise<Led>
}

const deviceOf = ({ state, device }: Somebody) => (state === 'remembered' ? device : [])

async function opens({ client, who, parameters }: Cell): Promise<Traveller> {
  const browser = openBrowser()
  browser.setCookies(deviceOf(who))
  return atSignIn(client, { browser, parameters })
}

const nativeMore = ({ who, parameters }: Cell): object => ({
  ...(parameters.acr_values !== undefined && { acr_values: parameters.acr_values }),
  ...(deviceOf(who)[0] && { device_token: deviceOf(who)[0]?.value }),
})

/** The letter that was asked for, written here and now: no worker runs. */
async function letter({ app, who }: Cell) {
  const row = await app
    .db('sign_in_mails')
    .where({ person_id: who.id })
    .orderBy('id', 'desc')
    .first<{ id: string } | undefined>()
  if (!row) throw new Error('no letter was asked for')
  await jobs(app)
    .find(({ name }) => name === 'sign-in-mail.send')
    ?.run({ userId: who.id, about: row.id })
  return (await listKept(app, 3)).find(({ to, letter: name }) => to === who.email && name === 'sign-in-link')
}

async function asksForLetter(cell: Cell) {
  await cell.app.db('rate_limits').delete() // thirty of a network: this one is all networks
  const traveller = await opens(cell)
  const { browser, landing } = traveller
  await browser.go(landing.url.replace(/login$/, 'by-mail'))
  await browser.submit({ login: cell.who.email })
  return { traveller, mail: await letter(cell) }
}

const nothing = { status: 401, html: '', url: '', headers: new Headers() }

const newPassword = (): string => {
  const password = `a calm harbour ${unique()}`
  keepSecret(password)
  return password
}

const paths: Record<string, Path> = {
  'a password': {
    person: byOne('password'),
    administrator,
    onOwnMachine: true,
    async lead(cell) {
      const traveller = await opens(cell)
      const { browser, until } = traveller
      const { email, password } = cell.who
      return { traveller, landing: await browser.submit({ login: email, password }, { until }) }
    },
  },
  'another provider': {
    person: byOne('federated'),
    administrator,
    async lead(cell) {
      await cell.upstream.person('google', cell.who.there)
      const traveller = await opens(cell)
      return { traveller, landing: await through(traveller, 'google') }
    },
  },
  'a mailed link': {
    person: byMail,
    administrator: refused,
    async lead(cell) {
      const { traveller, mail } = await asksForLetter(cell)
      if (!mail?.url) return { traveller, landing: nothing }
      keepSecret(mail.url.split('/').at(-1))
      await traveller.browser.go(linkIn(mail))
      return { traveller, landing: await traveller.browser.submit({}, { until: traveller.until }) }
    },
  },
  'a mailed code': {
    person: byMail,
    administrator: refused,
    async lead(cell) {
      const { traveller, mail } = await asksForLetter(cell)
      if (!mail?.url) return { traveller, landing: nothing }
      return { traveller, landing: await traveller.browser.submit({ code: codeIn(mail) }, traveller) }
    },
  },
  'a passkey': {
    person: allDone,
    administrator: allDone,
    async lead(cell) {
      const traveller = await opens(cell)
      if (!cell.who.passkey) return { traveller, landing: nothing }
      return { traveller, landing: await showsPasskey(traveller, cell.who.passkey) }
    },
  },
  registration: {
    person: byOne('password'),
    administrator: refused,
    newcomers: true,
    async lead(cell) {
      const traveller = await opens({ ...cell, parameters: { ...cell.parameters, screen_hint: 'signup' } })
      const form = { email: `${unique()}@example.com`, username: '', name: 'Bob', password: newPassword() }
      return { traveller, landing: await traveller.browser.submit(form, traveller) }
    },
  },
  'a session that lives': {
    person: inSession,
    administrator: administratorInSession,
    onOwnMachine: true,
    async lead({ who, client, parameters }) {
      const browser = who.sessions.length > 1 ? who.sessions.pop() : who.sessions[0]
      if (!browser) throw new Error('there is no session')
      const traveller = await atSignIn(client, { browser, parameters })
      return { traveller, landing: traveller.landing }
    },
  },
  '/auth/login': {
    person: byOne('password'),
    administrator,
    onOwnMachine: true,
    lead: async (cell) => ({ reply: await cell.native.login(cell.who, nativeMore(cell)) }),
  },
  '/auth/by-mail': {
    person: byMail,
    administrator: refused,
    async lead(cell) {
      await cell.app.db('rate_limits').delete()
      const { body } = await cell.native.send('/auth/by-mail/start', { login: cell.who.email })
      const mail = await letter(cell)
      const code = mail?.url ? codeIn(mail) : '1234 5678'
      const shown = { handle: body.handle, code, ...nativeMore(cell) }
      return { reply: await cell.native.send('/auth/by-mail/verify', shown) }
    },
  },
  '/auth/oauth': {
    person: byOne('federated'),
    administrator,
    async lead(cell) {
      const { nonce = '' } = (await cell.native.send('/auth/oauth/google/nonce', {})).body
      const id_token = await cell.upstream.idToken('google', cell.who.there, { nonce })
      const shown = { nonce, id_token, ...nativeMore(cell) }
      return { reply: await cell.native.send('/auth/oauth/google/callback', shown) }
    },
  },
}

/** What a token says of how surely somebody was recognised. */
const levelIn = (token: string): string => String(decodeJwt(token).acr).replace('urn:gatehouse:acr:', '')

/** Codes are tried many times in one step here; that none is taken twice is tried elsewhere. */
const anewStep = ({ app, who }: Cell) =>
  app.db('factors').where({ user_id: who.id }).update({ last_step: null })

const codeNow = ({ clock, who }: Cell): string => who.app?.codeAt(clock.now()) ?? ''

/** Shows what is asked for, where it is asked; the landing after it. */
async function showsSecond(cell: Cell, traveller: Traveller): Promise<Landing> {
  if (cell.who.passkey) return showsPasskey(traveller, cell.who.passkey)
  await anewStep(cell)
  return typesCode(traveller, codeNow(cell))
}

/** Tokens of a browser that arrived; what they say, also after they were renewed. */
async function levelAt(cell: Cell, traveller: Traveller, landing: Landing): Promise<string> {
  const tokens = await cell.client.finish(traveller.begun, landing.url)
  const renewed = await cell.client.refresh(tokens.refresh_token ?? '')
  const levels = [tokens.access_token, tokens.id_token ?? '', renewed.access_token].map(levelIn)
  expect(new Set(levels), 'all tokens say the same').to.have.lengthOf(1)
  return levels[0] ?? ''
}

async function atPages(cell: Cell, traveller: Traveller, landing: Landing): Promise<string> {
  if (traveller.until(landing.url)) return `done ${await levelAt(cell, traveller, landing)}`
  if (landing.url.endsWith('/enrol')) return 'enrol'
  if (!landing.url.endsWith('/second-factor')) return landing.status < 400 ? landing.url : 'refused'
  const after = await showsSecond(cell, traveller)
  if (!traveller.until(after.url)) return `second, and then ${after.url} ${after.status}`
  return `second ${await levelAt(cell, traveller, after)}`
}

async function inApplication(cell: Cell, reply: Reply, expected: Expected): Promise<string> {
  const { body, status } = reply
  const isKind = (name: string) => body.type === `urn:gatehouse:problem:${name}`
  if (status === 200 || status === 201) return `done ${await levelOfReply(cell, reply)}`
  expect(reply.text, 'a refusal holds no token').not.to.include('access_token')
  if (isKind('mfa_enrolment_required')) return 'enrol'
  if (!isKind('mfa_required')) return status === 401 ? 'refused' : reply.text
  if (cell.who.passkey) return expected.startsWith('second') ? expected : 'second' // what pages are for
  await anewStep(cell)
  const shown = { mfa_token: body.mfa_token, type: 'totp', code: codeNow(cell), ...deviceOnly(cell) }
  const after = await cell.native.send('/auth/mfa/verify', shown)
  return after.status === 200 ? `second ${await levelOfReply(cell, after)}` : after.text
}

const deviceOnly = (cell: Cell) => {
  const [cookie] = deviceOf(cell.who)
  return cookie ? { device_token: cookie.value } : {}
}

async function levelOfReply({ native }: Cell, { body }: Reply): Promise<string> {
  const renewed = await native.refresh(body.refresh_token)
  const levels = [body.access_token, body.id_token, renewed.body.access_token].map(String).map(levelIn)
  expect(new Set(levels), 'all tokens say the same').to.have.lengthOf(1)
  return levels[0] ?? ''
}

async function reached(cell: Cell, path: Path, expected: Expected): Promise<string> {
  const led = await path.lead(cell)
  return 'reply' in led ? inApplication(cell, led.reply, expected) : atPages(cell, led.traveller, led.landing)
}

type Who = 'person' | 'administrator' | typeof onOwnMachine

async function prepare(built: Stage, upstream: Upstream, who: Who): Promise<Fixture> {
  const { app } = built
  await changeSetting(app, bySystem, 'sign_in.by_mail', 'on')
  const google = { ...(await provider(app, upstream, 'google')), name: 'Google' }
  const clients = { optional: await clientOf(app), required: await clientOf(app) }
  const clientId = clients.required.clientId
  await changeSetting(app, bySystem, 'mfa.policy', 'required', { clientId })
  const people = {} as Record<State, Somebody> // filled in the next lines
  await Promise.all(
    states.map(async (state) => {
      people[state] = await somebody(built, { state, clients, google, upstream })
    }),
  )
  if (who !== 'person') for (const { id } of Object.values(people)) await promote(app, id)
  if (who === 'administrator') Object.assign(app.config, { production: true })
  return { ...built, upstream, clients, people }
}

/** Reached over https, as production wants it; no browser here ever gets there. */
const clientOf = (app: Gatehouse): Promise<RelyingParty> =>
  relyingParty(app, {
    authentication: 'none',
    redirectUris: ['https://rp.example.com/callback'],
    postLogoutRedirectUris: [],
  })

const promote = (app: Gatehouse, id: string): Promise<unknown> =>
  transaction(app.db, (tx) =>
    assignRole(app, tx, bySystem, { principal: { type: 'user', id }, role: 'admin' }),
  )

interface Making extends Pick<Fixture, 'clients' | 'upstream'> {
  state: State
  google: { id: string; slug: string; name: string }
}

async function somebody(built: Stage, { state, clients, google, upstream }: Making): Promise<Somebody> {
  const me = await signedIn(built, { client: clients.optional })
  const passkey = state === 'passkey' || state === 'both' ? await withPasskey(built, me) : null
  const enrolled = state === 'none' || state === 'passkey' ? null : await enrol(built, me)
  const there = await linked(built.app, { me, google, upstream })
  const made: Somebody = {
    ...me,
    state,
    passkey,
    there,
    app: enrolled?.app ?? null,
    device: [],
    sessions: [],
  }
  if (state === 'remembered') made.device = await remembered(built, clients.optional, made)
  if (state === 'removed') await built.app.db('factors').where({ user_id: me.id }).delete()
  for (let n = 0; n < sessionsNeeded[state]; n++)
    made.sessions.push(await session(built, clients.optional, made))
  return made
}

/** Stepping up changes a session; else one serves all. */
const sessionsNeeded: Record<State, number> = {
  ...{ none: 1, totp: 1, removed: 1, both: 1 },
  ...{ remembered: asks.length * policies.length, passkey: asks.length * policies.length },
}

async function withPasskey({ issuer }: Stage, me: Me): Promise<Authenticator> {
  const device = openAuthenticator({ origin: issuer })
  expect((await register(me, device)).status).to.equal(201)
  return device
}

async function linked(
  app: Gatehouse,
  { me, google, upstream }: { me: Me } & Pick<Making, 'google' | 'upstream'>,
): Promise<UpstreamPerson> {
  const there = await someone(upstream, 'google', { email: me.email })
  const link = { userId: me.id, issuer: upstream.issuer('google'), subject: there.sub, provider: google }
  await transaction(app.db, (tx) =>
    linkIdentity(tx, app.clock.now(), bySystem, { ...link, label: me.email, because: 'both_proven' }),
  )
  return there
}

/** A browser in which they showed the app, and asked not to be asked for it again. */
async function remembered(built: Stage, client: RelyingParty, who: Somebody): Promise<Somebody['device']> {
  const browser = await session(built, client, who, { remember: 'yes' })
  return browser.cookies().filter(({ name }) => name.endsWith('gatehouse_device'))
}

async function session(
  { app, clock }: Stage,
  client: RelyingParty,
  who: Somebody,
  more: Record<string, string> = {},
): Promise<Browser> {
  const browser = openBrowser()
  browser.setCookies(deviceOf(who))
  const traveller = await atSignIn(client, { browser })
  let landing = await browser.submit({ login: who.email, password: who.password }, traveller)
  if (landing.url.endsWith('/second-factor')) {
    await app.db('factors').where({ user_id: who.id }).update({ last_step: null })
    landing = who.passkey
      ? await showsPasskey(traveller, who.passkey)
      : await typesCode(traveller, who.app?.codeAt(clock.now()) ?? '', more)
  }
  if (!traveller.until(landing.url)) throw new Error(`${who.state}: no session, but ${landing.url}`)
  return browser
}

describe('the factors that each way in asks for (MF-12, MF-14)', function () {
  this.timeout(60_000)
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  for (const who of ['person', 'administrator', onOwnMachine] as const) {
    describe(`of one who is ${who}`, () => {
      const fixture = sharedStage((built) => prepare(built, upstream, who), besideProviders)
      for (const [name, path] of Object.entries(paths)) {
        if (who !== 'person' && path.newcomers) continue
        if (who === onOwnMachine && !path.onOwnMachine) continue
        it(`by ${name}`, async () => {
          const table = who === 'administrator' ? path.administrator : path.person
          const nobody = table === refused // one of each is enough to see that nobody gets in
          for (const state of path.newcomers || nobody ? (['none'] as const) : states)
            for (const policy of policies) {
              const found: Record<string, string> = {}
              const row = table[policy][state]
              for (const [n, asked] of asks.entries()) {
                const { clients, people } = fixture()
                const client = clients[policy]
                const parameters: Record<string, string> =
                  asked === 'nothing' ? {} : { acr_values: `urn:gatehouse:acr:${asked}` }
                const native = asNative(fixture().app.config, client)
                const cell = { ...fixture(), who: people[state], client, native, parameters }
                found[asked] = await reached(cell, path, row[n] ?? 'refused')
              }
              const expected = Object.fromEntries(asks.map((asked, n) => [asked, row[n]]))
              expect(found, `${state}, ${policy}`).to.deep.equal(expected)
            }
        })
      }
    })
  }
})
