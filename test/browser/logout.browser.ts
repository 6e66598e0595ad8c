import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import type { Page } from 'playwright-core'

import { person } from '../support/people.ts'
import { afterTest } from '../support/parts.ts'
import { relyingParty, type RelyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'
import { openPage } from './support/chromium.ts'
import type { Service } from './support/start-service.ts'

/** An application's site on this machine: it writes down what browsers ask it for. */
async function site(): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>App</title><h1>App</h1>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // it listens on TCP
  return { origin: `http://localhost:${port}`, asked }
}

const clientAt = (app: Parameters<typeof relyingParty>[0], origin: string): Promise<RelyingParty> =>
  relyingParty(app, {
    redirectUris: [`${origin}/cb`],
    postLogoutRedirectUris: [`${origin}/bye`],
    frontchannelLogout: { uri: `${origin}/frontchannel`, sessionRequired: true },
  })

/** The stage's own service, which stops with the test. */
const served = (origin: string): Service => ({
  origin,
  command: () => {
    throw new Error('the stage has no command line')
  },
  stop: () => Promise.resolve(),
})

/** Signs in at a client in a real browser; what came back. */
async function signIn(page: Page, client: RelyingParty, login: { email: string; password: string } | null) {
  const begun = await client.begin()
  await page.goto(begun.url)
  if (login) {
    await page.fill('[name=login]', login.email)
    await page.fill('[name=password]', login.password)
    await page.locator('button[type=submit]').first().click()
  }
  await page.waitForURL(`${client.redirectUri}?**`)
  return {
    tokens: await client.finish(begun, page.url()),
    state: new URL(page.url()).searchParams.get('session_state'),
  }
}

describe('signing out in a real browser', () => {
  for (const javaScript of [true, false])
    it(`opens every application’s address and goes on by itself, ${javaScript ? 'with' : 'without'} scripts`, async () => {
      const { app, issuer } = await stage()
      const [one, two] = [await site(), await site()]
      const [first, second] = [await clientAt(app, one.origin), await clientAt(app, two.origin)]
      const { page } = await openPage({ javaScript, at: served(issuer) })
      const { tokens } = await signIn(page, first, await person(app))
      await signIn(page, second, null)
      const parameters = {
        id_token_hint: tokens.id_token ?? '',
        post_logout_redirect_uri: `${one.origin}/bye`,
        state: 's',
      }
      await page.goto(`${issuer}/logout?${new URLSearchParams(parameters).toString()}`)
      await page.locator('button[name=logout]').click()
      await page.waitForURL(`${one.origin}/bye?state=s`)
      for (const { asked } of [one, two])
        expect(asked.filter((url) => url.startsWith('/frontchannel?iss='))).to.have.lengthOf(1)
    })

  it('changes what an application hears from our page in its frame', async () => {
    const { app, issuer } = await stage()
    const one = await site()
    const client = await relyingParty(app, { redirectUris: [`${one.origin}/cb`] })
    const { page } = await openPage({ at: served(issuer) })
    const { state } = await signIn(page, client, await person(app))
    // As text, for it runs in the browser: frames our page, asks it, and hears one word.
    const [src, message, origin] = [`${issuer}/session/check`, `${client.clientId} ${state}`, issuer].map(
      (text) => JSON.stringify(text),
    )
    const ask = () =>
      page.evaluate(`new Promise((resolve) => {
        window.addEventListener('message', ({ origin, data }) => origin === ${origin} && resolve(data))
        const frame = document.createElement('iframe')
        frame.onload = () => frame.contentWindow.postMessage(${message}, ${origin})
        frame.src = ${src}
        document.body.append(frame)
      })`)
    expect(await ask()).to.equal('unchanged')
    await page.goto(`${issuer}/logout`)
    await page.locator('button[name=logout]').click()
    await page.waitForURL(`${issuer}/logout/success`)
    await page.goto(`${one.origin}/`)
    expect(await ask()).to.equal('changed')
  })
})
