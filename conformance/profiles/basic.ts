import { createHash } from 'node:crypto'
import { decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose'
import { setTimeout as wait } from 'node:timers/promises'

import { openBrowser } from '../../test/support/browser.ts'
import { check, type Check, equal, must, type Profile } from '../check.ts'
import { clientOrigin, otherCallback } from '../places.ts'
import {
  authorizationUrl,
  authorize,
  challengeOf,
  codeIn,
  follow,
  type Parameters,
  post,
  random,
  redeem,
  signIn,
  tokensIn,
  userinfo,
} from '../relying-party.ts'
import type { Registered, Suite } from '../suite.ts'

/** The one client that most checks use. */
const clients = new WeakMap<Suite, Promise<Registered>>()
function client(suite: Suite): Promise<Registered> {
  const known = clients.get(suite) ?? suite.register()
  clients.set(suite, known)
  return known
}

const claimsOf: Record<string, readonly string[]> = {
  profile: ['preferred_username'],
  email: ['email', 'email_verified'],
  address: [],
  phone: [],
}

const scopeCheck = (scope: string): Check =>
  check(`oidcc-scope-${scope.replaceAll(' ', '-')}`, `scope ${scope} brings its claims`, async (suite) => {
    const { tokens, claims } = await signIn(suite, await client(suite), { scope: `openid ${scope}` })
    const { status, body } = await userinfo(suite, tokens.access_token)
    equal(status, 200, 'userinfo')
    equal(body.sub, claims.sub, 'sub of userinfo')
    for (const name of scope.split(' ').flatMap((one) => claimsOf[one] ?? []))
      must(name in body, `userinfo has no ${name}`)
  })

/** A request with something that must do no harm. */
const harmless = (id: string, what: string, parameters: Parameters): Check =>
  check(id, what, async (suite) => {
    await signIn(suite, await client(suite), parameters)
  })

const refusedRequest = (id: string, what: string, parameters: Parameters, errors: readonly string[]): Check =>
  check(id, what, async (suite) => {
    const { back, landing } = await authorize(suite, await client(suite), parameters, { answer: false })
    const shown = back.get('error') ?? errors.find((error) => landing.html.includes(error))
    must(
      shown !== undefined && errors.includes(shown),
      `${shown ?? landing.url} instead of ${errors.join(' or ')}`,
    )
  })

const stays = (id: string, what: string, parameters: Parameters): Check =>
  check(id, what, async (suite) => {
    const { landing, back } = await authorize(suite, await client(suite), parameters, { answer: false })
    must(
      landing.status >= 400 && landing.url.startsWith(suite.issuer),
      `ended at ${landing.url} (${landing.status})`,
    )
    must(back.size === 0 && landing.html.includes('<h1'), 'no page says what is wrong')
  })

/** OpenID Connect Core 1.0, section 15.1, with the code flow. */
export const profile: Profile = {
  name: 'Basic OP',
  checks: [
    check('oidcc-server', 'a code becomes tokens, and the ID token verifies', async (suite) => {
      const { tokens, claims, back, sent } = await signIn(suite, await client(suite))
      equal(back.get('state'), sent.state, 'state')
      equal(back.get('iss'), suite.issuer, 'iss (RFC 9207)')
      const half = createHash('sha256').update(tokens.access_token).digest().subarray(0, 16)
      if ('at_hash' in claims) equal(claims.at_hash, half.toString('base64url'), 'at_hash')
    }),
    check(
      'oidcc-idtoken-rs256',
      'an ID token of a client that names no algorithm is signed by RS256',
      async (suite) => {
        const { tokens } = await signIn(suite, await client(suite))
        equal(decodeProtectedHeader(tokens.id_token).alg, 'RS256', 'alg')
      },
    ),
    refusedRequest(
      'oidcc-response-type-missing',
      'a request without response_type is refused',
      { response_type: undefined },
      ['invalid_request', 'unsupported_response_type'],
    ),
    ...['id_token', 'token', 'code id_token', 'id_token token'].map((type) =>
      refusedRequest(
        'oidcc-unsupported-response-type',
        `response_type ${type} is refused`,
        { response_type: type },
        ['unsupported_response_type', 'unauthorized_client'],
      ),
    ),
    check('oidcc-userinfo-get', 'userinfo answers GET with the token in the header', async (suite) => {
      const { tokens, claims } = await signIn(suite, await client(suite))
      const { body } = await userinfo(suite, tokens.access_token)
      equal(body.sub, claims.sub, 'sub')
    }),
    check(
      'oidcc-userinfo-post-header',
      'userinfo answers POST with the token in the header',
      async (suite) => {
        const { tokens, claims } = await signIn(suite, await client(suite))
        const { body } = await userinfo(suite, tokens.access_token, 'POST')
        equal(body.sub, claims.sub, 'sub')
      },
    ),
    check(
      'oidcc-userinfo-post-body',
      'a token in the body is taken, or refused in so many words',
      async (suite) => {
        const { tokens } = await signIn(suite, await client(suite))
        const { status } = await post(suite.endpoint('userinfo_endpoint'), null, {
          access_token: tokens.access_token,
        })
        must(status === 200 || status === 400 || status === 401, `userinfo answered ${status}`)
      },
    ),
    check(
      'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
      'no nonce is needed',
      async (suite) => {
        const { claims } = await signIn(suite, await client(suite), { nonce: undefined })
        must(!('nonce' in claims), 'an ID token has a nonce that nobody sent')
      },
    ),
    ...['profile', 'email', 'address', 'phone', 'profile email address phone'].map(scopeCheck),
    harmless('oidcc-ensure-other-scope-order-succeeds', 'openid may stand last', { scope: 'email openid' }),
    harmless('oidcc-display-page', 'display=page changes nothing', { display: 'page' }),
    harmless('oidcc-display-popup', 'display=popup changes nothing', { display: 'popup' }),
    harmless('oidcc-ensure-request-with-unknown-parameter-succeeds', 'an unknown parameter is ignored', {
      extra: 'foobar',
    }),
    harmless('oidcc-ui-locales', 'ui_locales is taken', { ui_locales: 'se de' }),
    harmless('oidcc-claims-locales', 'claims_locales is taken', { claims_locales: 'se' }),
    harmless('oidcc-ensure-request-with-acr-values-succeeds', 'an unknown acr_values is ignored', {
      acr_values: '1 2',
    }),
    check('oidcc-prompt-login', 'prompt=login asks once more and says when', async (suite) => {
      const first = await signIn(suite, await client(suite), { max_age: '10000' })
      await wait(1_100)
      const again = await signIn(suite, await client(suite), { prompt: 'login', max_age: '10000' }, first)
      must(again.signedIn, 'nobody was asked')
      must(Number(again.claims.auth_time) > Number(first.claims.auth_time), 'auth_time is the old one')
      equal(again.claims.sub, first.claims.sub, 'sub')
    }),
    check(
      'oidcc-prompt-none-not-logged-in',
      'prompt=none without a session is login_required',
      async (suite) => {
        const { back } = await authorize(suite, await client(suite), { prompt: 'none' }, { answer: false })
        equal(back.get('error'), 'login_required', 'error')
      },
    ),
    check('oidcc-prompt-none-logged-in', 'prompt=none with a session asks nothing', async (suite) => {
      const first = await signIn(suite, await client(suite))
      const again = await signIn(suite, await client(suite), { prompt: 'none' }, first)
      must(!again.signedIn, 'somebody was asked')
      equal(again.claims.sub, first.claims.sub, 'sub')
    }),
    check('oidcc-max-age-1', 'a session older than max_age signs in again', async (suite) => {
      const first = await signIn(suite, await client(suite))
      await wait(2_100)
      const again = await signIn(suite, await client(suite), { max_age: '1' }, first)
      must(again.signedIn, 'nobody was asked')
      must(typeof again.claims.auth_time === 'number', 'no auth_time')
    }),
    check('oidcc-max-age-10000', 'a session younger than max_age does not', async (suite) => {
      const first = await signIn(suite, await client(suite), { max_age: '10000' })
      const again = await signIn(suite, await client(suite), { max_age: '10000' }, first)
      must(!again.signedIn, 'somebody was asked')
      equal(again.claims.auth_time, first.claims.auth_time, 'auth_time')
    }),
    check(
      'oidcc-id-token-hint',
      'id_token_hint of who is signed in goes through with prompt=none',
      async (suite) => {
        const first = await signIn(suite, await client(suite))
        const hint = { prompt: 'none', id_token_hint: first.tokens.id_token }
        const again = await signIn(suite, await client(suite), hint, first)
        equal(again.claims.sub, first.claims.sub, 'sub')
      },
    ),
    check('oidcc-login-hint', 'login_hint stands in the form', async (suite) => {
      const hint = { login_hint: suite.person.email }
      const { landing } = await authorize(suite, await client(suite), hint, { answer: false })
      must(landing.html.includes(suite.person.email), 'the form does not hold it')
    }),
    check('oidcc-codereuse', 'a code is good once, and its tokens end with the second try', async (suite) => {
      const it = await client(suite)
      const code = codeIn(await authorize(suite, it))
      const tokens = tokensIn(await redeem(suite, it, code))
      const second = await redeem(suite, it, code)
      equal([second.status, second.body.error], [400, 'invalid_grant'], 'second use')
      must((await userinfo(suite, tokens.access_token)).status === 401, 'its access token works still')
    }),
    stays('oidcc-ensure-registered-redirect-uri', 'an address that is not registered gets nobody', {
      redirect_uri: `${clientOrigin}/callback/other`,
    }),
    stays('oidcc-redirect-uri-missing', 'a request without redirect_uri stays', { redirect_uri: undefined }),
    stays('oidcc-redirect-uri-query-added', 'nor one with a query that is not registered', {
      redirect_uri: `${clientOrigin}/callback?foo=bar`,
    }),
    check('oidcc-redirect-uri-query-OK', 'a registered query is kept', async (suite) => {
      const withQuery = `${clientOrigin}/callback?foo=bar`
      const own = await suite.register({ redirect_uris: [withQuery] })
      const { back } = await authorize(suite, own, { redirect_uri: withQuery })
      equal([back.get('foo'), back.has('code')], ['bar', true], 'callback')
    }),
    check('oidcc-ensure-post-request-succeeds', 'the authorization endpoint takes POST', async (suite) => {
      const [url, sent] = authorizationUrl(suite, await client(suite), {})
      const reply = await fetch(suite.endpoint('authorization_endpoint'), {
        method: 'POST',
        body: new URL(url).searchParams,
        redirect: 'manual',
        headers: { accept: 'text/html' },
      })
      const location = reply.headers.get('location')
      must(reply.status === 303 && location !== null, `POST answered ${reply.status}`)
      codeIn(await follow(suite, new URL(location, url).href, sent))
    }),
    check(
      'oidcc-server-client-secret-post',
      'client_secret_post is taken of who registered it',
      async (suite) => {
        await signIn(suite, await suite.register({ token_endpoint_auth_method: 'client_secret_post' }))
      },
    ),
    check('oidcc-claims-essential', 'an essential claim is delivered', async (suite) => {
      const claims = JSON.stringify({ userinfo: { email: { essential: true } } })
      const { tokens } = await signIn(suite, await client(suite), { claims })
      const { body } = await userinfo(suite, tokens.access_token)
      equal(body.email, suite.person.email, 'email')
    }),
    check('oidcc-refresh-token', 'a refresh token gives an ID token of the same person', async (suite) => {
      const it = await client(suite)
      const first = await signIn(suite, it, { scope: 'openid offline_access', prompt: 'consent' })
      must(first.tokens.refresh_token !== undefined, 'no refresh token')
      const refreshed = tokensIn(
        await post(suite.endpoint('token_endpoint'), it, {
          ...{ grant_type: 'refresh_token', refresh_token: first.tokens.refresh_token },
        }),
      )
      must(refreshed.access_token !== first.tokens.access_token, 'the same access token')
    }),
    check(
      'oidcc-refresh-token-other-client',
      'a refresh token of another client is refused',
      async (suite) => {
        const first = await signIn(suite, await client(suite), {
          scope: 'openid offline_access',
          prompt: 'consent',
        })
        const other = await suite.register()
        const grant = { grant_type: 'refresh_token', refresh_token: first.tokens.refresh_token }
        const { body } = await post(suite.endpoint('token_endpoint'), other, grant)
        equal(body.error, 'invalid_grant', 'error')
      },
    ),
    check('oidcc-ensure-request-with-valid-pkce-succeeds', 'PKCE by S256 is checked', async (suite) => {
      const it = await client(suite)
      const verifier = random()
      const challenge = { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' }
      tokensIn(
        await redeem(suite, it, codeIn(await authorize(suite, it, challenge)), { code_verifier: verifier }),
      )
      const wrong = await redeem(suite, it, codeIn(await authorize(suite, it, challenge)), {
        code_verifier: random(),
      })
      equal(wrong.body.error, 'invalid_grant', 'another verifier')
    }),
    check('oidcc-unsigned-request-object', 'an unsigned request object is refused', async (suite) => {
      const it = await client(suite)
      const request = new UnsecuredJWT({
        client_id: it.client_id,
        response_type: 'code',
        scope: 'openid',
      }).encode()
      const { landing, back } = await authorize(suite, it, { request }, { answer: false })
      must((back.get('error') ?? landing.html).includes('request'), 'it was taken')
    }),
    check(
      'oidcc-request-uri-unsigned',
      'a request_uri that names a document elsewhere is refused',
      async (suite) => {
        const request = { request_uri: `${clientOrigin}/request.jwt` }
        const { landing, back } = await authorize(suite, await client(suite), request, { answer: false })
        must(/request_uri/.test(back.get('error') ?? landing.html), `ended at ${landing.url}`)
      },
    ),
    check('oidcc-id-token-hint-forged', 'a forged id_token_hint is refused', async (suite) => {
      const forged = await new SignJWT({ sub: 'somebody' })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(suite.issuer)
        .sign(new TextEncoder().encode(random()))
      const hint = { prompt: 'none', id_token_hint: forged }
      const { back } = await authorize(suite, await client(suite), hint, { answer: false })
      must(
        ['invalid_request', 'login_required'].includes(back.get('error') ?? ''),
        `error ${back.get('error') ?? 'none'}`,
      )
    }),
    check(
      'oidcc-second-redirect-uri',
      'of several addresses the one that is asked for is used',
      async (suite) => {
        const own = await suite.register({
          redirect_uris: [otherCallback, `${clientOrigin}/callback`],
        })
        const browser = openBrowser()
        const { landing } = await authorize(suite, own, { redirect_uri: otherCallback }, { browser })
        must(landing.url.startsWith(otherCallback), landing.url)
      },
    ),
  ],
}
