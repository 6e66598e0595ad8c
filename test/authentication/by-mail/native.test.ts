import { expect } from 'chai'

import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { person } from '../../support/people.ts'
import { opens } from '../../oidc/tokens/requests.ts'
import { type NativeApp, nativeApp, problem, refusal, type Reply, tokensOf } from '../native/app.ts'
import {
  asks,
  codeIn,
  interactionOf,
  letterTo,
  offered,
  sharedOffer,
  signInsOf,
  unproven,
  wrongFor,
} from './support.ts'

const begins = async (phone: NativeApp, login: string): Promise<string> => {
  const reply = await phone.send('/auth/by-mail/start', { login })
  expect(reply.status).to.equal(202)
  return String(reply.body.handle)
}

const verifies = (phone: NativeApp, handle: string, code: string, more: object = {}): Promise<Reply> =>
  phone.send('/auth/by-mail/verify', { handle, code, ...more })

describe('signing in by mail in one of our own applications', () => {
  const shared = sharedOffer()

  it('answers as a sign-in by password does, and says what was proven', async () => {
    const { app, issuer } = shared()
    const phone = await nativeApp(app)
    const ann = await person(app)
    const handle = await begins(phone, ann.username)
    const scope = 'openid email offline_access'
    const reply = await verifies(phone, handle, codeIn(await letterTo(app, ann)), { scope })

    expect(reply.status).to.equal(200)
    const byPassword = await phone.login(ann, { scope })
    expect(Object.keys(reply.body)).to.have.members(Object.keys(byPassword.body))
    const tokens = tokensOf(reply)
    const claims: unknown = JSON.parse(
      Buffer.from(tokens.id_token.split('.')[1] ?? '', 'base64url').toString(),
    )
    expect(claims).to.deep.include({ email: ann.email, acr: 'urn:gatehouse:acr:mail', amr: ['mail'] })
    expect(await opens(issuer, tokens.access_token)).to.equal(true)
    expect((await phone.refresh(tokens.refresh_token)).status).to.equal(200)
    expect(refusal(await verifies(phone, handle, '12345678'))).to.deep.equal(problem(401, 'wrong_code'))
  })

  it('LG-03: begins alike for whoever is named', async () => {
    const { app } = shared()
    const phone = await nativeApp(app)
    const ann = await person(app)
    const admin = await person(app, { role: 'admin' })
    const replies = await Promise.all(
      [ann.email, admin.email, 'nobody@example.com', 'no name at all !', 'x\u0000y'].map((login) =>
        phone.send('/auth/by-mail/start', { login }),
      ),
    )
    const told = replies.map(({ status, text, headers }) =>
      JSON.stringify([status, text.replace(/"handle":"[\w-]{43}"/, ''), [...headers.keys()]]),
    )
    expect(new Set(told).size).to.equal(1)
    expect(replies[0]?.body).to.include({ expires_in: 600 })
  })

  it('FAIL-LOGIN: refuses alike, to the byte, a wrong code, an unknown handle, nobody’s, a used one and too many', async () => {
    const { app } = shared()
    const phone = await nativeApp(app)
    const [ann, worn] = [await person(app), await person(app)]
    const handle = await begins(phone, ann.email)
    const mail = await letterTo(app, ann)
    const replies = [
      await verifies(phone, handle, wrongFor(mail)),
      await verifies(phone, handle, 'no code'),
      await verifies(phone, 'x'.repeat(43), codeIn(mail)),
      await verifies(phone, '../x', codeIn(mail)),
      await verifies(phone, await begins(phone, 'nobody@example.com'), '12345678'),
    ]
    expect((await verifies(phone, handle, codeIn(mail))).status).to.equal(200)
    replies.push(await verifies(phone, handle, codeIn(mail)))
    const tired = await begins(phone, worn.email)
    const other = await letterTo(app, worn)
    for (let n = 1; n <= 5; n++) await verifies(phone, tired, wrongFor(other, n))
    replies.push(await verifies(phone, tired, codeIn(other)))

    for (const { status, text, headers } of replies) {
      expect([status, text]).to.deep.equal([401, replies[0]?.text])
      expect([...headers.keys()]).to.deep.equal([...(replies[0]?.headers.keys() ?? [])])
    }
    expect(replies[0]?.body).to.include({ type: 'urn:gatehouse:problem:wrong_code' })
  })

  it('is good at the application that asked alone, and in no browser', async () => {
    const { app } = shared()
    const [phone, tablet] = [await nativeApp(app), await nativeApp(app)]
    const ann = await person(app)
    const handle = await begins(phone, ann.email)
    const mail = await letterTo(app, ann)
    const code = codeIn(mail)
    expect(refusal(await verifies(tablet, handle, code))).to.deep.equal(problem(401, 'wrong_code'))

    const waiting = await asks(shared(), (await person(app)).email)
    const [marked = ''] = waiting.browser
      .cookies()
      .filter(({ name }) => name === 'gatehouse_by_mail')
      .map(({ value }) => value.split('.')[0] ?? '')
    expect(refusal(await verifies(phone, marked, code))).to.deep.equal(problem(401, 'wrong_code'))
    expect(interactionOf(waiting)).not.to.equal('')
    expect((await waiting.browser.go(mail.url ?? '')).html).to.include('on the device where you began')
    expect((await verifies(phone, handle, code)).status).to.equal(200)
  })

  it('serves one of twenty that bring the code at once', async () => {
    const { app } = shared()
    const phone = await nativeApp(app)
    const ann = await person(app)
    const handle = await begins(phone, ann.email)
    const code = codeIn(await letterTo(app, ann))
    const replies = await Promise.all(Array.from({ length: 20 }, () => verifies(phone, handle, code)))
    expect(replies.filter(({ status }) => status === 200)).to.have.lengthOf(1)
    expect(replies.filter(({ status }) => status === 401)).to.have.lengthOf(19)
    expect(await signInsOf(app, ann.id)).to.have.lengthOf(1)
  })

  it('makes an account with an unproven address theirs, without the password somebody gave it', async () => {
    const { app } = shared()
    const phone = await nativeApp(app)
    const ann = await unproven(app, 'pending')
    const handle = await begins(phone, ann.email)
    expect((await verifies(phone, handle, codeIn(await letterTo(app, ann)))).status).to.equal(200)
    expect(refusal(await phone.login(ann))).to.deep.equal(problem(401, 'wrong_credentials'))
    const user: unknown = await app.db('users').where({ id: ann.id }).first('status')
    expect(user).to.deep.equal({ status: 'active' })
  })

  it('is for our own applications, which must say who they are', async () => {
    const { app } = shared()
    const theirs = await nativeApp(app, { firstParty: false })
    for (const [path, body] of [
      ['/auth/by-mail/start', { login: 'ann@example.com' }],
      ['/auth/by-mail/verify', { handle: 'x', code: '12345678' }],
    ] as const) {
      expect(refusal(await theirs.send(path, body))).to.deep.equal(problem(403, 'not_first_party'))
      const unknown = await theirs.send(path, { ...body, client_id: 'nobody' })
      expect(unknown.status).to.equal(401)
    }
  })
})

describe('signing in by mail in an application, where it is not offered', () => {
  it('is refused before anybody is looked for', async () => {
    const { app } = await offered()
    const phone = await nativeApp(app)
    const ann = await person(app)
    const handle = await begins(phone, ann.email)
    const code = codeIn(await letterTo(app, ann))
    await changeSetting(app, bySystem, 'sign_in.by_mail', 'off')
    expect(refusal(await phone.send('/auth/by-mail/start', { login: ann.email }))).to.deep.equal(
      problem(404, 'not_offered'),
    )
    expect(refusal(await verifies(phone, handle, code))).to.deep.equal(problem(404, 'not_offered'))
  })
})
