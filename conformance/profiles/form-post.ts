import { openBrowser } from '../../test/support/browser.ts'
import { check, equal, must, type Profile } from '../check.ts'
import { authorize, codeIn, redeem, tokensIn } from '../relying-party.ts'

const byForm = { response_mode: 'form_post' }

/** OAuth 2.0 Form Post Response Mode 1.0, with a browser that sends nothing by itself. */
export const profile: Profile = {
  name: 'Form Post OP',
  checks: [
    check('oidcc-server', 'a page holds the answer in a form that a person can send', async (suite) => {
      const client = await suite.register()
      const came = await authorize(suite, client, byForm)
      equal(came.landing.status, 200, 'status')
      equal(came.back.get('state'), came.sent.state, 'state')
      equal(came.back.get('iss'), suite.issuer, 'iss')
      must(/<button\b[^>]*type="?submit/.test(came.landing.html), 'there is no button')
      tokensIn(await redeem(suite, client, codeIn(came)))
    }),
    check('oidcc-prompt-none-not-logged-in', 'an error comes the same way', async (suite) => {
      const asking = { ...byForm, prompt: 'none' }
      const client = await suite.register()
      const { back } = await authorize(suite, client, asking, { answer: false })
      must(back.get('error') === 'login_required', `error ${back.get('error') ?? 'none'}`)
    }),
    check('oidcc-prompt-none-logged-in', 'nobody who is signed in is asked again', async (suite) => {
      const [client, browser] = [await suite.register(), openBrowser()]
      await authorize(suite, client, {}, { browser })
      const again = await authorize(suite, client, { ...byForm, prompt: 'none' }, { browser })
      tokensIn(await redeem(suite, client, codeIn(again)))
    }),
    check('form-post-no-store', 'the page is kept nowhere and loads nothing of others', async (suite) => {
      const { landing } = await authorize(suite, await suite.register(), byForm)
      must(landing.headers.get('cache-control')?.includes('no-store'), 'it may be stored')
      must(!/<script>/.test(landing.html), 'it has an inline script')
    }),
  ],
}
