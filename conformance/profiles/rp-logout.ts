import { openBrowser } from '../../test/support/browser.ts'
import { check, equal, must, type Profile } from '../check.ts'
import { clientOrigin } from '../places.ts'
import { authorize, type Parameters, random, signIn } from '../relying-party.ts'
import type { Suite } from '../suite.ts'

const bye = `${clientOrigin}/bye`

async function signedIn(suite: Suite) {
  const client = await suite.register({ post_logout_redirect_uris: [bye] })
  const browser = openBrowser()
  return { client, ...(await signIn(suite, client, {}, { browser })) }
}

type SignedIn = Awaited<ReturnType<typeof signedIn>>

/** Asks to sign out, and says yes where that is asked. */
async function signOut(suite: Suite, { browser }: Pick<SignedIn, 'browser'>, parameters: Parameters) {
  const url = new URL(suite.endpoint('end_session_endpoint'))
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value)
  const until = (to: string) => to.startsWith(new URL(bye).origin)
  let landing = await browser.go(url.href, { until })
  if (landing.html.includes('name="logout"')) landing = await browser.submit({ logout: 'yes' }, { until })
  return landing
}

const isSignedOut = async (
  suite: Suite,
  { browser, client }: Pick<SignedIn, 'browser' | 'client'>,
): Promise<boolean> => {
  const { back } = await authorize(suite, client, { prompt: 'none' }, { browser, answer: false })
  return back.get('error') === 'login_required'
}

const stays = (id: string, what: string, parameters: (at: SignedIn) => Parameters) =>
  check(id, what, async (suite) => {
    const at = await signedIn(suite)
    const landing = await signOut(suite, at, parameters(at))
    must(!landing.url.startsWith(new URL(bye).origin), `the browser was sent to ${landing.url}`)
  })

/** OpenID Connect RP-Initiated Logout 1.0. */
export const profile: Profile = {
  name: 'RP-Initiated Logout OP',
  checks: [
    check('oidcc-rp-initiated-logout', 'signs out and leads back with state', async (suite) => {
      const at = await signedIn(suite)
      const state = random()
      const landing = await signOut(suite, at, {
        ...{ id_token_hint: at.tokens.id_token, post_logout_redirect_uri: bye, state },
      })
      equal(landing.url, `${bye}?state=${state}`, 'where to')
      must(await isSignedOut(suite, at), 'the session lives')
    }),
    check('oidcc-rp-initiated-logout-no-state', 'and without', async (suite) => {
      const at = await signedIn(suite)
      const hint = { id_token_hint: at.tokens.id_token, post_logout_redirect_uri: bye }
      equal((await signOut(suite, at, hint)).url, bye, 'where to')
    }),
    check(
      'oidcc-rp-initiated-logout-no-params',
      'a request that says nothing asks the person',
      async (suite) => {
        const at = await signedIn(suite)
        const landing = await signOut(suite, at, {})
        must(landing.url.startsWith(suite.issuer) && landing.status < 400, landing.url)
        must(await isSignedOut(suite, at), 'the session lives')
      },
    ),
    check('oidcc-rp-initiated-logout-only-state', 'state alone leads nowhere', async (suite) => {
      const at = await signedIn(suite)
      must((await signOut(suite, at, { state: random() })).url.startsWith(suite.issuer), 'it leads away')
    }),
    check('oidcc-rp-initiated-logout-client-id', 'client_id stands in for the hint', async (suite) => {
      const at = await signedIn(suite)
      const named = { client_id: at.client.client_id, post_logout_redirect_uri: bye }
      equal((await signOut(suite, at, named)).url, bye, 'where to')
    }),
    check(
      'oidcc-rp-initiated-logout-other-client',
      'a hint of one client beside the name of another leads nowhere',
      async (suite) => {
        const [at, other] = [
          await signedIn(suite),
          await suite.register({ post_logout_redirect_uris: [bye] }),
        ]
        const landing = await signOut(suite, at, {
          ...{ id_token_hint: at.tokens.id_token, client_id: other.client_id, post_logout_redirect_uri: bye },
        })
        must(landing.url.startsWith(suite.issuer), landing.url)
      },
    ),
    check('oidcc-rp-initiated-logout-declined', 'who says no stays signed in', async (suite) => {
      const at = await signedIn(suite)
      await at.browser.go(suite.endpoint('end_session_endpoint'))
      must(!(await isSignedOut(suite, at)), 'the session ended unasked')
    }),
    stays(
      'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
      'an address that is not registered gets nobody',
      ({ tokens }) => ({
        ...{
          id_token_hint: tokens.id_token,
          post_logout_redirect_uri: `${clientOrigin}/bye/else`,
        },
      }),
    ),
    stays('oidcc-rp-initiated-logout-query-added', 'nor one with a query that is not', ({ tokens }) => ({
      ...{ id_token_hint: tokens.id_token, post_logout_redirect_uri: `${bye}?foo=bar` },
    })),
    stays(
      'oidcc-rp-initiated-logout-modified-id-token-hint',
      'a hint that was changed leads nowhere',
      ({ tokens }) => ({
        ...{ id_token_hint: `${tokens.id_token.slice(0, -6)}AAAAAA`, post_logout_redirect_uri: bye },
      }),
    ),
    stays('oidcc-rp-initiated-logout-bad-id-token-hint', 'nor does none at all', () => ({
      ...{ id_token_hint: 'not.a.token', post_logout_redirect_uri: bye },
    })),
    stays('oidcc-rp-initiated-logout-no-id-token-hint', 'an address alone leads nowhere', () => ({
      post_logout_redirect_uri: bye,
    })),
  ],
}
