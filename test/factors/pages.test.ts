import { expect } from 'chai'

import { atLogin, type Visitor, visitor } from '../portal/support.ts'
import { openAuthenticatorApp, wrongCode } from '../support/authenticator-app.ts'
import { type Landing, openBrowser } from '../support/browser.ts'
import { keepSecret } from '../support/canary.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { strong } from './support.ts'

const path = '/account/security'

/** Sends the last form on the page that goes to such an address. */
function send(ann: Visitor, action: string, fields: Record<string, string>): Promise<Landing> {
  const form = ann.browser.forms().findLastIndex((one) => one.action === action)
  return ann.browser.submit(fields, { form })
}

const keyOn = ({ html }: Landing): string =>
  (/<p class="key"[^>]*>(.*?)<\/p>/s.exec(html)?.[1] ?? '').replaceAll(/<[^>]*>|\s/g, '')

const codesOn = ({ html }: Landing): string[] =>
  [...html.matchAll(/<li>([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{2})<\/li>/g)].map(([, code = '']) => code)

describe('the page of two-step sign-in', () => {
  const shared = sharedStage()
  const now = () => shared().clock.now()

  /** Somebody at the highest level, whose session may do everything here. */
  async function proven(): Promise<Visitor> {
    const { browser, ...me } = await strong(shared())
    const go = (to: string) => browser.go(shared().issuer + to)
    await go(path)
    return { ...me, browser, go }
  }

  it('is off at first; an app is added by its picture or key, and the recovery codes are shown', async () => {
    const ann = await visitor(shared(), { path })
    const off = await ann.go(path)
    expect(off.html).to.include('Two-step sign-in is off')

    const shown = await send(ann, `${path}/app`, { name: 'My phone' })
    expect(shown.html)
      .to.match(/<svg class="qr"[^>]*role="img"/)
      .and.to.include('href="otpauth://totp/')
    const phone = openAuthenticatorApp(keyOn(shown))
    const wrong = await send(ann, `${path}/app/confirm`, { code: wrongCode(phone, now()) })
    expect([wrong.status, keyOn(wrong)]).to.deep.equal([403, keyOn(shown)])
    expect(wrong.html).to.include('This code is not right')
    const added = await send(ann, `${path}/app/confirm`, { code: phone.codeAt(now()) })

    expect(added.html).to.include('The app was added')
    const codes = codesOn(added)
    keepSecret(...codes)
    expect(codes).to.have.lengthOf(10)
    expect(await shared().app.db('factors').where({ user_id: ann.id, name: 'My phone' })).to.have.lengthOf(1)
  })

  it('(MF-06) sends whoever has a second factor to sign in with it, and says so to the provider', async () => {
    const ann = await visitor(shared(), { path })
    const shown = await send(ann, `${path}/app`, {})
    const phone = openAuthenticatorApp(keyOn(shown))
    await send(ann, `${path}/app/confirm`, { code: phone.codeAt(now()) })
    const until = (url: string) => url.includes('/authorize?')

    for (const page of [path, '/account/passkeys']) {
      const { url } = await ann.browser.go(shared().issuer + page, { until })
      expect(new URL(url).searchParams.get('acr_values'), page).to.equal('urn:gatehouse:acr:mfa')
    }
  })

  it('renames, gives new codes, and removes after a question', async () => {
    const ann = await proven()
    const shown = await send(ann, `${path}/app`, { name: 'Old' })
    const phone = openAuthenticatorApp(keyOn(shown))
    const first = codesOn(await send(ann, `${path}/app/confirm`, { code: phone.codeAt(now()) }))
    const list = await ann.go(path)
    expect(list.html).to.include('10 left')
    const id = /name="ask" value="([^"]+)"/.exec(list.html)?.[1] ?? ''

    const renaming = ann.browser.forms().findIndex(({ action }) => action === path)
    const renamed = await ann.browser.submit({ rename: id, name: 'Key ring' }, { form: renaming })
    expect(renamed.html).to.include('Key ring').and.to.include('The name was saved')

    const fresh = codesOn(await send(ann, `${path}/recovery-codes`, {}))
    keepSecret(...first, ...fresh)
    expect(fresh.filter((code) => !first.includes(code))).to.have.lengthOf(10)

    await ann.go(path)
    const asked = await send(ann, path, { ask: id })
    expect(asked.html).to.include('Remove <bdi>Key ring</bdi>?')
    const removed = await send(ann, path, { remove: id })
    expect(removed.html).to.include('It was removed').and.to.include('Two-step sign-in is off')
  })

  it('says what is not there, and refuses forms of another session', async () => {
    const ann = await proven()
    const gone = await send(ann, `${path}/app`, {})
    expect(keyOn(gone)).to.have.lengthOf(32)
    const unknown = await send(ann, `${path}/app/confirm`, { id: 'x', code: '123456' })
    expect([unknown.status, unknown.html.includes('begun too long ago')]).to.deep.equal([404, true])
    await ann.go(path)
    expect((await send(ann, `${path}/app`, { csrf: 'x' })).status).to.equal(403)
  })

  it('asks for a sign-in where nobody is signed in', async () => {
    expect(atLogin(await openBrowser().go(shared().issuer + path))).to.equal(true)
  })
})
