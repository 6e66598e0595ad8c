import { decodeProtectedHeader, jwtVerify } from 'jose'

import { openBrowser } from '../../test/support/browser.ts'
import { check, equal, must, type Profile } from '../check.ts'
import { callback, clientOrigin } from '../places.ts'
import { signIn } from '../relying-party.ts'
import { openReceiver, type Receiver } from '../receiver.ts'
import type { Suite } from '../suite.ts'

/** Signs somebody in and out of a client that hears of it; what it was told. */
async function told(suite: Suite, receiver: Receiver, path: string) {
  const client = await suite.register({
    backchannel_logout_uri: `${receiver.origin}${path}`,
    backchannel_logout_session_required: true,
    redirect_uris: [callback],
  })
  const browser = openBrowser()
  const { claims, tokens } = await signIn(suite, client, {}, { browser })
  const url = new URL(suite.endpoint('end_session_endpoint'))
  url.searchParams.set('id_token_hint', tokens.id_token)
  const asked = await browser.go(url.href)
  if (asked.html.includes('name="logout"')) await browser.submit({ logout: 'yes' })
  return { client, claims, tokens, message: await receiver.first(path) }
}

/** OpenID Connect Back-Channel Logout 1.0. */
export const profile: Profile = {
  name: 'Back-Channel Logout OP',
  checks: [
    check('oidcc-backchannel-discovery', 'discovery says that it is there', (suite) => {
      equal(suite.discovery.backchannel_logout_supported, true, 'backchannel_logout_supported')
      equal(
        suite.discovery.backchannel_logout_session_supported,
        true,
        'backchannel_logout_session_supported',
      )
      return Promise.resolve()
    }),
    check(
      'oidcc-backchannel-registration-refused',
      'an address that is none, or inside of the house, is refused',
      async (suite) => {
        for (const uri of [
          'http://other.test.example/out',
          'https://169.254.169.254/out',
          `${clientOrigin}/out#x`,
          'javascript:alert(1)',
        ]) {
          const refused = await suite.register({ backchannel_logout_uri: uri }).then(
            () => false,
            () => true,
          )
          must(refused, `${uri} was registered`)
        }
      },
    ),
    check(
      'oidcc-backchannel-rp-initiated-logout',
      'the client hears of it, by a logout token',
      async (suite) => {
        const receiver = await openReceiver(suite.authority)
        try {
          const { client, claims, message } = await told(suite, receiver, '/hears')
          const token = message.form.get('logout_token') ?? ''
          const { payload } = await jwtVerify(token, suite.jwks, {
            issuer: suite.issuer,
            audience: client.client_id,
          })
          equal(decodeProtectedHeader(token).typ, 'logout+jwt', 'typ')
          equal(payload.sub, claims.sub, 'sub')
          equal(payload.sid, claims.sid, 'sid')
          const { events } = payload as { events?: object } // looked at here
          must(events && 'http://schemas.openid.net/event/backchannel-logout' in events, 'events')
          must(!('nonce' in payload) && typeof payload.jti === 'string', 'a nonce, or no jti')
          must(Number(payload.exp) - Number(payload.iat) <= 120, 'it is good for more than two minutes')
        } finally {
          await receiver.close()
        }
      },
    ),
  ],
}
