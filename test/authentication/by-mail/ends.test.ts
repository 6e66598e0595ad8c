import { expect } from 'chai'

import { setUserStatus } from '../../../src/features/accounts/index.ts'
import { completeReset } from '../../../src/features/authentication/index.ts'
import { setPassword } from '../../../src/features/credentials/index.ts'
import { createLink } from '../../../src/features/links/index.ts'
import { endSessionsOfUser } from '../../../src/features/sessions/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { keepSecret } from '../../support/canary.ts'
import { mailTo } from '../../support/mailbox.ts'
import { type Person, person } from '../../support/people.ts'
import { mergeInto } from '../../merging/support.ts'
import { signedIn } from '../../support/my-api.ts'
import { asNative } from '../native/app.ts'
import { asks, codeIn, letterTo, type Offered, opens, sharedOffer, signInsOf, types } from './support.ts'

const fresh = 'a very quiet harbour at dawn'
keepSecret(fresh)

/** Ends what was mailed, each in its own way. */
const ends: Record<string, (offered: Offered, ann: Person) => Promise<unknown>> = {
  'a password reset': async ({ app }, { id, email }) => {
    const link = { purpose: 'reset-password', userId: id, address: email } as const
    const { token } = await transaction(app.db, (tx) => createLink(tx, app.clock.now(), link))
    keepSecret(token)
    await completeReset(app, bySystem, { token, password: fresh })
  },
  'a new password': ({ app }, { id }) =>
    transaction(app.db, (tx) => setPassword(app, tx, bySystem, id, fresh)),
  'another address': ({ app }, { id, email }) =>
    app
      .db('users')
      .where({ id })
      .update({ email: `new-${email}` }),
  'signing out everywhere': async ({ app, client }, ann) => {
    const phone = asNative(app.config, client)
    const { access_token: token } = await phone.signedIn(ann)
    expect((await phone.as(token, '/auth/logout-all')).status).to.equal(204)
  },
  'the end of all sessions': ({ app }, { id }) =>
    transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, id, 'ended_by_administrator')),
  'turning the account off': ({ app }, { id }) => setUserStatus(app, bySystem, id, 'disabled', 'test'),
  'turning it off and on again': async ({ app }, { id }) => {
    await setUserStatus(app, bySystem, id, 'disabled', 'test')
    await setUserStatus(app, bySystem, id, 'active', 'test')
  },
  'locking the account': ({ app }, { id }) => setUserStatus(app, bySystem, id, 'locked', 'test'),
  'deleting the account': ({ app }, { id }) => setUserStatus(app, bySystem, id, 'deleted', 'test'),
}

describe('what was mailed to sign in by ends with', () => {
  const shared = sharedOffer()

  for (const [what, end] of Object.entries(ends)) {
    it(what, async () => {
      const { app } = shared()
      const ann = await person(app)
      const waiting = await asks(shared(), ann.email)
      const mail = await letterTo(app, ann)
      await end(shared(), ann)
      const before = await signInsOf(app, ann.id)
      expect((await types(waiting, codeIn(mail))).status).to.equal(401)
      expect((await opens(waiting, mail)).status).to.equal(403)
      expect(await signInsOf(app, ann.id)).to.deep.equal(before)
    })
  }

  it('merging the account, whichever of the two it is', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const [one, other] = [await asks(shared(), ann.email), await asks(shared(), bob.email)]
    const [toAnn, toBob] = [await letterTo(app, ann), await letterTo(app, bob)]
    await mergeInto(ann, bob)
    expect((await types(one, codeIn(toAnn))).status).to.equal(401)
    expect((await types(other, codeIn(toBob))).status).to.equal(401)
    expect((await opens(one, toAnn)).status).to.equal(403)
    expect((await opens(other, toBob)).status).to.equal(403)
  })

  it('the person, of whom nothing stays', async () => {
    const { app } = shared()
    const ann = await person(app)
    const waiting = await asks(shared(), ann.email)
    await letterTo(app, ann)
    await types(waiting, '12345678')
    await setUserStatus(app, bySystem, ann.id, 'deleted', 'test')
    const erased = { type: 'auth.user.erased', subject: ann.id }
    for (let wait = 0; wait < 100 && (await app.db('outbox_events').where(erased)).length === 0; wait++)
      await new Promise((done) => setTimeout(done, 50))
    for (const table of ['sign_in_mails', 'sign_in_code_tries'])
      expect(await app.db(table).where({ person_id: ann.id }), table).to.deep.equal([])
    expect((await types(waiting, '12345678')).status).to.equal(401)
  })

  it('and a sign-in that it began ends with all others of the person', async () => {
    const { app, client } = shared()
    const ann = await person(app)
    const waiting = await asks(shared(), ann.email)
    const landing = await types(waiting, codeIn(await letterTo(app, ann)))
    await transaction(app.db, (tx) => setPassword(app, tx, bySystem, ann.id, fresh))
    await transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, ann.id, 'password_changed'))
    const redeemed = await client.finish(waiting.begun, landing.url).then(
      () => 'signed in',
      () => 'refused',
    )
    expect(redeemed).to.equal('refused')
    await mailTo(app, ann.email, 'password-changed')
  })
})
