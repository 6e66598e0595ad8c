import { check, equal, type Profile } from '../check.ts'
import { clientOrigin } from '../places.ts'
import { authorize } from '../relying-party.ts'
import { must } from '../check.ts'

/** OpenID Connect Core 1.0, section 4: a client that begins a sign-in because somebody else asked it to. */
export const profile: Profile = {
  name: 'Third-party-initiated Login OP',
  checks: [
    check('oidcc-3rd-party-initiate-login', 'initiate_login_uri is registered, and https', async (suite) => {
      const uri = `${clientOrigin}/begin`
      equal((await suite.register({ initiate_login_uri: uri })).initiate_login_uri, uri, 'initiate_login_uri')
    }),
    check(
      'oidcc-3rd-party-init-login-login-hint',
      'the sign-in takes the login_hint that it was given',
      async (suite) => {
        const hint = { login_hint: suite.person.email }
        const { landing } = await authorize(suite, await suite.register(), hint, { answer: false })
        must(landing.html.includes(suite.person.email), 'the form does not hold it')
      },
    ),
  ],
}
