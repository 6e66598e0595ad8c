import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { linkIdentity, setUserStatus } from '../../src/features/accounts/index.ts'
import { jobs } from '../../src/features/authentication/index.ts'
import { deleteClient, disableClient } from '../../src/features/clients/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { codeIn, letterTo } from '../authentication/by-mail/support.ts'
import { asNative, type NativeApp, type Tokens as NativeTokens } from '../authentication/native/app.ts'
import { arrives } from '../federation/arrivals.ts'
import { besideProviders, provider } from '../federation/upstream-providers.ts'
import { visit } from '../oidc/authorize/ask.ts'
import { bearerGrant, bring, foreignIssuer, trust } from '../oidc/jwt-bearer/support.ts'
import { exchange, exchangeGrant } from '../oidc/token-exchange/support.ts'
import { atLogin, register } from '../passkeys/support.ts'
import { asClient, bearer, freshCode, get, introspect, pause, refresh } from '../oidc/tokens/requests.ts'
import { type Authenticator, openAuthenticator } from '../support/authenticator.ts'
import { type Browser, openBrowser } from '../support/browser.ts'
import { callApi } from '../support/my-api.ts'
import { type Person, person } from '../support/people.ts'
import { relyingParty, type RelyingParty, signInAt, type Tokens } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { startUpstream, type Upstream, type UpstreamPerson } from '../support/upstream/index.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  /** A service that may introspect what is meant for us. */
  service: RelyingParty
  upstream: Upstream
  google: { id: string; slug: string; name: string }
}

/** Somebody who is signed in at a client, with something of everything. */
interface Case extends Fixture {
  ann: Person
  client: RelyingParty
  browser: Browser
  tokens: Tokens
  offline: Tokens
  code: Record<string, string>
  waiting: Browser
  native: NativeApp
  inApp: NativeTokens
  /** Who they are at another provider. */
  there: UpstreamPerson
  /** Holds a passkey of theirs. */
  device: Authenticator
  /** What opens it by mail. */
  mailed: { handle: string; code: string }
  /** What another issuer says of them. */
  assertion: string
}

const userStates = ['active', 'pending', 'locked', 'disabled', 'deleted'] as const
const clientStates = ['enabled', 'disabled', 'deleted'] as const
type UserState = (typeof userStates)[number]
type ClientState = (typeof clientStates)[number]

const toUser: Record<UserState, (app: Gatehouse, ann: Person) => Promise<unknown>> = {
  active: async () => undefined,
  pending: (app, { id }) => app.db('users').where({ id }).update({ status: 'pending' }), // nobody gets there any more
  locked: (app, { id }) => setUserStatus(app, bySystem, id, 'locked', 'test'),
  disabled: (app, { id }) => setUserStatus(app, bySystem, id, 'disabled', 'test'),
  deleted: (app, { id }) => setUserStatus(app, bySystem, id, 'deleted', 'test'),
}

const toClient: Record<ClientState, (app: Gatehouse, id: string) => Promise<unknown>> = {
  enabled: async () => undefined,
  disabled: (app, id) => disableClient(app, bySystem, id),
  deleted: (app, id) => deleteClient(app, bySystem, id),
}

interface Path {
  /** States of a person in which it gives something, when the client is enabled. Any other client gets nothing. */
  givenTo: readonly UserState[]
  /** It is the person's way to another client, which is enabled whatever became of the first. */
  elsewhere?: true
  gives(made: Case): Promise<boolean>
}

