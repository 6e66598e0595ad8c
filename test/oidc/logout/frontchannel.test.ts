import { expect } from 'chai'

import type { NewClient } from '../../../src/features/clients/index.ts'
import { type Browser, openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { get } from '../tokens/requests.ts'
import { nobody, refusalOf, sidOf } from './support.ts'

const at = (host: string, uri = `https://${host}/frontchannel`): Partial<NewClient> => ({
  name: `App at ${host}`,
  redirectUris: [`https://${host}/cb`],
  postLogoutRedirectUris: [`https://${host}/bye`],
  frontchannelLogout: { uri, sessionRequired: true },
})

const unescaped = (text: string): string => text.replaceAll('&amp;', '&').replaceAll('&#38;', '&')

/** What the page opens in frames. */
const framesIn = (html: string): string[] =>
  [...html.matchAll(/<iframe src="([^"]*)"/g)].map(([, url = '']) => unescaped(url))

const frameSources = (headers: Headers): string[] =>
  (/frame-src ([^;]*)/.exec(headers.get('content-security-policy') ?? '')?.[1] ?? '').split(' ')

describe('OpenID Connect Front-Channel Logout 1.0', () => {
  const shared = sharedStage()

  const leave = async (browser: Browser, parameters: Record<string, string> = {}) => {
    await browser.go(`${shared().issuer}/logout?${new URLSearchParams(parameters).toString()}`)
    return browser.submit({ logout: 'yes' }, { until: (url) => !url.startsWith(shared().issuer) })
  }

  it('section 3: discovery says that it is there, with sessions', async () => {
    const { body } = await get(`${shared().issuer}/.well-known/openid-configuration`)
    expect(body).to.include({
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
    })
  })

  it('section 2: the signed-out page opens every client’s address with iss and sid, and goes on without scripts', async () => {
    const { app, issuer } = shared()
    const one = await relyingParty(app, at('one.example'))
    const two = await relyingParty(app, at('two.example', 'https://two.example/out?tenant=a%20b'))
    const silent = await relyingParty(app)
    const { browser, tokens } = await one.signIn(await person(app))
    const atTwo = await two.signIn(nobody, { browser })
    await silent.signIn(nobody, { browser })
    const page = await leave(browser, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: 'https://one.example/bye',
      state: 'a b',
    })

    expect(page.status).to.equal(200)
    const iss = encodeURIComponent(issuer)
    expect(framesIn(page.html)).to.have.members([
      `https://one.example/frontchannel?iss=${iss}&sid=${sidOf(tokens)}`,
      `https://two.example/out?tenant=a%20b&iss=${iss}&sid=${sidOf(atTwo.tokens)}`,
    ])
    expect(page.html).to.include('App at one.example').and.to.include('App at two.example')
    expect(frameSources(page.headers)).to.have.members(['https://one.example', 'https://two.example'])
    expect(page.headers.get('content-security-policy')).to.include("frame-ancestors 'none'")
    const after = 'https://one.example/bye?state=a+b'
    expect(page.headers.get('refresh')).to.equal(`4; url=${after}`)
    expect(unescaped(page.html)).to.include(`href="${after}"`)
    expect(page.html).not.to.match(/<script>/)
    const again = await fetch(
      `${issuer}/authorize?${new URL((await one.begin({ prompt: 'none' })).url).searchParams.toString()}`,
      {
        headers: {
          cookie: browser
            .cookies()
            .map(({ name, value }) => `${name}=${value}`)
            .join('; '),
        },
        redirect: 'manual',
      },
    )
    expect(again.headers.get('location'), 'the session is dead').to.include('login_required')
  })

  it('ends on our own page where the client named none', async () => {
    const { app, issuer } = shared()
    const { browser } = await (await relyingParty(app, at('three.example'))).signIn(await person(app))
    const page = await leave(browser)
    expect(page.headers.get('refresh')).to.equal(`4; url=${issuer}/logout/success`)
    expect((await browser.go(`${issuer}/logout/success`)).status).to.equal(200)
  })

  it('frames nothing on any other page, and no page comes between where no client asked for it', async () => {
    const { app, issuer } = shared()
    const { browser } = await (await relyingParty(app)).signIn(await person(app))
    const page = await leave(browser)
    expect(page.url).to.equal(`${issuer}/logout/success`)
    for (const path of ['/logout', '/logout/success', '/demo', '/']) {
      const { headers } = await openBrowser().go(`${issuer}${path}`)
      expect(headers.get('content-security-policy'), path).not.to.include('frame-src')
      expect(headers.get('refresh'), path).to.equal(null)
    }
  })

  it('who stays signed in opens nothing', async () => {
    const { app, issuer } = shared()
    const { browser } = await (await relyingParty(app, at('four.example'))).signIn(await person(app))
    await browser.go(`${issuer}/logout`)
    const stayed = await browser.submit({})
    expect(framesIn(stayed.html)).to.deep.equal([])
  })

  it('section 2: an address that is not where the client’s people are sent is refused', async () => {
    const { app } = shared()
    const uris = [
      'https://evil.test/out',
      'https://one.example:8443/out',
      'http://one.example/out',
      'https://one.example/out#x',
      'https://one.example/out?sid=1',
      'https://one.example/out;frame-src%20*/\r\n',
      'javascript:alert(1)',
      'data:text/html,x',
    ]
    for (const uri of uris)
      expect(await refusalOf(relyingParty(app, at('one.example', uri))), uri).to.equal(
        'invalid_client_metadata',
      )
  })
})
