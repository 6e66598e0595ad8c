import { expect } from 'chai'

import { enrolled } from '../factors/support.ts'
import { atLoss, recorded, resetsOf } from '../factor-resets/support.ts'
import { openAuthenticator } from '../support/authenticator.ts'
import { mailTo } from '../support/mailbox.ts'
import { register } from '../passkeys/support.ts'
import { signedIn } from '../support/my-api.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { operator, problem, told } from './support.ts'

const because = encodeURIComponent('she came by with her passport')

describe('removing somebody’s second factors as an administrator', () => {
  const shared = sharedStage()

  const remove = (by: { call(method: string, path: string): Promise<Response> }, id: string, query = '') =>
    by.call('DELETE', `/admin/users/${id}/factors${query}`)

  it('(PW-06, MF-06) takes all of them with a reason, ends sessions, is recorded, and told by letter', async () => {
    const { app } = shared()
    const ann = await enrolled(shared())
    await (await atLoss(shared(), ann)).act('ask')
    await app
      .db('devices')
      .where({ user_id: ann.id })
      .update({ remembered_until: new Date('2040-01-01') })
    const admin = await operator(app, 'admin')

    const reply = await remove(admin, ann.id, `?reason=${because}`)

    expect([reply.status, await told(reply)]).to.deep.equal([200, { passkeys_left: false }])
    for (const table of ['factors', 'recovery_codes'])
      expect(await app.db(table).where({ user_id: ann.id }), table).to.deep.equal([])
    const remembered = await app.db('devices').where({ user_id: ann.id }).whereNotNull('remembered_until')
    expect(remembered).to.deep.equal([])
    expect((await ann.call('GET', '/users/me')).status).to.equal(401)
    expect((await resetsOf(shared(), ann))[0]?.cancelled_because).to.equal('reset')
    expect(await recorded(shared(), ann, 'factors.reset')).to.deep.equal([
      { action: 'factors.reset', reason: 'she came by with her passport' },
    ])
    await mailTo(app, ann.email, 'factors-reset')
    const events = await app.db('outbox_events').where({ subject: ann.id, type: 'auth.factors.reset' })
    expect(events).to.have.lengthOf(1)
    expect((await ann.client.signIn(ann)).tokens.claims()).to.include({ acr: 'urn:gatehouse:acr:password' })
  })

  it('leaves passkeys that open the account by themselves, and says so; security keys go', async () => {
    const { app, issuer } = shared()
    const [phone, key] = [openAuthenticator({ origin: issuer }), openAuthenticator({ origin: issuer })]
    const bob = await signedIn(shared())
    await register(bob, phone)
    const added = await register(bob, key)
    await app
      .db('passkeys')
      .where({ id: String(added.body.id) })
      .update({ purpose: 'security-key' })
    const admin = await operator(app, 'admin')

    const reply = await remove(admin, bob.id, `?reason=${because}`)

    expect(await told(reply)).to.deep.equal({ passkeys_left: true })
    expect(await app.db('passkeys').where({ user_id: bob.id }).pluck<string[]>('purpose')).not.to.include(
      'security-key',
    )
  })

  it('wants a reason that somebody can read later', async () => {
    const ann = await enrolled(shared())
    const admin = await operator(shared().app, 'admin')
    for (const query of ['', '?reason=', '?reason=%20', `?reason=${'x'.repeat(501)}`])
      expect((await remove(admin, ann.id, query)).status, query).to.equal(400)
    expect(await shared().app.db('factors').where({ user_id: ann.id })).to.have.lengthOf(1)
  })

  it('is refused to who has no right to it, and over somebody who may do more', async () => {
    const { app } = shared()
    const ann = await enrolled(shared())
    const [user, admin, root] = [
      await operator(app),
      await operator(app, 'admin'),
      await operator(app, 'root_admin'),
    ]

    expect((await remove(user, ann.id, `?reason=${because}`)).status).to.equal(403)
    const above = await remove(admin, root.id, `?reason=${because}`)

    expect([above.status, (await told(above)).type]).to.deep.equal([403, problem('role_beyond_own')])
    const nobody = await remove(root, '019a0000-0000-7000-8000-000000000000', `?reason=${because}`)
    expect([nobody.status, (await told(nobody)).type]).to.deep.equal([404, problem('user_not_found')])
    expect(await app.db('factors').where({ user_id: ann.id })).to.have.lengthOf(1)
  })
})
