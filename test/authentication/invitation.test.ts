import { expect } from 'chai'

import { createInvitation } from '../../src/features/invitations/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { openBrowser } from '../support/browser.ts'
import { stage } from '../support/stage.ts'

const form = { email: 'bob@example.com', username: '', name: 'Bob', password: 'a quiet harbour at dawn' }

async function invited(email: string | null = null) {
  const { app, clock } = await stage()
  await changeSetting(app, bySystem, 'registration.mode', 'invitation')
  const { url } = await createInvitation(app, bySystem, { email, lifetimeSeconds: 3600 })
  return { app, clock, url }
}

describe('an invitation', () => {
  it('is looked at without being used up (RG-08) and makes one account', async () => {
    const { app, url } = await invited()
    const scanner = await openBrowser().go(url)
    expect(scanner.status).to.equal(200)
    const browser = openBrowser()
    await browser.go(url)

    const done = await browser.submit(form)

    expect(done.html).to.include('Your account is ready')
    expect((await openBrowser().go(url)).status).to.equal(403)
    expect(await app.db('users').select('email')).to.deep.equal([{ email: 'bob@example.com' }])
  })

  it('gives one account to any number who send it at the same moment', async () => {
    const { app, url } = await invited()
    const browsers = await Promise.all(
      [1, 2, 3, 4, 5].map(async (n) => {
        const browser = openBrowser()
        await browser.go(url)
        return () => browser.submit({ ...form, email: `bob${n}@example.com` })
      }),
    )
    const statuses = (await Promise.all(browsers.map((send) => send()))).map(({ status }) => status).sort()
    expect(statuses).to.deep.equal([200, 403, 403, 403, 403])
    expect(await app.db('users')).to.have.lengthOf(1)
  })

  it('for an address takes no other, and a newer one replaces it', async () => {
    const { app, url } = await invited('bob@example.com')
    const browser = openBrowser()
    await browser.go(url)
    expect((await browser.submit({ ...form, email: 'eve@example.com' })).status).to.equal(422)
    const newer = await createInvitation(app, bySystem, { email: 'BOB@example.com', lifetimeSeconds: 3600 })
    expect((await openBrowser().go(url)).status).to.equal(403)
    expect((await openBrowser().go(newer.url)).status).to.equal(200)
  })

  it('ends with its time, and is kept by its hash only', async () => {
    const { app, clock, url } = await invited()
    const token = url.split('/').at(-1) ?? ''
    const rows = JSON.stringify(await app.db('invitations'))
    expect(rows).not.to.include(token)
    clock.advance(3601)
    expect((await openBrowser().go(url)).status).to.equal(403)
  })
})