/** Every path that issues something, prolongs it or tells about somebody. */
const paths: Record<string, Path> = {
  'introspection of a refresh token': {
    givenTo: ['active', 'locked'],
    gives: async ({ issuer, client, offline }) =>
      (await introspect(issuer, client, offline.refresh_token)).body.active === true,
  },
  'redeeming a code': {
    givenTo: ['active', 'locked'],
    gives: async ({ issuer, client, code }) =>
      (await asClient(issuer, '/token', client, code)).body.access_token !== undefined,
  },
  'refreshing within the session': {
    givenTo: ['active', 'locked'],
    gives: async ({ issuer, client, tokens }) =>
      (await refresh(issuer, client, tokens.refresh_token)).body.access_token !== undefined,
  },
  'refreshing with offline access': {
    givenTo: ['active', 'locked'],
    gives: async ({ issuer, client, offline }) =>
      (await refresh(issuer, client, offline.refresh_token)).body.access_token !== undefined,
  },
  'single sign-on': {
    givenTo: ['active', 'locked'],
    gives: async ({ client, browser }) => 'code' in (await visit(browser, client, { prompt: 'none' })).answer,
  },
  'single sign-on at another client': {
    givenTo: ['active', 'locked'],
    elsewhere: true,
    gives: async ({ app, browser }) =>
      'code' in (await visit(browser, await relyingParty(app), { prompt: 'none' })).answer,
  },
  'signing in by password': {
    givenTo: ['active'],
    gives: async ({ client, ann }) => {
      const { url } = await client.begin()
      return signInAt(openBrowser(), url, client.redirectUri, ann).then(
        (landing) => new URL(landing.url).searchParams.has('code'),
        () => false,
      )
    },
  },
  'signing in at /auth/login': {
    givenTo: ['active'],
    gives: async ({ native, ann }) => (await native.login(ann)).body.access_token !== undefined,
  },
  'signing in with a passkey': {
    givenTo: ['active'],
    gives: ({ client, device }) =>
      atLogin(client)
        .then(({ signIn }) => signIn(device))
        .then(
          ({ url }) => url.startsWith(client.redirectUri) && new URL(url).searchParams.has('code'),
          () => false,
        ),
  },
  'signing in through another provider': {
    givenTo: ['active'],
    gives: async ({ upstream, client, there }) => {
      await upstream.person('google', there)
      return arrives(client, 'google').then(
        ({ landing, until }) => until(landing.url) && new URL(landing.url).searchParams.has('code'),
        () => false,
      )
    },
  },
  'signing in through another provider in an application': {
    givenTo: ['active'],
    gives: async ({ upstream, native, there }) => {
      const { nonce = 'none' } = (await native.send('/auth/oauth/google/nonce', {})).body
      const id_token = await upstream.idToken('google', there, { nonce })
      const { body } = await native.send('/auth/oauth/google/callback', { nonce, id_token })
      return body.access_token !== undefined
    },
  },
  'signing in by mail in an application': {
    givenTo: ['active'],
    gives: async ({ native, mailed }) =>
      (await native.send('/auth/by-mail/verify', mailed)).body.access_token !== undefined,
  },
  'refreshing at /auth/refresh': {
    givenTo: ['active', 'locked'],
    gives: async ({ native, inApp }) =>
      (await native.refresh(inApp.refresh_token)).body.access_token !== undefined,
  },
  'a sign-in that was under way': {
    givenTo: ['active'],
    gives: async ({ client, ann, waiting }) => {
      const until = (url: string) => url.startsWith(client.redirectUri)
      const landing = await waiting.submit({ login: ann.email, password: ann.password }, { until })
      return until(landing.url) && new URL(landing.url).searchParams.has('code')
    },
  },
  'exchanging an access token': {
    givenTo: ['active', 'locked'],
    gives: async ({ issuer, client, tokens }) =>
      (await exchange(issuer, client, tokens.access_token)).body.access_token !== undefined,
  },
  'bringing an assertion': {
    givenTo: ['active', 'locked'],
    gives: async ({ issuer, client, assertion }) =>
      (await bring(issuer, client, assertion)).body.access_token !== undefined,
  },
  '/users/me': {
    givenTo: ['active', 'locked'],
    gives: async ({ issuer, tokens }) =>
      (await get(`${issuer}/users/me`, bearer(tokens.access_token))).status === 200,
  },
  '/userinfo': {
    givenTo: ['active', 'locked'],
    gives: async ({ issuer, tokens }) =>
      (await get(`${issuer}/userinfo`, bearer(tokens.access_token))).status === 200,
  },
  'introspection of an access token by a service': {
    givenTo: ['active', 'locked', 'pending'], // who is pending never had one: it is the state before the first
    gives: async ({ issuer, service, tokens }) =>
      (await introspect(issuer, service, tokens.access_token)).body.active === true,
  },
  // Last: it ends what the person has elsewhere.
  'changing the password at /auth/password/change': {
    givenTo: ['active', 'locked'],
    gives: async ({ native, inApp, ann }) => {
      const change = { current_password: ann.password, new_password: `${ann.password} anew` }
      return (await native.as(inApp.access_token, '/auth/password/change', change)).status === 204
    },
  },
}

