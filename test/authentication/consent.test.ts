import { expect } from 'chai'

import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'

async function atConsent(scope = 'openid email') {
  const { app } = await stage()
  const ann = await person(app)
  const client = await relyingParty(app, { firstParty: false, name: 'Partner <b>app</b>' })
  const browser = openBrowser()
  const begun = await client.begin({ scope })
  await browser.go(begun.url)
  const landing = await browser.submit({ login: ann.email, password: ann.password })
  const until = (url: string) => url.startsWith(client.redirectUri)
  return { app, ann, client, browser, begun, landing, until }
}

describe('consent', () => {
  it('names the client, where the answer goes, and each scope in plain words', async () => {
    const { landing, ann } = await atConsent()
    expect(landing.url).to.match(/\/consent$/)
    expect(landing.html).to.include('Partner &lt;b&gt;app&lt;/b&gt;').and.include('localhost:9')
    expect(landing.html).to.include('See your email address').and.include(ann.email)
    expect(landing.html).not.to.include('See your profile')
  })

  it('is remembered, and asked again only for more', async () => {
    const { client, browser, begun, until, ann } = await atConsent()
    const first = await browser.submit({ decision: 'approve' }, { until })
    expect((await client.finish(begun, first.url)).claims()).to.include({ email: ann.email })

    const same = await browser.go((await client.begin({ scope: 'openid email' })).url, { until })
    expect(new URL(same.url).searchParams.has('code')).to.equal(true)
    const more = await browser.go((await client.begin({ scope: 'openid email profile' })).url, { until })
    expect(more.url).to.match(/\/consent$/)
    expect(more.html).to.include('It now also wants to')
  })

  it('is remembered for another browser of the same person, and not for another person', async () => {
    const { app, client, browser, until, ann } = await atConsent()
    await browser.submit({ decision: 'approve' }, { until })
    const elsewhere = openBrowser()
    await elsewhere.go((await client.begin({ scope: 'openid email' })).url)
    const end = await elsewhere.submit({ login: ann.email, password: ann.password }, { until })
    expect(new URL(end.url).searchParams.has('code')).to.equal(true)
    const bob = await person(app)
    const other = openBrowser()
    await other.go((await client.begin({ scope: 'openid email' })).url)
    const asked = await other.submit({ login: bob.email, password: bob.password }, { until })
    expect(asked.url).to.match(/\/consent$/)
  })

  it('declined, tells the client so and gives nothing', async () => {
    const { app, browser, until } = await atConsent()
    const end = await browser.submit({ decision: 'decline' }, { until })
    expect(new URL(end.url).searchParams.get('error')).to.equal('access_denied')
    expect(await app.db('consents')).to.have.lengthOf(0)
    const records: unknown = await app
      .db('audit_records')
      .select('outcome')
      .where({ action: 'consent.declined' })
    expect(records).to.deep.equal([{ outcome: 'denied' }])
  })

  it('is never given by a form without its token', async () => {
    const { app, browser } = await atConsent()
    const end = await browser.submit({ csrf: 'x', decision: 'approve' })
    expect(end.status).to.equal(403)
    expect(await app.db('consents')).to.have.lengthOf(0)
  })

  it('covers offline access without prompt=consent, as the client is allowed it', async () => {
    const { client, browser, begun, landing, until } = await atConsent('openid offline_access')
    expect(landing.html).to.include('Stay connected while you are away')
    const end = await browser.submit({ decision: 'approve' }, { until })
    const tokens = await client.finish(begun, end.url)
    expect(tokens.scope).to.include('offline_access')
    expect(tokens.refresh_token).to.be.a('string')
  })

  it('is not asked for our own clients', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const own = await relyingParty(app, { firstParty: true })
    const { tokens } = await own.signIn(ann, { parameters: { scope: 'openid email offline_access' } })
    expect(tokens.scope?.split(' ').sort()).to.deep.equal(['email', 'offline_access', 'openid'])
  })
})
