import { expect } from 'chai'

import { openBrowser } from '../support/browser.ts'
import { mailTo } from '../support/mailbox.ts'
import { stage } from '../support/stage.ts'
import { writeReset } from './support.ts'

describe('the local mailbox', () => {
  it('lists and shows what was not sent, and the HTML without any rights', async () => {
    const { app, issuer } = await stage()
    const id = await writeReset(app)
    const mail = await mailTo(app, 'ann@example.com', 'reset-password')
    const browser = openBrowser()

    const home = await browser.go(`${issuer}/`)
    const list = await browser.go(`${issuer}/mailbox`)
    const shown = await browser.go(`${issuer}/mailbox/${id}`)
    const letter = await browser.go(`${issuer}/mailbox/${id}/html`)

    expect(home.html).to.include('href="/mailbox"')
    expect(list.html).to.include(`href="/mailbox/${id}"`).and.include('ann@example.com')
    expect(shown.html).to.include(`href="${mail.url ?? ''}"`)
    expect(letter.html).to.equal(mail.html)
    expect(letter.headers.get('content-security-policy')).to.equal(
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
    )
  })

  it('is not there where mail is sent, nor under a name that others can reach', async () => {
    for (const variables of [
      { SMTP_URL: 'smtp://localhost:9', MAIL_FROM: 'id@example.com' },
      { ISSUER: 'http://id.example.test' },
    ]) {
      const built = await stage({ variables })
      const id = await writeReset(built.app)
      const { origin } = await built.replica()
      for (const path of ['/mailbox', `/mailbox/${id}`, `/mailbox/${id}/html`])
        expect((await fetch(origin + path)).status, path).to.equal(404)
      expect(await (await fetch(`${origin}/`)).text()).not.to.include('/mailbox')
    }
  })
})
