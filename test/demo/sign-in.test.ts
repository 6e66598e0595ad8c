import { expect } from 'chai'

import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { stage } from '../support/stage.ts'
import { forms, plainText, shownClaim, signedIn } from './support.ts'

describe('the demo', () => {
  it('shows both sample applications and keeps nothing of a visitor who only looks', async () => {
    const { app, issuer } = await stage()
    const browser = openBrowser()

    const home = await browser.go(`${issuer}/demo`)

    expect(home.status).to.equal(200)
    expect(home.html).to.include('Demo partner').and.include(`${issuer}/demo/sign-in/partner`)
    expect(browser.cookies()).to.deep.equal([])
    expect(await app.db('clients')).to.deep.equal([])
  })

  it('signs a person in and shows both tokens decoded', async () => {
    const { app, issuer } = await stage()
    const ann = await person(app)

    const { landing } = await signedIn(issuer, ann)

    const [client] = await app.db('clients').where({ name: 'Demo' }).select<{ id: string }[]>('id')
    expect(shownClaim(landing.html, 'id-token', 'sub')).to.equal(ann.id)
    expect(shownClaim(landing.html, 'id-token', 'aud')).to.equal(client?.id)
    expect(shownClaim(landing.html, 'access-token', 'sub')).to.equal(ann.id)
    expect(shownClaim(landing.html, 'access-token', 'aud')).to.equal(issuer)
    expect(shownClaim(landing.html, 'access-token', 'scope')).to.equal('openid profile email')
    expect(landing.html).not.to.match(/eyJ[\w-]+\.eyJ/, 'the tokens themselves do not stand in the page')
  })

  it('gives the visit a new id with the tokens, in a cookie that scripts and other sites do not get', async () => {
    const { app, issuer } = await stage()
    const ann = await person(app)
    const browser = openBrowser()
    await browser.go(`${issuer}/demo/sign-in/demo`)
    const before = browser.cookies().find(({ name }) => name === 'gatehouse_demo')?.value

    await browser.submit({ login: ann.email, password: ann.password })
    const started = await fetch(`${issuer}/demo/sign-in/demo`, { redirect: 'manual' })

    expect(browser.cookies().find(({ name }) => name === 'gatehouse_demo')?.value)
      .to.be.a('string')
      .and.not.equal(before)
    expect(started.headers.get('set-cookie')).to.match(
      /^gatehouse_demo=[\w-]{43}; path=\/; samesite=lax; httponly$/,
    )
  })

  it('refreshes the tokens and says so once', async () => {
    const { app, issuer, clock } = await stage()
    const { browser, landing } = await signedIn(issuer, await person(app))
    const before = shownClaim(landing.html, 'access-token', 'jti')
    clock.advance(2)

    const after = await browser.submit({}, { form: forms.refresh })
    const again = await browser.go(`${issuer}/demo`)

    expect(shownClaim(after.html, 'access-token', 'jti'))
      .to.be.a('string')
      .and.not.equal(before)
    expect(after.html).to.include('The tokens were refreshed.')
    expect(again.html).not.to.include('The tokens were refreshed.')
  })

  it('calls the API with the access token and shows the reply', async () => {
    const { app, issuer } = await stage()
    const ann = await person(app)
    const { browser } = await signedIn(issuer, ann)

    const page = await browser.submit({}, { form: forms.call })

    expect(plainText(page.html)).to.include('Status 200').and.include(`"username": "${ann.username}"`)
  })

  it('shows that the API refuses a token that expired', async () => {
    const { app, issuer, clock } = await stage()
    const { browser } = await signedIn(issuer, await person(app))
    clock.advance(600)

    const page = await browser.submit({}, { form: forms.call })

    expect(plainText(page.html)).to.include('Status 401')
  })

  it('signs out here and at the provider, so that the next sign-in asks for the password', async () => {
    const { app, issuer } = await stage()
    const { browser } = await signedIn(issuer, await person(app))

    const confirm = await browser.submit({}, { form: forms.signOut })
    expect(confirm.url).to.include(`${issuer}/logout?`)
    const home = await browser.submit({ logout: 'yes' })

    expect(home.url).to.equal(`${issuer}/demo`)
    expect(home.html).to.include('/demo/sign-in/demo')
    expect((await browser.go(`${issuer}/demo/sign-in/demo`)).url).to.match(/\/login$/)
  })

  it('forgets who is signed in after an hour', async () => {
    const { app, issuer, clock } = await stage()
    const { browser } = await signedIn(issuer, await person(app))
    clock.advance(3601)

    expect((await browser.go(`${issuer}/demo`)).html).to.include('/demo/sign-in/demo')
  })

  it('says that the sign-in ended when its refresh token is worth nothing any more', async () => {
    const { app, issuer } = await stage()
    const ann = await person(app)
    const { browser } = await signedIn(issuer, ann)
    await app.db('users').where({ id: ann.id }).update({ status: 'disabled' })

    const page = await browser.submit({}, { form: forms.refresh })

    expect(page.status).to.equal(400)
    expect(plainText(page.html)).to.include('Your sign-in has ended').and.include('invalid_grant')
    expect((await browser.go(`${issuer}/demo`)).html).to.include('/demo/sign-in/demo')
  })

  it('is not there in production', async () => {
    const { app } = await stage({
      variables: {
        NODE_ENV: 'production',
        ISSUER: 'https://id.example.com',
        SMTP_URL: 'smtp://localhost:25',
        MAIL_FROM: 'id@example.com',
      },
    })
    const statusOf = async (path: string) =>
      (await fetch(`http://127.0.0.1:${app.config.port}${path}`)).status

    const paths = ['/demo', '/demo/sign-in/demo', '/demo/callback', '/demo/go-dark', '/demo/go-dark/callback']
    expect(new Set(await Promise.all(paths.map(statusOf)))).to.deep.equal(new Set([404]))
    expect(await statusOf('/')).to.equal(200)
  })
})
