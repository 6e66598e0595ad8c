import { createHash } from 'node:crypto'
import { expect } from 'chai'

import { openPage } from './support/chromium.ts'
import { fillLogin, signOut, signUp, somebody } from './support/people.ts'

const difficulty = 12
const challenge = '1795600000.12.a-sample-of-work.no-alarm-is-on-so-nobody-reads-it'

describe('a sign-in that must bring a proof of work', () => {
  it('computes it while the password is typed, and sends the form with it', async () => {
    const { page, origin } = await openPage()
    const ann = somebody()
    await signUp(page, origin, ann)
    await signOut(page)
    await page.route('**/interaction/*/login', async (route) => {
      if (route.request().method() !== 'GET') return route.continue()
      const response = await route.fetch()
      const field = `<input type="hidden" name="proof" value="${challenge}" data-difficulty="${difficulty}">`
      const body = (await response.text()).replace(/<input type="hidden" name="csrf"/, `${field}$&`)
      return route.fulfill({ response, body })
    })
    const sent = page.waitForRequest(
      (request) => request.method() === 'POST' && request.url().endsWith('/login'),
    )

    await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
    await page.getByLabel('Email or username').waitFor()
    await page.reload() // only what was not redirected passes the route above
    await fillLogin(page, { login: ann.username, password: ann.password })

    const proof = new URLSearchParams((await sent).postData() ?? '').get('proof') ?? ''
    expect(proof.startsWith(`${challenge}:`), proof).to.equal(true)
    expect(proof).to.match(/:[0-9a-z]{1,20}$/)
    const hash = createHash('sha256').update(proof).digest()
    expect(Math.clz32(hash.readUInt32BE(0))).to.be.at.least(difficulty)
    await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()
  })
})
