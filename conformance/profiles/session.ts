import { openBrowser } from '../../test/support/browser.ts'
import { check, must, type Profile } from '../check.ts'
import { authorize, signIn } from '../relying-party.ts'

/** OpenID Connect Session Management 1.0. */
export const profile: Profile = {
  name: 'Session Management OP',
  checks: [
    check(
      'oidcc-session-management-discovery',
      'the page that relying parties frame may be framed',
      async (suite) => {
        const reply = await fetch(suite.endpoint('check_session_iframe'))
        must(reply.status === 200, `it answered ${reply.status}`)
        must(reply.headers.get('x-frame-options') === null, 'x-frame-options forbids it')
        must(
          !/frame-ancestors 'none'/.test(reply.headers.get('content-security-policy') ?? ''),
          'the policy forbids it',
        )
      },
    ),
    check(
      'oidcc-session-management-session-state',
      'session_state comes back, and differs from client to client',
      async (suite) => {
        const browser = openBrowser()
        const one = await authorize(suite, await suite.register(), {}, { browser })
        const other = await authorize(suite, await suite.register(), {}, { browser })
        const states = [one, other].map(({ back }) => back.get('session_state') ?? '')
        must(
          states.every((state) => /^[\w-]+\.[\w-]+$/.test(state) && !state.includes(' ')),
          `session_state ${states.join(', ')}`,
        )
        must(states[0] !== states[1], 'both are the same')
      },
    ),
    check(
      'oidcc-session-management-rp-initiated-logout',
      'the readable cookie stands while somebody is signed in',
      async (suite) => {
        const browser = openBrowser()
        const mark = () =>
          browser.cookies().find(({ name }) => name.endsWith('gatehouse_browser_state'))?.value
        const { tokens } = await signIn(suite, await suite.register(), {}, { browser })
        const before = mark()
        must(before !== undefined && before !== '', 'there is none')
        const url = new URL(suite.endpoint('end_session_endpoint'))
        url.searchParams.set('id_token_hint', tokens.id_token)
        await browser.go(url.href)
        await browser.submit({ logout: 'yes' })
        must(mark() !== before, 'it is the same after the sign-out')
      },
    ),
  ],
}
