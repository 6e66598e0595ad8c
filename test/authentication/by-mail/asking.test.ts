import { expect } from 'chai'
import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { requestDeletion, setUserStatus } from '../../../src/features/accounts/index.ts'
import { assignRole } from '../../../src/features/authorization/index.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { secondsAfter } from '../../../src/lib/clock.ts'
import { openBrowser } from '../../support/browser.ts'
import { linkIn, mailsTo, mailTo } from '../../support/mailbox.ts'
import { type Person, person } from '../../support/people.ts'
import {
  asks,
  claimsOf,
  codeIn,
  interactionOf,
  letterTo,
  offered,
  opens,
  sends,
  sharedOffer,
  signInsOf,
  types,
} from './support.ts'

/** Disabled, deleted, locked, and waiting for the deletion they asked for. */
async function peopleShutOut(app: Gatehouse): Promise<Person[]> {
  const leaving = await person(app)
  const at = app.clock.now()
  const request = { userId: leaving.id, deleteAt: secondsAfter(at, 3600) }
  await transaction(app.db, (tx) => requestDeletion(tx, at, bySystem, request))
  const made = [leaving]
  for (const status of ['disabled', 'deleted', 'locked'] as const) {
    const ann = await person(app)
    await setUserStatus(app, bySystem, ann.id, status, 'test')
    made.push(ann)
  }
  return made
}

describe('asking for a mail to sign in by', () => {
  const shared = sharedOffer()

  it('LG-03: gets the same answer whoever is named, and no letter goes to who must not have one', async () => {
    const { app } = shared()
    const [known, admin] = [await person(app), await person(app, { role: 'admin' })]
    const shutOut = await peopleShutOut(app)
    const waiting = await asks(shared(), 'first@example.com')
    const seen = new Set<string>()
    const names = [
      ...[known, admin, ...shutOut].map(({ email }) => email),
      'nobody@example.com',
      'no-such-name',
      '\u0000',
    ]
    for (const login of names) {
      const reply = await sends(waiting)(`${interactionOf(waiting)}/by-mail`, { login })
      const headers = [...reply.headers.keys()].filter((name) => name !== 'x-request-id')
      const cookies = reply.headers.getSetCookie().map((line) => line.replace(/expires=[^;]+/, ''))
      const shown = (await reply.text())
        .replaceAll(login, '#')
        .replaceAll('\u0000', '#')
        .replaceAll('\uFFFD', '#')
      seen.add(JSON.stringify([reply.status, headers, cookies, shown]))
    }
    expect([...seen]).to.have.lengthOf(1)

    await letterTo(app, known)
    const refused = await mailTo(app, admin.email, 'sign-in-refused')
    expect(refused.text)
      .to.include('Sign in with your password')
      .and.not.match(/\d{4} \d{4}/)
    expect(linkIn(refused)).to.equal(`${app.config.issuer}/recovery`)
    for (const { email } of shutOut) expect(await mailsTo(app, email)).to.deep.equal([])
  })

  it('is never good for who has become an administrator since, nor for what they may do then', async () => {
    const { app, client } = shared()
    const [before, after] = [await person(app), await person(app)]
    const makeAdmin = ({ id }: Person) =>
      transaction(app.db, (tx) =>
        assignRole(app, tx, bySystem, { principal: { type: 'user', id }, role: 'admin' }),
      )
    const waiting = await asks(shared(), before.email)
    const mail = await letterTo(app, before)
    await makeAdmin(before)
    expect((await types(waiting, codeIn(mail))).status).to.equal(401)
    expect((await opens(waiting, mail)).status).to.equal(403)
    expect(await signInsOf(app, before.id)).to.deep.equal([])

    const other = await asks(shared(), after.email)
    const landing = await types(other, codeIn(await letterTo(app, after)))
    const { access_token: token, refresh_token: renewal = '' } = await client.finish(other.begun, landing.url)
    await makeAdmin(after)
    const list = (bearer: string) =>
      fetch(`${app.config.issuer}/admin/users`, { headers: { authorization: `Bearer ${bearer}` } })
    expect((await list(token)).status).to.equal(401)
    const renewed = await client.refresh(renewal)
    expect((await list(renewed.access_token)).status).to.equal(401)
    expect(decodeJwt(renewed.access_token)).to.include({ role: 'user', acr: 'urn:gatehouse:acr:mail' })
    expect((await list((await client.signIn(after)).tokens.access_token)).status).to.equal(200)
  })

  it('PW-02: leads to the configured origin and goes to the address of the account', async () => {
    const { app } = shared()
    const ann = await person(app)
    await asks(shared(), ann.username)
    const mail = await letterTo(app, ann)
    expect(linkIn(mail)).to.match(new RegExp(`^${app.config.issuer}/sign-in-link/[\\w-]{43}$`))
    expect(mail.to).to.equal(ann.email)
    const records: unknown = await app
      .db('audit_records')
      .where({ action: 'sign_in.mail_requested', target_id: ann.id })
    expect(records).to.have.lengthOf(1)
    expect(JSON.stringify(records)).not.to.include(ann.email)
  })
})

