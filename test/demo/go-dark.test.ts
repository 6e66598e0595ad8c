import { expect } from 'chai'

import { type Browser, openBrowser } from '../support/browser.ts'
import { type Person, person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { until } from '../oidc/logout/support.ts'
import { plainText } from './support.ts'

/** Signs in to all three: one password, two redirects. */
async function signedInToAll(
  issuer: string,
  ann: Person,
  browser: Browser = openBrowser(),
): Promise<Browser> {
  await browser.go(`${issuer}/demo/go-dark/sign-in`)
  const landing = await browser.submit({ login: ann.username, password: ann.password })
  expect(landing.url).to.equal(`${issuer}/demo/go-dark`)
  return browser
}

const words = (html: string): string => plainText(html).replace(/\s+/g, ' ')

describe('the page where three applications go dark', () => {
  const shared = sharedStage(undefined, { worker: true })

  it('signs in to three, and one click tells each that it is over, with the milliseconds it took; nothing is configured', async () => {
    const { app, issuer } = shared()
    expect(app.config.outboundAllow).to.deep.equal([])
    const before = await openBrowser().go(`${issuer}/demo/go-dark`)
    expect(words(before.html).match(/Not signed in/g)).to.have.lengthOf(3)
    const browser = await signedInToAll(issuer, await person(app))
    const ready = await browser.go(`${issuer}/demo/go-dark`)
    expect(words(ready.html).match(/Signed in/g)).to.have.lengthOf(3)
    expect(ready.headers.get('refresh')).to.equal(null)

    let page = await browser.submit({})
    expect(page.url).to.equal(`${issuer}/demo/go-dark`)
    if (!words(page.html).includes('All three')) expect(page.headers.get('refresh')).to.equal('1')
    await until(async () => {
      page = await browser.go(`${issuer}/demo/go-dark`)
      return words(page.html).includes('All three apps have heard')
    })
    const took = [...words(page.html).matchAll(/(\d+) ms after the click/g)].map(([, ms]) => Number(ms))
    process.stdout.write(`      go dark: ${took.join(', ')} ms\n`)
    expect(took).to.have.lengthOf(3)
    for (const ms of took) expect(ms).to.be.below(2_000)
    expect(page.headers.get('refresh')).to.equal(null)
    const again = await browser.go(`${issuer}/demo/go-dark/sign-in`)
    expect(again.url, 'the session is over').to.match(/\/login$/)
  })

  it('takes no click from a form of another page, and none without a sign-in', async () => {
    const { app, issuer } = shared()
    const browser = await signedInToAll(issuer, await person(app))
    const cookie = browser
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const press = (headers: Record<string, string>, csrf: string) =>
      fetch(`${issuer}/demo/go-dark`, {
        method: 'POST',
        headers: { origin: issuer, 'sec-fetch-site': 'same-origin', ...headers },
        body: new URLSearchParams({ csrf }),
        redirect: 'manual',
      })
    expect((await press({ cookie }, 'x')).status).to.equal(403)
    expect((await press({}, 'x')).status).to.equal(400)
    const page = await browser.go(`${issuer}/demo/go-dark`)
    expect(words(page.html).match(/Signed in/g)).to.have.lengthOf(3)
  })

  it('an application believes no token but the issuer’s own, to itself, of this kind', async () => {
    const { app, issuer } = shared()
    const browser = await signedInToAll(issuer, await person(app))
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'logout+jwt' })).toString('base64url')
    for (const token of ['', 'x', 'a.b.c', `${header}.e30.`]) {
      const reply = await fetch(`${issuer}/demo/go-dark/notes/logout`, {
        method: 'POST',
        body: new URLSearchParams({ logout_token: token }),
      })
      expect(reply.status, token).to.equal(400)
    }
    const page = await browser.go(`${issuer}/demo/go-dark`)
    expect(words(page.html).match(/Signed in/g)).to.have.lengthOf(3)
  })
})
