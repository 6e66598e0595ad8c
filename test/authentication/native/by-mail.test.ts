import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { createLink, type LinkPurpose } from '../../../src/features/links/index.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { opens } from '../../oidc/tokens/requests.ts'
import { keepSecret } from '../../support/canary.ts'
import { linkIn, mailsTo, mailTo } from '../../support/mailbox.ts'
import { type Person, person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { type NativeApp, nativeApp, problem, refusal, type Reply } from './app.ts'

const fresh = 'a very quiet harbour at dawn'
const typed = 'a quiet harbour at midnight'
keepSecret(fresh, typed)

interface Fixture {
  app: Gatehouse
  issuer: string
  phone: NativeApp
}

const fieldsOf = ({ body }: Reply): string[] => (body.errors as { field: string }[]).map(({ field }) => field)

/** What a mail's link ends in. */
const tokenIn = (link: string): string => link.split('/').at(-1) ?? ''

/** A link as a mail would hold it. */
async function linkOf(
  app: Gatehouse,
  ann: Pick<Person, 'id' | 'email'>,
  purpose: LinkPurpose,
): Promise<string> {
  const link = { purpose, userId: ann.id, address: ann.email }
  const { token } = await transaction(app.db, (tx) => createLink(tx, app.clock.now(), link))
  keepSecret(token)
  return token
}

describe('a forgotten password, in one of our own applications', () => {
  const fixture = sharedStage<Fixture>(
    async ({ app, issuer }) => ({ app, issuer, phone: await nativeApp(app) }),
    { worker: true },
  )

  it('is replaced by a mailed link, and everything that was signed in ends', async () => {
    const { app, issuer, phone } = fixture()
    const ann = await person(app)
    const before = await phone.signedIn(ann)

    expect((await phone.send('/auth/password/forgot', { username: ann.username })).status).to.equal(202)
    const token = tokenIn(linkIn(await mailTo(app, ann.email, 'reset-password')))
    const weak = await phone.send('/auth/password/reset', { token, new_password: 'short' })
    expect(refusal(weak)).to.deep.equal(problem(422, 'password_refused'))
    expect(fieldsOf(weak)).to.deep.equal(['new_password'])
    expect((await phone.send('/auth/password/reset', { token, new_password: fresh })).status).to.equal(204)

    expect(refusal(await phone.refresh(before.refresh_token))).to.deep.equal(problem(400, 'invalid_grant'))
    expect(await opens(issuer, before.access_token)).to.equal(false)
    expect(refusal(await phone.login(ann))).to.deep.equal(problem(401, 'wrong_credentials'))
    expect((await phone.login({ ...ann, password: fresh })).status).to.equal(200)
  })

  it('gets one and the same answer, to the byte, whoever is asked about (LG-02)', async () => {
    const { app, phone } = fixture()
    const ann = await person(app)
    for (const path of ['/auth/password/forgot', '/auth/email/verify/resend']) {
      const replies = [ann.email, ann.username, 'nobody@example.com', 'no name at all !', 'x\u0000y'].map(
        (login) => phone.send(path, { login }),
      )
      const [first, ...others] = await Promise.all(replies)
      expect([first?.status, first?.text]).to.deep.equal([202, '{"status":"accepted"}'])
      for (const { status, text, headers } of others) {
        expect([status, text]).to.deep.equal([first?.status, first?.text])
        expect([...headers.keys()]).to.deep.equal([...(first?.headers.keys() ?? [])])
      }
    }
  })

  it('is asked for by one name, and mailed to nobody else (PW-03)', async () => {
    const { app, phone } = fixture()
    const ann = await person(app)
    const wrong = [
      { email: [ann.email, 'attacker@example.com'] },
      { email: { 0: ann.email } },
      { email: `${ann.email},attacker@example.com` },
      { login: ann.email, email: 'attacker@example.com' },
      { login: ann.email, to: 'attacker@example.com' },
      {},
    ]
    for (const body of wrong) {
      const reply = await phone.send('/auth/password/forgot', body)
      expect(reply.status, JSON.stringify(body)).to.be.oneOf([202, 400])
      if (reply.status === 400) expect(refusal(reply)).to.deep.equal(problem(400, 'invalid_input'))
    }
    await phone.send('/auth/password/forgot', { email: ann.email })
    await mailTo(app, ann.email, 'reset-password')
    expect(await mailsTo(app, ann.email)).to.have.lengthOf(1)
    expect(await mailsTo(app, 'attacker@example.com')).to.deep.equal([])
  })

  it('is given by a link that is good once, for this alone (PW-05, ONE/50)', async function () {
    this.timeout(30_000)
    const { app, phone } = fixture()
    const ann = await person(app)
    const reset = (token: string) => phone.send('/auth/password/reset', { token, new_password: fresh })
    const older = await linkOf(app, ann, 'reset-password')
    const newest = await linkOf(app, ann, 'reset-password')
    for (const token of [older, await linkOf(app, ann, 'verify-email'), 'x', '../x', '\u0000'])
      expect(refusal(await reset(token))).to.deep.equal(problem(403, 'link_invalid'))
    expect(refusal(await phone.send('/auth/email/verify', { token: newest }))).to.deep.equal(
      problem(403, 'link_invalid'),
    )
    const more = { token: newest, new_password: fresh, user_id: 'x' }
    expect(fieldsOf(await phone.send('/auth/password/reset', more))).to.deep.equal(['user_id'])

    const all = await Promise.all(Array.from({ length: 50 }, () => reset(newest)))

    expect(all.filter(({ status }) => status === 204)).to.have.lengthOf(1)
    for (const reply of all.filter(({ status }) => status !== 204))
      expect(refusal(reply)).to.deep.equal(problem(403, 'link_invalid'))
  })
})

describe('proving an address, in one of our own applications', () => {
  const fixture = sharedStage<Fixture>(
    async ({ app, issuer }) => ({ app, issuer, phone: await nativeApp(app) }),
    { worker: true },
  )

  /** Somebody who has just registered, natively, and the token of their mail. */
  async function registered(email: string) {
    const { app, phone } = fixture()
    const reply = await phone.send('/auth/register', { email, password: typed })
    expect(reply.status, reply.text).to.equal(201)
    const token = tokenIn(linkIn(await mailTo(app, email, 'verify-email')))
    return { token, accessToken: String(reply.body.access_token) }
  }

  const isProven = async (email: string): Promise<boolean> => {
    const row = await fixture().app.db('users').where({ email }).first<{ email_verified_at: Date | null }>()
    return row.email_verified_at !== null
  }

  it('takes the link and, beside it, the password, an access token or a new password (RG-05)', async () => {
    const { phone } = fixture()
    const verify = (body: object, headers = {}) => phone.send('/auth/email/verify', body, headers)

    const bob = await registered('bob@example.com')
    expect(refusal(await verify({ token: bob.token }))).to.deep.equal(problem(403, 'proof_of_maker_needed'))
    const wrong = await verify({ token: bob.token, password: 'not the password at all' })
    expect(refusal(wrong)).to.deep.equal(problem(401, 'wrong_credentials'))
    const both = await verify({ token: bob.token, password: typed, new_password: fresh })
    expect(refusal(both)).to.deep.equal(problem(400, 'invalid_input'))
    expect(await isProven('bob@example.com')).to.equal(false)
    expect((await verify({ token: bob.token, password: typed })).status).to.equal(204)
    expect(await isProven('bob@example.com')).to.equal(true)

    const cleo = await registered('cleo@example.com')
    const bearer = { authorization: `Bearer ${cleo.accessToken}` }
    expect((await verify({ token: cleo.token }, { authorization: 'Bearer x' })).status).to.equal(401)
    const another = { authorization: `Bearer ${bob.accessToken}` }
    expect(refusal(await verify({ token: cleo.token }, another))).to.deep.equal(
      problem(403, 'proof_of_maker_needed'),
    )
    expect((await verify({ token: cleo.token }, bearer)).status).to.equal(204)
    expect(await isProven('cleo@example.com')).to.equal(true)

    const dan = await registered('dan@example.com')
    expect((await verify({ token: dan.token, new_password: 'short' })).status).to.equal(422)
    expect((await verify({ token: dan.token, new_password: fresh })).status).to.equal(204)
    expect(await isProven('dan@example.com')).to.equal(true)
    expect((await phone.login({ email: 'dan@example.com', password: typed })).status).to.equal(401)
    expect((await phone.login({ email: 'dan@example.com', password: fresh })).status).to.equal(200)
    expect(await opens(fixture().issuer, dan.accessToken)).to.equal(false)
  })

  it('takes no token of other people’s applications', async () => {
    const { app, phone } = fixture()
    const ann = await person(app)
    const foreign = await relyingParty(app, { firstParty: false })
    const { tokens } = await foreign.signIn(ann)
    const token = await linkOf(app, ann, 'verify-email')
    const bearer = { authorization: `Bearer ${tokens.access_token}` }
    const reply = await phone.send('/auth/email/verify', { token }, bearer)
    expect(refusal(reply)).to.deep.equal(problem(403, 'not_first_party'))
  })
})

describe('where addresses must be proven first', () => {
  it('an account waits, and nobody learns whether there was one already (LG-03, RG-03)', async () => {
    const { app } = await stage({ worker: true })
    const phone = await nativeApp(app)
    const ann = await person(app)
    await changeSetting(app, bySystem, 'registration.require_verified_email', true)
    const bob = { email: 'bob@example.com', password: typed }

    for (const email of [bob.email, ann.email]) {
      const named = await phone.send('/auth/register', { ...bob, email, username: 'bob' })
      expect(refusal(named)).to.deep.equal(problem(422, 'fields_refused'))
    }
    const made = await phone.send('/auth/register', bob)
    const taken = await phone.send('/auth/register', { ...bob, email: ann.email })

    expect([made.status, made.text]).to.deep.equal([201, '{"status":"pending"}'])
    expect([taken.status, taken.text]).to.deep.equal([made.status, made.text])
    expect([...taken.headers.keys()]).to.deep.equal([...made.headers.keys()])
    expect(await app.db('sessions')).to.deep.equal([])
    expect(refusal(await phone.login(bob))).to.deep.equal(problem(403, 'email_unverified'))
    const guess = await phone.login({ ...bob, password: 'not the password at all' })
    expect(refusal(guess)).to.deep.equal(problem(401, 'wrong_credentials'))

    const token = tokenIn(linkIn(await mailTo(app, bob.email, 'verify-email')))
    expect((await phone.send('/auth/email/verify', { token, password: typed })).status).to.equal(204)
    expect((await phone.login(bob)).status).to.equal(200)
    await mailTo(app, ann.email, 'already-registered')
    expect((await phone.login(ann)).status).to.equal(200)
  })
})
