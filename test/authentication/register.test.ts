import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'

async function atRegister() {
  const { app } = await stage()
  const client = await relyingParty(app)
  const browser = openBrowser()
  const begun = await client.begin({ screen_hint: 'signup' })
  const landing = await browser.go(begun.url)
  const until = (url: string) => url.startsWith(client.redirectUri)
  return { app, client, browser, begun, landing, until }
}

const bob = { email: 'Bob@Example.com', username: 'bob', name: 'Bob', password: 'a quiet harbour at dawn' }

describe('registering', () => {
  it('makes an account and goes on to the client with it', async () => {
    const { app, client, browser, begun, landing, until } = await atRegister()
    expect(landing.url).to.match(/\/register$/)

    const end = await browser.submit(bob, { until })

    const claims = (await client.finish(begun, end.url)).claims()
    expect(claims).to.include({
      email: 'bob@example.com',
      email_verified: false,
      preferred_username: 'bob',
      name: 'Bob',
    })
    const [credential] = await app.db('user_credentials').select<{ hash: string }[]>('hash')
    expect(credential?.hash).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  it('takes nothing from the form that a stranger may not say (RG-02)', async () => {
    const { app, browser, until } = await atRegister()
    const more = {
      role: 'root_admin',
      status: 'locked',
      email_verified: 'true',
      id: 'x',
      is_admin: '1',
      created_at: '2000-01-01',
    }
    await browser.submit({ ...bob, ...more }, { until })
    const users: unknown = await app.db('users').select('status', 'email_verified_at')
    expect(users).to.deep.equal([{ status: 'active', email_verified_at: null }])
    expect(await app.db('assignments')).to.have.lengthOf(0)
  })

  it('says beside the field what is wrong, and keeps the rest but the password', async () => {
    const { app, browser } = await atRegister()
    const ann = await person(app)
    const weak = await browser.submit({ ...bob, password: 'short' })
    expect(weak.status).to.equal(422)
    expect(weak.html).to.include('Use at least 12 characters').and.include('value="Bob@Example.com"')
    expect(weak.html).not.to.include('value="short"')
    const taken = await browser.submit({ ...bob, username: ann.username })
    expect(taken.status).to.equal(422)
    expect(taken.html).to.include('This username is taken')
    expect(await app.db('users').where({ email: 'bob@example.com' })).to.have.lengthOf(0)
  })

  it('makes one account of two tabs that are sent at the same moment', async () => {
    const { app, browser, until } = await atRegister()
    const results = await Promise.allSettled([browser.submit(bob, { until }), browser.submit(bob, { until })])
    expect(results.map(({ status }) => status)).to.include('fulfilled')
    expect(await app.db('users').where({ email: 'bob@example.com' })).to.have.lengthOf(1)
  })

  it('is neither shown nor done where accounts are not open (RG-12)', async () => {
    for (const mode of ['closed', 'invitation'] as const) {
      const { app, client, browser } = await atRegister()
      await changeSetting(app, bySystem, 'registration.mode', mode)
      const sent = await browser.submit(bob)
      expect(sent.status).to.equal(403)
      const begun = await client.begin({ screen_hint: 'signup' })
      const page = await openBrowser().go(begun.url)
      expect(page.url).to.match(/\/login$/)
      expect(page.html).not.to.include('/register')
      expect(await app.db('users')).to.have.lengthOf(0)
    }
  })
})
