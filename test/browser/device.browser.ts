import { expect } from 'chai'

import { openPage } from './support/chromium.ts'
import { button, fillLogin, signOut, signUp, somebody } from './support/people.ts'

const clientId = 'gh_command_line_gatehouse' // there at every installation

async function post(url: string, form: Record<string, string>): Promise<Record<string, string>> {
  const reply = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, ...form }),
  })
  return (await reply.json()) as Record<string, string>
}

const asksAt = (origin: string) => post(`${origin}/device_authorization`, { scope: 'openid email' })

const tokensAt = (origin: string, { device_code: code = '' }: Record<string, string>) =>
  post(`${origin}/token`, {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: code,
  })

describe('a device that is signed in by a code', () => {
  for (const javaScript of [true, false]) {
    it(`lets a person type, sign in, look and agree, ${javaScript ? 'with' : 'without'} scripts`, async () => {
      const { page, origin } = await openPage({ javaScript })
      const ann = somebody()
      await signUp(page, origin, ann)
      await signOut(page)
      const asked = await asksAt(origin)

      await page.goto(`${origin}/device`)
      await page.locator('input:focus').waitFor() // the field is ready for who types at once
      await page.keyboard.type((asked.user_code ?? '').toLowerCase().replaceAll('-', ' '))
      await page.keyboard.press('Enter')
      await fillLogin(page, { login: ann.email, password: ann.password })
      await page.getByRole('heading', { name: 'Sign in to Gatehouse command line on your device?' }).waitFor()
      await page.getByText('Did somebody send you this code or link? Then stop.').waitFor()
      await page.getByText(asked.user_code ?? '').waitFor()
      await button(page, 'Yes, sign in there').click()
      await page.getByRole('heading', { name: 'Your device is signed in' }).waitFor()

      expect(await tokensAt(origin, asked)).to.include.keys('access_token', 'id_token')
    })
  }

  it('shows the code of a complete address, and signs nothing in when the person says no', async () => {
    const { page, origin } = await openPage()
    await signUp(page, origin, somebody())
    const asked = await asksAt(origin)
    await page.goto(asked.verification_uri_complete ?? '')
    await page.getByRole('heading', { name: 'Connect a device' }).waitFor()
    expect(await page.getByLabel('Code').inputValue()).to.equal(asked.user_code)

    await button(page, 'Continue').click()
    await button(page, 'No, it was not me').click()
    await page.getByRole('heading', { name: 'Nothing was signed in' }).waitFor()
    expect((await tokensAt(origin, asked)).error).to.equal('access_denied')
  })
})
