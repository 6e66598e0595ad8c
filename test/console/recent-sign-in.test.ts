import { expect } from 'chai'

import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { signInAt } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'
import { atLogin, heading, operator } from './support.ts'

describe('the console, as time goes by', () => {
  it('wants a fresh sign-in for acts, leads back to their very page, and goes on', async () => {
    const { app, clock, issuer } = await stage()
    const root = await operator({ app, issuer }, { role: 'root_admin' })
    const ann = await person(app)
    const path = `/console/people/${ann.id}/disable`
    await root.go(path)
    clock.advance(16 * 60)

    expect(atLogin(await root.browser.submit({}, { form: 1 })), 'the form').to.equal(true)
    const users = () => app.db('users').select<{ status: string }[]>('status').where({ id: ann.id }).first()
    expect(await users()).to.deep.equal({ status: 'active' })
    expect((await root.go('/console/people')).status, 'looking needs none').to.equal(200)
    expect(atLogin(await root.go('/console/people/invite')), 'an invitation is one too').to.equal(true)
    expect(atLogin(await root.go(path)), 'the page').to.equal(true)

    const back = await root.browser.submit({ login: root.email, password: root.password })
    expect([back.url, heading(back)]).to.deep.equal([`${issuer}${path}`, 'Disable'])
    const done = await root.browser.submit({ reason: 'left the company' }, { form: 1 })
    expect(done.html).to.include('The account is disabled and signed out everywhere.')
    expect(await users()).to.deep.equal({ status: 'disabled' })
  })

  it('asks the provider anew after an hour, unseen as long as the session lives, and signs out with it', async () => {
    const { app, clock, issuer } = await stage()
    const root = await operator({ app, issuer }, { role: 'root_admin' })
    const old = root.browser.cookies().find(({ name }) => name === 'gatehouse_console')
    clock.advance(3601)
    const landing = await root.go('/console/people')
    expect([landing.status, landing.url]).to.deep.equal([200, `${issuer}/console/people`])
    expect(root.browser.cookies().find(({ name }) => name === 'gatehouse_console')).not.to.deep.equal(old)

    const kept = [...root.browser.cookies()]
    await root.go('/console')
    const asked = await root.browser.submit({}, { form: 0 })
    const out = asked.html.includes('/logout/confirm') ? await root.browser.submit({ logout: 'yes' }) : asked
    expect(out.url).to.include('/console/signed-out')
    expect(atLogin(await root.go('/console'))).to.equal(true)
    const thief = openBrowser()
    thief.setCookies(kept.filter(({ name }) => name === 'gatehouse_console'))
    expect(atLogin(await thief.go(`${issuer}/console`)), 'the cookie of before').to.equal(true)
  })

  it('registers its own client once, however many come first at the same moment', async () => {
    const { app, issuer } = await stage()
    await Promise.all(Array.from({ length: 5 }, () => openBrowser().go(`${issuer}/console`)))
    expect(await app.db('clients').where({ name: 'Console' })).to.have.lengthOf(1)
    expect(await app.db('clients').where({ name: 'Console', first_party: true })).to.have.lengthOf(1)
    const root = await person(app, { role: 'root_admin' })
    const landing = await signInAt(openBrowser(), `${issuer}/console`, `${issuer}/console/callback`, root)
    expect(new URL(landing.url).searchParams.get('iss')).to.equal(issuer)
  })
})
