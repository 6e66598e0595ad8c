import { expect } from 'chai'

import { type Visitor, visitor } from '../portal/support.ts'
import type { Landing } from '../support/browser.ts'
import { allow, mailCodes, mailedCode, number, otherThan, textedCode, texting } from './sent-support.ts'

const security = '/account/security'

/** Sends the form of the page that acts so. */
function send(ann: Visitor, act: string, fields: Record<string, string> = {}): Promise<Landing> {
  const form = ann.browser.forms().findIndex((one) => one.fields.act === act)
  if (form < 0) throw new Error(`no form to ${act}`)
  return ann.browser.submit(fields, { form })
}

describe('the pages of codes that are sent', () => {
  it('add a phone: its number, a code, another one, and the recovery codes', async () => {
    const opened = await texting()
    const ann = await visitor(opened, { path: security })
    expect((await ann.go(security)).html).to.include(`href="${security}/sms"`)
    await ann.go(`${security}/sms`)

    const wrong = await send(ann, 'begin', { phone_number: '0151 12345678' })
    expect(wrong.status).to.equal(422)
    expect(wrong.html).to.include('Begin with +').and.include('0151 12345678')
    const sent = await send(ann, 'begin', { phone_number: '+49 151 12345678' })
    expect(sent.html).to.include('•••• 78').and.include('autocomplete="one-time-code"')
    expect(sent.html).not.to.include('12345678')
    const refused = await send(ann, 'confirm', { code: otherThan(await textedCode(opened.app)) })
    expect(refused.status).to.equal(403)
    expect((await send(ann, 'again')).status).to.equal(200)
    const added = await send(ann, 'confirm', { code: await textedCode(opened.app) })

    expect(added.html).to.include('The phone was added')
    expect([...added.html.matchAll(/<li>[0-9a-z]{4}-/g)]).to.have.lengthOf(10)
    expect(await opened.app.db('factors').where({ user_id: ann.id, kind: 'sms' })).to.have.lengthOf(1)
  })

  it('let another number be chosen while a code is on its way', async () => {
    const opened = await texting()
    const ann = await visitor(opened, { path: security })
    await ann.go(`${security}/sms`)
    const sent = await send(ann, 'begin', { phone_number: number })
    expect(sent.html).to.include(`href="${security}/sms?other=1"`)
    await ann.go(`${security}/sms?other=1`)
    expect((await send(ann, 'begin', { phone_number: '+4915187654321' })).html).to.include('•••• 21')
  })

  it('let codes be mailed to the account’s own address', async () => {
    const opened = await texting()
    await mailCodes(opened.app, true)
    const ann = await visitor(opened, { path: security })
    expect((await ann.go(security)).html).to.include(`href="${security}/mail"`)
    expect((await ann.go(`${security}/mail`)).html).to.include(ann.email)
    await send(ann, 'begin')
    const added = await send(ann, 'confirm', { code: await mailedCode(opened.app, ann.email) })
    expect(added.html).to.include('Codes are sent to your email address from now on')
  })

  it('are not offered where nothing is sent, and say so to who comes all the same', async () => {
    const opened = await texting()
    await allow(opened.app, [])
    const ann = await visitor(opened, { path: security })
    expect((await ann.go(security)).html).not.to.match(/security\/(sms|mail)/)
    for (const kind of ['sms', 'mail']) {
      const shown = await ann.go(`${security}/${kind}`)
      expect(shown.html).to.include('Codes are not sent in this way')
      expect(ann.browser.forms().some(({ fields }) => 'act' in fields)).to.equal(false)
    }
  })

  it('refuse a form of somebody else', async () => {
    const opened = await texting()
    const ann = await visitor(opened, { path: security })
    await ann.go(`${security}/sms`)
    const refused = await send(ann, 'begin', { phone_number: number, csrf: 'x'.repeat(40) })
    expect(refused.status).to.equal(403)
    expect(await opened.app.db('sms_messages')).to.have.lengthOf(0)
  })
})
