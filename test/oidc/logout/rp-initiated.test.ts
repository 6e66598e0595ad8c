import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { formsOf } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { stage, type Stage } from '../../support/stage.ts'
import { sharedStage } from '../../support/shared-stage.ts'

const bye = 'https://rp.example/bye'

const signIn = async ({ app }: Stage) => {
  const client = await relyingParty(app, {
    redirectUris: ['https://rp.example/cb'],
    postLogoutRedirectUris: [bye],
  })
  const ann = await person(app)
  const { browser, tokens } = await client.signIn(ann)
  return { ann, client, browser, hint: tokens.id_token ?? '' }
}

const logoutUrl = (issuer: string, parameters: Record<string, string>): string =>
  `${issuer}/logout?${new URLSearchParams(parameters).toString()}`

describe('OpenID Connect RP-Initiated Logout 1.0', () => {
  const shared = sharedStage()
  const outside = (url: string): boolean => !url.startsWith(shared().issuer)

  it('section 2: a hint that has expired is as good as a new one', async () => {
    const opened = await stage()
    const { browser, hint } = await signIn(opened)
    opened.clock.advance(2 * 3600)
    expect((decodeJwt(hint).exp ?? 0) * 1000).to.be.below(opened.clock.now().getTime())
    await browser.go(
      logoutUrl(opened.issuer, { id_token_hint: hint, post_logout_redirect_uri: bye, state: 's' }),
    )
    const landing = await browser.submit(
      { logout: 'yes' },
      { until: (url) => !url.startsWith(opened.issuer) },
    )
    expect(landing.url).to.equal(`${bye}?state=s`)
  })

  it('section 2: client_id alone is enough to be led back, and must agree with the hint where there is one', async () => {
    const { issuer, app } = shared()
    const { browser, client, hint } = await signIn(shared())
    const other = await relyingParty(app)
    const refused = await browser.go(
      logoutUrl(issuer, { id_token_hint: hint, client_id: other.clientId, post_logout_redirect_uri: bye }),
    )
    expect(refused.status).to.equal(400)
    await browser.go(
      logoutUrl(issuer, { client_id: client.clientId, post_logout_redirect_uri: bye, state: 'x' }),
    )
    expect((await browser.submit({ logout: 'yes' }, { until: outside })).url).to.equal(`${bye}?state=x`)
  })

  it('section 2: a hint that names somebody else leads nobody anywhere, even when the person signs out (LO-03)', async () => {
    const { issuer } = shared()
    const [mine, theirs] = [await signIn(shared()), await signIn(shared())]
    const page = await mine.browser.go(
      logoutUrl(issuer, { id_token_hint: theirs.hint, post_logout_redirect_uri: bye, state: 'x' }),
    )
    expect(page.status).to.equal(200)
    expect(page.html).to.include(mine.ann.email)
    const landing = await mine.browser.submit({ logout: 'yes' }, { until: outside })
    expect(landing.url).to.equal(`${issuer}/logout/success`)
  })

  it('section 2: ui_locales chooses the language of the page; links to others keep what was asked for', async () => {
    const { issuer } = shared()
    const { browser, hint } = await signIn(shared())
    const asked = { id_token_hint: hint, post_logout_redirect_uri: bye, state: 'x&y' }
    const page = await browser.go(logoutUrl(issuer, { ...asked, ui_locales: 'fr de' }))
    expect(page.html).to.include('<html lang="de">')
    const link = /href="(\?[^"]*ui_locales=en)"/
      .exec(page.html)?.[1]
      ?.replaceAll('&#38;', '&')
      .replaceAll('&amp;', '&')
    const english = await browser.go(`${issuer}/logout${link}`)
    expect(english.html).to.include('<html lang="en">')
    expect((await browser.submit({ logout: 'yes' }, { until: outside })).url).to.equal(`${bye}?state=x%26y`)
  })

  it('section 2: logout_hint is taken and proves nothing', async () => {
    const { issuer } = shared()
    const { browser, ann, client } = await signIn(shared())
    const stranger = await person(shared().app)
    for (const logout_hint of [ann.email, stranger.email, '<script>x</script>', 'x'.repeat(2000)]) {
      const page = await browser.go(logoutUrl(issuer, { logout_hint, client_id: client.clientId }))
      expect(page.status).to.equal(200)
      expect(formsOf(page.html)[0]?.action).to.equal(`${issuer}/logout/confirm`)
      expect(page.html).not.to.include('<script>x').and.not.to.include(stranger.email)
    }
  })

  it('section 2: a form does as well as a link, and a parameter that comes twice is refused', async () => {
    const { issuer } = shared()
    const { browser, hint } = await signIn(shared())
    const cookie = browser
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const post = (body: string) =>
      fetch(`${issuer}/logout`, {
        method: 'POST',
        headers: { cookie, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
        body,
        redirect: 'manual',
      })
    const asked = { id_token_hint: hint, post_logout_redirect_uri: bye, state: 'a b' }
    const good = await post(new URLSearchParams({ ...asked, logout: 'yes', xsrf: 'x' }).toString())
    expect(good.status).to.equal(303)
    expect(good.headers.get('location')).to.equal(logoutUrl(issuer, asked))
    const page = await browser.go(good.headers.get('location') ?? '')
    expect(formsOf(page.html)[0]?.action).to.equal(`${issuer}/logout/confirm`)
    const twice = await post(
      `id_token_hint=${hint}&post_logout_redirect_uri=${bye}&post_logout_redirect_uri=https://evil.test`,
    )
    const refused = await browser.go(twice.headers.get('location') ?? '', { until: outside })
    expect([refused.status, outside(refused.url)]).to.deep.equal([400, false])
    const huge = await post(`state=${'x'.repeat(100_000)}`)
    expect(huge.headers.get('location')).to.equal(`${issuer}/logout?`)
  })
})
