import { createHmac, createPrivateKey } from 'node:crypto'
import { expect } from 'chai'
import { decodeJwt, SignJWT } from 'jose'
import * as openid from 'openid-client'

import { type Browser, formsOf, type Landing, openBrowser } from '../support/browser.ts'
import { startUpstream, type Upstream, type UpstreamPerson } from '../support/upstream/index.ts'

const callback = 'http://localhost:9/callback'
const until = (url: string) => url.startsWith(callback)

const bob: UpstreamPerson = {
  sub: '2002',
  email: 'bob@example.com',
  email_verified: true,
  name: 'Bob Example',
  given_name: 'Bob',
  family_name: 'Example',
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only to be noticed; tests have no TLS
const permitPlainHttp: (relyingParty: openid.Configuration) => void = openid.allowInsecureRequests

describe('the upstream providers of the tests', () => {
  let upstream: Upstream

  before(async () => {
    upstream = await startUpstream()
    for (const name of ['google', 'apple', 'oidc', 'linkedin', 'facebook', 'github', 'oauth2'] as const)
      await upstream.person(name, bob)
  })

  after(() => upstream.close())

  const discover = (issuer: string, authenticate = openid.ClientSecretBasic(upstream.client.secret)) =>
    openid.discovery(new URL(issuer), upstream.client.id, undefined, authenticate, {
      execute: [permitPlainHttp],
    })

  it('sign a person in by the library, and remember them', async () => {
    const relyingParty = await discover(upstream.issuer('google'))
    const browser = openBrowser()
    const [first, second] = [await begin(relyingParty), await begin(relyingParty)]

    await browser.go(first.url)
    const tokens = await finish(relyingParty, first, await browser.submit({}, { until }))
    const again = await finish(relyingParty, second, await browser.go(second.url, { until }))

    expect(tokens.claims()).to.include({ sub: '2002', email: 'bob@example.com', email_verified: true })
    expect(again.claims()?.sid).to.equal(tokens.claims()?.sid)
    expect(await upstream.sidOf('google', '2002')).to.equal(tokens.claims()?.sid)
    expect(await openid.fetchUserInfo(relyingParty, tokens.access_token, '2002')).to.include({
      name: 'Bob Example',
    })
    const redeemed = (await upstream.seen('google')).find(({ endpoint }) => endpoint === 'token')
    expect(redeemed?.body.code_verifier).to.equal(first.checks.pkceCodeVerifier)
  })

  it('ask again when told to, and let somebody else sign in then', async () => {
    const relyingParty = await discover(
      upstream.issuer('oidc'),
      openid.ClientSecretPost(upstream.client.secret),
    )
    const browser = openBrowser()
    await upstream.person('oidc', { ...bob, sub: '2003', name: 'Bert Example' })

    for (const [prompt, button, sub] of [
      ['login', 0, '2003'],
      ['login', 1, '1001'],
      ['select_account', 2, '2002'],
      ['login consent', 0, '2003'],
    ] as const) {
      const begun = await begin(relyingParty, { prompt })
      await browser.go(begun.url)
      const tokens = await finish(relyingParty, begun, await browser.submit({}, { until, form: button }))
      expect(tokens.claims()?.sub).to.equal(sub)
    }
  })

  it('post Apple’s answer, with the name on the first sign-in only', async () => {
    const relyingParty = await discover(
      upstream.issuer('apple'),
      openid.ClientSecretPost(await appleSecret(upstream)),
    )
    const browser = openBrowser()
    const posts: Record<string, string>[] = []
    const signIn = async (open: (url: string) => Promise<Landing>) => {
      const begun = await begin(relyingParty, { scope: 'openid name email', response_mode: 'form_post' })
      const [form] = formsOf((await open(begun.url)).html)
      posts.push(form?.fields ?? {})
      const posted = new Request(callback, { method: 'POST', body: new URLSearchParams(form?.fields) })
      return openid.authorizationCodeGrant(relyingParty, posted, begun.checks)
    }

    const tokens = await signIn(async (url) => {
      await browser.go(url)
      return browser.submit({})
    })
    await signIn((url) => browser.go(url))

    expect(tokens.claims()).to.include({ sub: '2002', email: 'bob@example.com' })
    const name = { firstName: 'Bob', lastName: 'Example' }
    expect(JSON.parse(posts[0]?.user ?? '')).to.deep.equal({ name, email: 'bob@example.com' })
    expect(posts[1]).to.have.all.keys('code', 'state')
  })

  it('name the tenant in Microsoft’s issuer', async () => {
    const tid = '72f988bf-86f1-41af-91ab-2d7cd011db47'
    await upstream.person('microsoft', { ...bob, tid })
    const found = await fetch(`${upstream.issuer('microsoft')}/.well-known/openid-configuration`)
    const metadata = (await found.json()) as openid.ServerMetadata
    expect(metadata.issuer).to.match(/\/microsoft\/\{tenantid\}\/v2\.0$/)
    const issuer = metadata.issuer.replace('{tenantid}', tid)
    const relyingParty = new openid.Configuration(
      { ...metadata, issuer },
      upstream.client.id,
      upstream.client.secret,
    )
    permitPlainHttp(relyingParty)

    const tokens = await signIn(relyingParty)

    expect(tokens.claims()).to.include({
      iss: issuer,
      tid,
      sub: '2002',
      preferred_username: 'bob@example.com',
    })
  })

  it('forget LinkedIn’s nonce', async () => {
    const relyingParty = await discover(
      upstream.issuer('linkedin'),
      openid.ClientSecretPost(upstream.client.secret),
    )

    const failure = await signIn(relyingParty).catch((error: unknown) => error)

    expect(failure).to.have.nested.property('cause.message').that.matches(/nonce/)
  })

  it('want Facebook’s proof of the app secret, and tell whose token it is', async () => {
    const graph = `${upstream.facebook}/v23.0`
    const token = (await signIn(plain(upstream, `${graph}/dialog/oauth`, `${graph}/oauth/access_token`)))
      .access_token
    const app = `${upstream.client.id}|${upstream.client.secret}`
    const ask = async (path: string, query: Record<string, string>) =>
      (await fetch(`${graph}${path}?${new URLSearchParams(query).toString()}`)).json()
    const proof = createHmac('sha256', upstream.client.secret).update(token).digest('hex')
    const foreign = await upstream.accessToken('facebook', bob, 'another-app')

    expect(await ask('/me', { access_token: token })).to.have.nested.property('error.code', 100)
    expect(
      await ask('/me', { access_token: token, appsecret_proof: proof, fields: 'id,email' }),
    ).to.deep.equal({ id: '2002', email: 'bob@example.com' })
    expect(await ask('/debug_token', { input_token: token, access_token: app })).to.have.deep.nested.include({
      'data.app_id': upstream.client.id,
      'data.user_id': '2002',
    })
    expect(await ask('/debug_token', { input_token: foreign, access_token: app })).to.have.nested.property(
      'data.app_id',
      'another-app',
    )
  })

  it('keep GitHub’s addresses apart from its users', async () => {
    const oauth = `${upstream.github}/login/oauth`
    const relyingParty = plain(upstream, `${oauth}/authorize`, `${oauth}/access_token`, oauth)
    const { access_token } = await signIn(relyingParty, { scope: 'user:email' })
    const ask = async (path: string) =>
      (
        await fetch(`${upstream.github}${path}`, { headers: { authorization: `Bearer ${access_token}` } })
      ).json()

    expect(await ask('/user')).to.include({ id: 2002, login: 'bob', email: null })
    expect(await ask('/user/emails')).to.deep.include({
      email: 'bob@example.com',
      primary: true,
      verified: true,
      visibility: 'private',
    })
  })

  it('serve plain OAuth 2', async () => {
    const server = upstream.oauth2
    const { access_token } = await signIn(plain(upstream, `${server}/authorize`, `${server}/token`))
    const reply = await fetch(`${server}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })

    expect(await reply.json()).to.deep.equal(bob)
  })

  it('lie when told to, and stop', async () => {
    const relyingParty = await discover(upstream.issuer('other'))
    openid.enableNonRepudiationChecks(relyingParty)
    const outcome = () => signIn(relyingParty).then(() => 'signed in', String)

    for (const lie of [
      'wrong-issuer',
      'wrong-audience',
      'wrong-nonce',
      'no-nonce',
      'bad-signature',
      'unsigned',
      'hs256-with-public-key',
      'expired',
      'no-sub',
      'null-sub',
      'number-sub',
      'down',
      'redirect-to-loopback',
      'html-answer',
      'error-500',
      'html-error',
      'access-denied',
      'wrong-iss-parameter',
    ] as const) {
      await upstream.lie('other', lie)
      expect(await outcome(), lie).to.match(/Error/)
      await upstream.honest('other')
    }
    expect(await outcome()).to.equal('signed in')
  })

  it('sign what an app or a sign-out brings', async () => {
    const native = decodeJwt(await upstream.idToken('google', bob, { nonce: 'n', email: undefined }))
    expect(native).to.include({
      iss: upstream.issuer('google'),
      aud: upstream.client.id,
      sub: '2002',
      nonce: 'n',
    })
    expect(native).not.to.have.property('email')

    const logout = decodeJwt(await upstream.logoutToken('google', { sub: '2002', jti: undefined }))
    expect(logout).to.include({ sub: '2002' }).and.not.to.have.property('jti')
    expect(logout.events).to.have.property('http://schemas.openid.net/event/backchannel-logout')
  })
})

interface Begun {
  url: string
  checks: { pkceCodeVerifier: string; expectedState: string; expectedNonce?: string }
}

async function begin(
  relyingParty: openid.Configuration,
  parameters: Record<string, string> = {},
): Promise<Begun> {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()]
  const isOpenId = relyingParty.serverMetadata().jwks_uri !== undefined
  const url = openid.buildAuthorizationUrl(relyingParty, {
    redirect_uri: callback,
    scope: isOpenId ? 'openid profile email' : 'email',
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    ...(isOpenId && { nonce: expectedNonce }),
    ...parameters,
  })
  return { url: url.href, checks: { pkceCodeVerifier, expectedState, ...(isOpenId && { expectedNonce }) } }
}

const finish = (relyingParty: openid.Configuration, { checks }: Begun, landing: Landing) =>
  openid.authorizationCodeGrant(relyingParty, new URL(landing.url), checks)

/** The whole of it, in a browser that the provider has not seen. */
async function signIn(relyingParty: openid.Configuration, parameters: Record<string, string> = {}) {
  const browser: Browser = openBrowser()
  const begun = await begin(relyingParty, parameters)
  await browser.go(begun.url)
  return finish(relyingParty, begun, await browser.submit({}, { until }))
}

/** A client of a server without discovery. */
function plain(
  { client }: Upstream,
  authorization: string,
  token: string,
  issuer = new URL(authorization).origin,
): openid.Configuration {
  const server = {
    issuer,
    authorization_endpoint: authorization,
    token_endpoint: token,
  }
  const relyingParty = new openid.Configuration(server, client.id, client.secret)
  permitPlainHttp(relyingParty)
  return relyingParty
}

/** A client secret for Sign in with Apple. */
const appleSecret = ({ apple, issuer }: Upstream): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: apple.keyId })
    .setIssuer(apple.teamId)
    .setSubject(apple.clientId)
    .setAudience(issuer('apple'))
    .setIssuedAt()
    .setExpirationTime('5 minutes')
    .sign(createPrivateKey(apple.privateKey))
