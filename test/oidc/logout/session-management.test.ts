import { expect } from 'chai'
import { webcrypto } from 'node:crypto'
import { createContext, runInContext } from 'node:vm'

import { openBrowser, type Browser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { visit } from '../authorize/ask.ts'
import { get } from '../tokens/requests.ts'
import { signOut } from './support.ts'

const callback = 'https://rp.example/cb'

interface Message {
  data: unknown
  origin: string
  source: { postMessage(word: string, origin: string): void } | null
}

/** Our page as a browser would run it, with these cookies; asks it one question. */
async function ask(
  script: string,
  cookie: string,
  data: unknown,
  origin: string,
): Promise<[string, string] | null> {
  const listeners: ((event: Message) => void)[] = []
  const window = {
    addEventListener: (_type: string, listener: (event: Message) => void) => listeners.push(listener),
  }
  runInContext(
    script,
    createContext({ window, document: { cookie }, crypto: webcrypto, TextEncoder, Uint8Array }),
  )
  return new Promise((resolve) => {
    const source = {
      postMessage: (word: string, to: string) => {
        resolve([word, to])
      },
    }
    for (const listener of listeners) listener({ data, origin, source })
    setTimeout(() => {
      resolve(null)
    }, 500)
  })
}

const isReadable = (name: string): boolean => name.endsWith('gatehouse_browser_state')

const readable = (browser: Browser): string =>
  browser
    .cookies()
    .filter(({ name }) => isReadable(name))
    .map(({ name, value }) => `theme=dark; ${name}=${value}`)
    .join('; ')

describe('OpenID Connect Session Management 1.0', () => {
  const shared = sharedStage(async ({ app, issuer }) => {
    const page = await fetch(`${issuer}/session/check`)
    const html = await page.text()
    const path = /<script src="(\/assets\/check-session\.[\da-f]+\.js)"/.exec(html)?.[1] ?? ''
    const script = await (await fetch(issuer + path)).text()
    const client = await relyingParty(app, { redirectUris: [callback] })
    const other = await relyingParty(app, { redirectUris: ['https://other.example/cb'] })
    return { app, issuer, page, html, script, client, other }
  })

  const signIn = async () => {
    const { app, client } = shared()
    const { browser, landing } = await client.signIn(await person(app))
    const state = new URL(landing.url).searchParams.get('session_state') ?? ''
    return { browser, state, message: `${client.clientId} ${state}` }
  }

  it('section 3.3: discovery names the page', async () => {
    const { issuer } = shared()
    const { body } = await get(`${issuer}/.well-known/openid-configuration`)
    expect(body.check_session_iframe).to.equal(`${issuer}/session/check`)
  })

  it('section 3.2: any site may frame the page, which runs one file of ours and can do nothing else', async () => {
    const { page, html, issuer } = shared()
    expect(page.status).to.equal(200)
    expect(page.headers.get('x-frame-options')).to.equal(null)
    expect(page.headers.get('content-security-policy')).to.equal(
      "default-src 'none'; script-src 'self'; frame-ancestors *; base-uri 'none'; form-action 'none'",
    )
    expect(page.headers.get('x-content-type-options')).to.equal('nosniff')
    expect(html).not.to.match(/<form|<a |<button|<script>/)
    for (const path of ['/logout', '/session/checked', '/demo', '/session/check/']) {
      const { headers } = await fetch(issuer + path)
      expect(headers.get('x-frame-options'), path).to.equal('DENY')
    }
    expect(
      (await fetch(`${issuer}/session/check`, { method: 'POST' })).headers.get('x-frame-options'),
    ).to.equal('DENY')
  })

  it('section 3: an answer carries session_state, salted anew each time, for which the page says unchanged', async () => {
    const { client, script } = shared()
    const { browser, state, message } = await signIn()
    expect(state).to.match(/^[\da-f]{64}\.[\w-]{16}$/)
    expect(await ask(script, readable(browser), message, 'https://rp.example')).to.deep.equal([
      'unchanged',
      'https://rp.example',
    ])
    const next = await visit(browser, client, { prompt: 'none' })
    const second = next.answer.session_state ?? ''
    expect(second).not.to.equal(state)
    const again = await ask(script, readable(browser), `${client.clientId} ${second}`, 'https://rp.example')
    expect(again?.[0]).to.equal('unchanged')
  })

  it('section 3.2: another client, another origin and another session are told that it changed', async () => {
    const { other, client, script } = shared()
    const { browser, state, message } = await signIn()
    const stranger = await signIn()
    const asked = async (cookie: string, data: string, origin: string) =>
      (await ask(script, cookie, data, origin))?.[0]
    expect(await asked(readable(browser), message, 'https://evil.test')).to.equal('changed')
    expect(await asked(readable(browser), `${other.clientId} ${state}`, 'https://rp.example')).to.equal(
      'changed',
    )
    expect(await asked(readable(stranger.browser), message, 'https://rp.example')).to.equal('changed')
    expect(
      await asked('', message, 'https://rp.example'),
      'a browser that keeps cookies from frames',
    ).to.equal('changed')
    for (const nonsense of [
      '',
      client.clientId,
      `${client.clientId} x`,
      `${message} x`,
      `${client.clientId} ${'0'.repeat(64)}.`,
    ])
      expect(await asked(readable(browser), nonsense, 'https://rp.example'), nonsense).to.equal('error')
    expect(await asked(readable(browser), message, 'null'), 'nobody to answer').to.equal(undefined)
  })

  it('section 4: signing out and signing in change it; the cookie is the only one that scripts may read', async () => {
    const { app, client, issuer, script } = shared()
    const { browser, message } = await signIn()
    const before = readable(browser)
    await signOut(issuer, browser)
    expect(readable(browser)).to.equal('')
    expect((await ask(script, readable(browser), message, 'https://rp.example'))?.[0]).to.equal('changed')
    await client.signIn(await person(app), { browser })
    expect(readable(browser)).not.to.equal(before)
    expect((await ask(script, readable(browser), message, 'https://rp.example'))?.[0]).to.equal('changed')
  })

  it('its cookie says nothing: not the session’s name, and no header or page takes it for one', async () => {
    const { client, issuer } = shared()
    const { browser } = await signIn()
    const [cookie] = browser.cookies().filter(({ name }) => isReadable(name))
    expect(cookie?.value).to.match(/^[\w-]{43}$/)
    const thief = openBrowser()
    const { url } = await client.begin({ prompt: 'none' })
    const reply = await fetch(url, {
      headers: { cookie: `gatehouse_session=${cookie?.value}` },
      redirect: 'manual',
    })
    expect(reply.headers.get('location')).to.include('login_required')
    expect(thief.cookies()).to.deep.equal([])
    expect(issuer).to.be.a('string')
  })

  it('an application on a device gets none: it has no page that could ask', async () => {
    const { app } = shared()
    const native = await relyingParty(app, {
      redirectUris: ['com.example.app:/cb'],
      postLogoutRedirectUris: [],
      applicationType: 'native',
      authentication: 'none',
    })
    const { landing } = await native.signIn(await person(app))
    expect(new URL(landing.url).searchParams.has('session_state')).to.equal(false)
  })
})
