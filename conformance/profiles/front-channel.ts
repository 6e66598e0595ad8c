import { openBrowser } from '../../test/support/browser.ts'
import { check, equal, must, type Profile } from '../check.ts'
import { clientOrigin } from '../places.ts'
import { signIn } from '../relying-party.ts'

const hears = `${clientOrigin}/signed-out`

/** OpenID Connect Front-Channel Logout 1.0. */
export const profile: Profile = {
  name: 'Front-Channel Logout OP',
  checks: [
    check('oidcc-frontchannel-discovery', 'discovery says that it is there', (suite) => {
      equal(suite.discovery.frontchannel_logout_supported, true, 'frontchannel_logout_supported')
      equal(
        suite.discovery.frontchannel_logout_session_supported,
        true,
        'frontchannel_logout_session_supported',
      )
      return Promise.resolve()
    }),
    check(
      'oidcc-frontchannel-registration-refused',
      'an address elsewhere than its redirects, or a script, is refused',
      async (suite) => {
        for (const uri of [
          'https://other.test.example/out',
          'http://other.test.example/out',
          'javascript:alert(1)',
        ]) {
          const refused = await suite.register({ frontchannel_logout_uri: uri }).then(
            () => false,
            () => true,
          )
          must(refused, `${uri} was registered`)
        }
      },
    ),
    check('oidcc-frontchannel-no-frame', 'a client without an address is not opened', async (suite) => {
      const browser = openBrowser()
      const { tokens } = await signIn(suite, await suite.register(), {}, { browser })
      const url = new URL(suite.endpoint('end_session_endpoint'))
      url.searchParams.set('id_token_hint', tokens.id_token)
      await browser.go(url.href)
      must(!(await browser.submit({ logout: 'yes' })).html.includes('<iframe'), 'there is a frame')
    }),
    check(
      'oidcc-frontchannel-rp-initiated-logout',
      'the page opens the client with iss and sid',
      async (suite) => {
        const client = await suite.register({
          frontchannel_logout_uri: hears,
          frontchannel_logout_session_required: true,
        })
        const browser = openBrowser()
        const { claims, tokens } = await signIn(suite, client, {}, { browser })
        const url = new URL(suite.endpoint('end_session_endpoint'))
        url.searchParams.set('id_token_hint', tokens.id_token)
        await browser.go(url.href)
        const page = await browser.submit({ logout: 'yes' })
        const frame = /<iframe\b[^>]*src="([^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
        must(frame.startsWith(hears), `no frame: ${page.url}`)
        const { searchParams } = new URL(frame)
        equal([searchParams.get('iss'), searchParams.get('sid')], [suite.issuer, claims.sid], 'iss and sid')
        must(page.headers.get('content-security-policy')?.includes(clientOrigin), 'the policy forbids it')
      },
    ),
  ],
}
