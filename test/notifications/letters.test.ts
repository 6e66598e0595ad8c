import { expect } from 'chai'

import { letters } from '../../src/features/notifications/letters.ts'
import { transportOptions } from '../../src/features/notifications/mailer.ts'
import { sendMail } from '../../src/features/notifications/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { openViews } from '../../src/platform/views/index.ts'
import { mailServer } from '../support/mail-server.ts'
import { stage } from '../support/stage.ts'
import { letterSamples } from '../support/sample-pages.ts'
import { deliver, writeReset } from './support.ts'

const views = await openViews('views')
const brand = { name: 'Gatehouse', logoUrl: null, accent: '#1f5f4a', accentDark: '#8fd8b6' }

describe('letters', () => {
  it('have a sample each', () => {
    expect(letterSamples.map(({ letter }) => letter).sort()).to.deep.equal(Object.keys(letters).sort())
  })

  for (const { letter, locals } of letterSamples) {
    it(`say all there is to ${letter}, in both forms and every language, and load nothing`, async () => {
      for (const language of views.languages) {
        const { subject, text, html } = await views.letter(letter, { language, brand, locals })
        for (const part of [subject, text, html]) expect(part).not.to.match(/undefined|\{\w+\}|null/)
        expect(subject).to.match(/^[^\n]{5,90}$/)
        expect(html).to.include(`<html lang="${language}">`)
        expect(html).not.to.match(/<(img|script|link|iframe|form)|url\(|@import/i)
        for (const value of [locals.url, locals.provider, locals.browser, locals.place])
          if (typeof value === 'string') for (const part of [text, html]) expect(part).to.include(value)
      }
    })
  }

  it('show what somebody else chose as text, on its line', async () => {
    const browser = '<b>Fire\u202Efox</b>'
    const { text, html } = await views.letter('new-device', {
      language: 'en',
      brand: { ...brand, name: '<i>Acme' },
      locals: { at: '2026-11-25T10:00:00Z', browser, place: null, recoveryUrl: 'http://localhost/recovery' },
    })
    expect(html).not.to.match(/<b>|<i>|\u202E/)
    expect(text).to.include('Device: <b>Fire\uFFFDfox</b>').and.include('<i>Acme')
  })
})

describe('the header of a mail', () => {
  it('cannot be given lines by a value', async () => {
    const server = await mailServer()
    const { app } = await stage({ variables: { SMTP_URL: server.url, MAIL_FROM: 'id@example.com' } })
    await changeSetting(app, bySystem, 'brand', {
      ...brand,
      name: 'Acme\r\nBcc: eve@example.com\r\n\r\nHello',
    })
    await deliver(app, await writeReset(app))

    const [mail] = server.received
    const header = mail?.raw.split('\r\n\r\n')[0] ?? ''
    expect(header)
      .to.match(/^Subject: /m)
      .and.not.match(/^(Bcc|Hello)/m)
    expect(mail?.to).to.deep.equal(['ann@example.com'])
  })

  it('takes one canonical address, and a link to this service only', async () => {
    const { app } = await stage()
    const refusal = (given: Partial<{ to: string; url: string }>) =>
      transaction(app.db, (tx) =>
        sendMail(app, tx, app.clock.now(), {
          letter: 'already-registered',
          to: given.to ?? 'ann@example.com',
          language: null,
          userId: null,
          locals: { url: given.url ?? `${app.config.issuer}/recovery` },
        }),
      ).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
    for (const to of [
      'ann@example.com,eve@example.com',
      'ann@example.com\r\nBcc: eve@example.com',
      'Ann@Example.com',
    ])
      expect(await refusal({ to }), to).to.include('not canonical')
    for (const url of ['https://evil.test/recovery', `${app.config.issuer}@evil.test/recovery`])
      expect(await refusal({ url }), url).to.include('does not lead here')
    expect(await refusal({})).to.equal(null)
  })
})

describe('the connection to a mail server', () => {
  const cases: [url: string, expected: Record<string, unknown>][] = [
    ['smtp://localhost', { host: 'localhost', port: 587, secure: false, requireTLS: false }],
    ['smtp://127.0.0.1:2525', { host: '127.0.0.1', port: 2525, requireTLS: false }],
    ['smtp://[::1]:2525', { host: '::1', requireTLS: false }],
    ['smtp://mail.example.com', { port: 587, secure: false, requireTLS: true }],
    ['smtp://127.0.0.1.evil.test', { requireTLS: true }],
    ['smtp://mail:1025?tls=optional', { port: 1025, requireTLS: false }],
    ['smtps://mail.example.com', { port: 465, secure: true }],
  ]
  for (const [url, expected] of cases) {
    it(`to ${url} is ${JSON.stringify(expected)} (RFC 8314, section 3)`, () => {
      expect(transportOptions({ issuer: 'https://id.example.com' }, new URL(url))).to.include(expected)
    })
  }

  it('takes user and password from the URL, decoded', () => {
    const options = transportOptions(
      { issuer: 'https://id.example.com' },
      new URL('smtps://us%40er:p%3Ass@mail.test'),
    )
    expect(options).to.deep.include({ auth: { user: 'us@er', pass: 'p:ss' }, name: 'id.example.com' })
  })
})
