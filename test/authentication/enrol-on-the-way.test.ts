import { decodeJwt } from 'jose'
import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { number, otherThan, textedCode } from '../factors/sent-support.ts'
import { openAuthenticator } from '../support/authenticator.ts'
import { type Browser, openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { until } from '../support/process.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'

/** A service in which everybody needs a second factor, and codes may go to phones. */
async function demanding(opened: Stage) {
  const { app } = opened
  await changeSetting(app, bySystem, 'mfa.policy', 'required')
  await changeSetting(app, bySystem, 'sms.allowed_countries', ['+49'])
  await until(async () => (await app.settings.get('mfa.policy')) === 'required')
  return opened
}

describe('setting something other than an app up on the way in', () => {
  const shared = sharedStage(demanding, { variables: { REDIS_URL: '' } })

  /** Somebody whose password was right, at the page that asks for a second factor. */
  async function arrived() {
    const { app } = shared()
    const [ann, client, browser] = [await person(app), await relyingParty(app), openBrowser()]
    const begun = await client.begin()
    const untilBack = { until: (url: string) => url.startsWith(client.redirectUri) }
    await browser.go(begun.url)
    const landing = await browser.submit({ login: ann.email, password: ann.password })
    if (!landing.url.endsWith('/enrol')) throw new Error(`not asked to set anything up: ${landing.url}`)
    const finish = async (url: string) => decodeJwt((await client.finish(begun, url)).access_token)
    return { ann, browser, landing, untilBack, finish }
  }

  type Arrived = Awaited<ReturnType<typeof arrived>>

  const formOf = (browser: Browser, purpose: string | undefined): number =>
    browser
      .forms()
      .findIndex(({ action, fields }) => action.endsWith('/enrol/key') && fields.purpose === purpose)

  /** What the script of the page asks for. */
  async function optionsFor({ browser, landing }: Arrived, purpose: string): Promise<unknown> {
    const { origin } = new URL(landing.url)
    const csrf = browser.forms()[0]?.fields.csrf ?? ''
    const reply = await fetch(`${landing.url}/key/options`, {
      method: 'POST',
      body: new URLSearchParams({ csrf, purpose }),
      headers: {
        ...{ origin, 'sec-fetch-site': 'same-origin' },
        cookie: browser
          .cookies()
          .map(({ name, value }) => `${name}=${value}`)
          .join('; '),
      },
    })
    return reply.json()
  }

  it('takes a passkey, which is the proof as well', async () => {
    const { app, issuer } = shared()
    const at = await arrived()
    const device = openAuthenticator({ origin: issuer })
    const credential = JSON.stringify(device.create(await optionsFor(at, 'passkey')))

    const landing = await at.browser.submit(
      { credential },
      { ...at.untilBack, form: formOf(at.browser, undefined) },
    )

    expect(await at.finish(landing.url)).to.deep.include({
      acr: 'urn:gatehouse:acr:mfa',
      amr: ['pwd', 'hwk', 'user', 'mfa'],
    })
    expect(await app.db('passkeys').where({ user_id: at.ann.id }).pluck('purpose')).to.deep.equal(['passkey'])
  })

  it('takes a security key, with recovery codes; and none that was made for another sign-in', async () => {
    const { issuer } = shared()
    const [at, other] = [await arrived(), await arrived()]
    const device = openAuthenticator({ origin: issuer })
    const foreign = JSON.stringify(device.create(await optionsFor(other, 'security-key')))
    const refused = await at.browser.submit(
      { credential: foreign },
      { form: formOf(at.browser, 'security-key') },
    )
    expect(refused.status).to.equal(403)

    const credential = JSON.stringify(device.create(await optionsFor(at, 'security-key')))
    const codes = await at.browser.submit({ credential }, { form: formOf(at.browser, 'security-key') })
    expect(codes.html.match(/<li>[0-9a-z]+(-[0-9a-z]+)+<\/li>/g)).to.have.lengthOf(10)
    const landing = await at.browser.go(at.landing.url.replace(/\/enrol$/, ''), at.untilBack)
    expect(await at.finish(landing.url)).to.deep.include({ amr: ['pwd', 'hwk', 'mfa'] })
  })

  it('takes a phone by the code that was sent there', async () => {
    const { app } = shared()
    const at = await arrived()
    const url = `${at.landing.url}/phone`
    await at.browser.go(url)
    expect((await at.browser.submit({ phone_number: 'not a number' })).status).to.equal(422)
    expect((await at.browser.submit({ phone_number: '+41791234567' })).html).to.include('country')
    const asked = await at.browser.submit({ phone_number: number })
    expect(asked.html).to.include('•••• 78').and.not.include(number)
    const code = await textedCode(app)
    expect((await at.browser.submit({ code: otherThan(code) })).status).to.equal(403)

    const codes = await at.browser.submit({ code })
    expect(codes.html.match(/<li>[0-9a-z]+(-[0-9a-z]+)+<\/li>/g)).to.have.lengthOf(10)
    const landing = await at.browser.go(at.landing.url.replace(/\/enrol$/, ''), at.untilBack)
    expect(await at.finish(landing.url)).to.deep.include({
      acr: 'urn:gatehouse:acr:two-step',
      amr: ['pwd', 'sms'],
    })
  })

  it('offers no phone where none is enough, nor where nothing is sent', async () => {
    const { app } = shared()
    const at = await arrived()
    expect(at.landing.html).to.include('/enrol/phone')
    await changeSetting(app, bySystem, 'sms.allowed_countries', [])
    await until(async () => (await app.settings.get('sms.allowed_countries')).length === 0)
    expect((await at.browser.go(at.landing.url)).html).not.to.include('/enrol/phone')
    const led = await at.browser.go(`${at.landing.url}/phone`)
    expect(led.url).to.equal(at.landing.url)
    await changeSetting(app, bySystem, 'sms.allowed_countries', ['+49'])
    await until(async () => (await app.settings.get('sms.allowed_countries')).length === 1)
  })
})