describe('the work of asking', () => {
  it('is the same for somebody and for nobody, and so is that of a wrong code', async () => {
    const built = await offered({})
    const { app } = built
    const ann = await person(app)
    const worked: string[][] = []
    for (const login of [ann.email, 'nobody@example.com']) {
      const waiting = await asks(built, 'first@example.com')
      const statements: string[] = []
      const note = ({ sql }: { sql: string }) => void statements.push(sql)
      app.db.on('query', note)
      const send = sends(waiting)
      await send(`${interactionOf(waiting)}/by-mail`, { login })
      await send(`${interactionOf(waiting)}/by-mail/code`, { code: '12345678' })
      app.db.off('query', note)
      worked.push(statements)
    }
    const [somebody, nobody] = worked
    expect(somebody).to.have.length.above(5)
    expect(nobody).to.deep.equal(somebody)
  })
})

describe('signing in by mail, where it is not offered', () => {
  it('is not shown, and refused to who asks all the same', async () => {
    const built = await offered()
    const { app, client } = built
    const ann = await person(app)
    const waiting = await asks(built, ann.email)
    const mail = await letterTo(app, ann)
    await changeSetting(app, bySystem, 'sign_in.by_mail', 'off')

    const browser = openBrowser()
    const login = await browser.go((await client.begin()).url)
    expect(login.html).not.to.include('by-mail')
    expect((await browser.go(login.url.replace(/login$/, 'by-mail'))).status).to.equal(404)
    const send = sends(waiting)
    const at = interactionOf(waiting)
    const token = linkIn(mail).split('/').at(-1) ?? ''
    expect((await send(`${at}/by-mail`, { login: ann.email })).status).to.equal(404)
    expect((await send(`${at}/by-mail/code`, { code: codeIn(mail) })).status).to.equal(404)
    expect((await send(`${at}/by-mail/link/${token}`, {})).status).to.equal(404)
    expect((await waiting.browser.go(linkIn(mail))).status).to.equal(404)
    expect(await signInsOf(app, ann.id)).to.deep.equal([])
  })
})

describe('a mailbox somebody keeps asking letters into', () => {
  it('gets five in half an hour', async () => {
    const built = await offered()
    const { app } = built
    const ann = await person(app)
    const waiting = await asks(built, ann.email)
    for (let n = 0; n < 7; n++)
      await sends(waiting)(`${interactionOf(waiting)}/by-mail`, { login: ann.email })
    const idle = async () =>
      (
        await app.db.raw<{ rows: unknown[] }>(
          'select 1 from graphile_worker.jobs where task_identifier = ?',
          ['sign-in-mail.send'],
        )
      ).rows.length === 0
    for (let wait = 0; wait < 100 && !(await idle()); wait++)
      await new Promise((done) => setTimeout(done, 50))
    const mails = await mailsTo(app, ann.email)
    expect(mails).to.have.lengthOf(5)
    const [newest] = mails
    if (!newest) throw new Error('no letter came')
    const landing = await types(waiting, codeIn(newest)) // whoever is kept from another letter has one that is good
    expect(await claimsOf(built, waiting, landing)).to.include({ email: ann.email })
  })
})