describe('what each path gives', function () {
  this.timeout(60_000)
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    await changeSetting(app, bySystem, 'sign_in.by_mail', 'on')
    const google = { name: 'Google', ...(await provider(app, upstream, 'google')) }
    return { app, issuer, service: await relyingParty(app, { audiences: [issuer] }), upstream, google }
  }, besideProviders)

  /** Gives somebody a way in by another provider. */
  async function linked({ id: userId, email }: Person): Promise<UpstreamPerson> {
    const { app, google } = fixture()
    const issuer = upstream.issuer('google')
    const link = { userId, issuer, subject: userId, provider: google, label: email } as const
    await transaction(app.db, (tx) =>
      linkIdentity(tx, app.clock.now(), bySystem, { ...link, because: 'both_proven' }),
    )
    return { sub: userId, email, email_verified: true }
  }

  /** Gives somebody who is signed in a passkey. */
  async function withPasskey({ access_token: token }: Tokens): Promise<Authenticator> {
    const { issuer } = fixture()
    const device = openAuthenticator({ origin: issuer })
    const call = (method: string, path: string, body?: unknown) =>
      callApi(issuer + path, { method, token, body })
    expect((await register({ call }, device)).status).to.equal(201)
    return device
  }

  async function mailedTo(native: NativeApp, ann: Person): Promise<Case['mailed']> {
    const { app } = fixture()
    const { body } = await native.send('/auth/by-mail/start', { login: ann.email })
    const asked = await app.db('sign_in_mails').where({ person_id: ann.id }).first<{ id: string }>('id')
    const writing = jobs(app).find(({ name }) => name === 'sign-in-mail.send')
    await writing?.run({ userId: ann.id, about: asked.id }) // no worker: it would erase who is deleted meanwhile
    return { handle: String(body.handle), code: codeIn(await letterTo(app, ann)) }
  }

  async function prepare(): Promise<Case> {
    const { app } = fixture()
    const ann = await person(app)
    const client = await relyingParty(app, {
      grants: ['authorization_code', 'refresh_token', exchangeGrant, bearerGrant],
      exchangeFrom: ['self'],
      exchangeTo: [app.config.issuer],
    })
    const foreign = await foreignIssuer(app)
    await trust(app, foreign, { clients: [client.clientId] })
    const assertion = await foreign.sign(ann.id)
    const { browser, tokens } = await client.signIn(ann)
    const kept = await client.signIn(ann, { parameters: { scope: 'openid offline_access' } })
    const code = await freshCode(client, browser)
    const waiting = openBrowser()
    await waiting.go((await client.begin()).url)
    const native = asNative(fixture(), client)
    const inApp = await native.signedIn(ann)
    const there = await linked(ann)
    const device = await withPasskey(tokens)
    const mailed = await mailedTo(native, ann)
    const held = {
      tokens,
      offline: kept.tokens,
      code,
      waiting,
      native,
      inApp,
      there,
      device,
      mailed,
      assertion,
    }
    return { ...fixture(), ann, client, browser, ...held }
  }

  for (const userState of userStates) {
    for (const clientState of clientStates) {
      it(`to a person who is ${userState} at a client that is ${clientState}`, async () => {
        const made = await prepare()
        await toUser[userState](made.app, made.ann)
        await toClient[clientState](made.app, made.client.clientId)
        await pause(clientState === 'enabled' && userState === 'active' ? 0 : 200) // the replicas' memory hears of it
        const given: string[] = []
        for (const [name, { gives }] of Object.entries(paths)) if (await gives(made)) given.push(name)

        const expected = Object.entries(paths)
          .filter(([, { elsewhere }]) => clientState === 'enabled' || elsewhere)
          .filter(([, { givenTo }]) => givenTo.includes(userState))
          .map(([name]) => name)
        expect(given).to.deep.equal(expected)
      })
    }
  }
})
