import { expect } from 'chai'

import { recogniseDevice } from '../../../src/features/devices/index.ts'
import { opens as opensApi } from '../../oidc/tokens/requests.ts'
import { type Browser, openBrowser } from '../../support/browser.ts'
import { mailsTo } from '../../support/mailbox.ts'
import { registers } from '../../federation/arrivals.ts'
import { asks, claimsOf, codeIn, letterTo, opens, sharedOffer, types, unproven } from './support.ts'

const deviceOf = (browser: Browser): string =>
  browser.cookies().find(({ name }) => name === 'gatehouse_device')?.value ?? ''

/** Proving an address by signing in must not bless what a stranger made for it (arXiv 2205.10174; CASES RG-03, RG-05). */
describe('a sign-in by mail to an account whose address nobody has proven', () => {
  const shared = sharedOffer()

  for (const status of ['active', 'pending'] as const) {
    for (const by of ['code', 'link'] as const) {
      it(`proves it by the ${by} and leaves nothing of who made it (${status})`, async () => {
        const { app, client, issuer } = shared()
        const eve = await unproven(app, 'active', { password: 'the password of a stranger here' })
        const before = await client.signIn(eve)
        await app.db('user_identities').insert({
          ...{ id: eve.id, user_id: eve.id, issuer: 'https://accounts.example', subject: `eve-${eve.id}` },
          created_at: new Date(),
        })
        await app.db('users').where({ id: eve.id }).update({ status })

        const waiting = await asks(shared(), eve.email)
        const mail = await letterTo(app, eve)
        const landing = await (by === 'code' ? types(waiting, codeIn(mail)) : opens(waiting, mail))

        expect(await claimsOf(shared(), waiting, landing)).to.include({
          email: eve.email,
          email_verified: true,
        })
        expect(await opensApi(issuer, before.tokens.access_token)).to.equal(false)
        const again = await client.signIn(eve).then(
          () => 'in',
          () => 'refused',
        )
        expect(again).to.equal('refused')
        const issuers: unknown = await app.db('user_identities').where({ user_id: eve.id }).pluck('issuer')
        expect(issuers).not.to.include('https://accounts.example')
        expect(await app.db('user_credentials').where({ user_id: eve.id })).to.deep.equal([])
        expect(await recogniseDevice(app.db, eve, deviceOf(before.browser))).to.equal(null)
        expect(await recogniseDevice(app.db, eve, deviceOf(waiting.browser))).not.to.equal(null)
      })
    }
  }

  it('keeps what its maker made, in the browser they made it in', async () => {
    const { app, client } = shared()
    const browser = openBrowser()
    const ann = { email: `maker-${Date.now()}@example.com`, password: 'a quiet harbour of my own' }
    await registers(client, { ...ann, browser })
    expect(await mailsTo(app, ann.email)).to.have.lengthOf(1)
    const own = openBrowser()
    own.setCookies(browser.cookies().filter(({ name }) => name === 'gatehouse_maker'))

    const waiting = await asks(shared(), ann.email, own)
    const landing = await types(waiting, codeIn(await letterTo(app, ann)))

    expect(await claimsOf(shared(), waiting, landing)).to.include({ email: ann.email, email_verified: true })
    expect((await client.signIn({ id: '', username: '', ...ann })).tokens.access_token).to.be.a('string')
  })

  it('takes nothing from an owner who proved the address meanwhile', async () => {
    const { app, client } = shared()
    const ann = await unproven(app, 'active')
    const waiting = await asks(shared(), ann.email)
    const mail = await letterTo(app, ann)
    await app.db('users').where({ id: ann.id }).update({ email_verified_at: new Date() })
    const landing = await types(waiting, codeIn(mail)) // it is theirs: they read the mail
    expect(waiting.until(landing.url)).to.equal(true)
    expect((await client.signIn(ann)).tokens.access_token, 'the password they have').to.be.a('string')
  })
})
