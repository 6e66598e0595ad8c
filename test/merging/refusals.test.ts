import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import {
  type Identity,
  linkIdentity,
  setUserStatus,
  unlinkIdentity,
} from '../../src/features/accounts/index.ts'
import { offerMerge } from '../../src/features/merging/index.ts'
import { endSessionsOfUser, findSession } from '../../src/features/sessions/index.ts'
import { assignRole } from '../../src/features/authorization/index.ts'
import { setPassword } from '../../src/features/credentials/index.ts'
import { type By, bySystem } from '../../src/platform/app.ts'
import { newId, randomMark } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { asNative } from '../authentication/native/app.ts'
import { type Answer, problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { eventsOf, mergeInto, offer, undo, userRow } from './support.ts'

const said = (answer: Answer): [number, string] => [answer.status, problemOf(answer)]
const confirm = (me: Awaited<ReturnType<typeof signedIn>>, id: unknown): Promise<Answer> =>
  me.call('POST', `/users/me/merges/${String(id)}/confirm`)

/** An identity at a provider that opens an account. */
async function elsewhere(app: Gatehouse, userId: string): Promise<Identity> {
  const at = app.clock.now()
  const provider = { id: newId(at), slug: 'elsewhere', name: 'Elsewhere' }
  const link = { userId, issuer: 'https://elsewhere.example', subject: randomMark(), provider, label: 'ann' }
  const identity = await transaction(app.db, (tx) =>
    linkIdentity(tx, at, bySystem, { ...link, because: 'both_proven' }),
  )
  if (!identity) throw new Error('the identity was not linked')
  return identity
}

describe('an offer to merge', () => {
  const shared = sharedStage()

  it('wants the other account’s password; nobody, a wrong one and a locked account get one answer', async () => {
    const { app } = shared()
    const [ann, bob, locked] = [await signedIn(shared()), await person(app), await person(app)]
    await setUserStatus(app, bySystem, locked.id, 'locked', 'test')
    const answers = [
      await offer(ann, { email: bob.email, password: 'not the password' }),
      await offer(ann, { email: 'nobody@example.com', password: 'not the password' }),
      await offer(ann, locked),
    ]
    for (const answer of answers) expect(said(answer)).to.deep.equal([403, 'merge_not_proven'])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).to.equal(1)
    const events = await app
      .db('login_events')
      .select('reason')
      .where({ user_id: bob.id, outcome: 'failure' })
    expect(events, 'whose account it is sees it').to.deep.equal([{ reason: 'merge' }])
  })

  it('is refused for oneself, and for accounts that are not in use', async () => {
    const { app } = shared()
    const [ann, off, pending, gone] = [
      await signedIn(shared()),
      await person(app),
      await person(app),
      await person(app),
    ]
    expect(said(await offer(ann, ann))).to.deep.equal([409, 'merge_same_account'])
    await setUserStatus(app, bySystem, off.id, 'disabled', 'test')
    await app.db('users').where({ id: pending.id }).update({ status: 'pending' })
    await setUserStatus(app, bySystem, gone.id, 'deleted', 'test')
    for (const other of [off, pending])
      expect(said(await offer(ann, other))).to.deep.equal([409, 'merge_account_not_active'])
    expect(said(await offer(ann, gone))).to.deep.equal([403, 'merge_not_proven'])
  })

  it('is refused where the other account holds a role, and confirmed never when it has got one since', async () => {
    const { app } = shared()
    const [ann, admin, bob] = [
      await signedIn(shared()),
      await person(app, { role: 'root_admin' }),
      await person(app),
    ]
    expect(said(await offer(ann, admin))).to.deep.equal([409, 'merge_role_held'])
    const { body } = await offer(ann, bob)
    const principal = { type: 'user', id: bob.id } as const
    await transaction(app.db, (tx) => assignRole(app, tx, bySystem, { principal, role: 'admin' }))
    expect(said(await confirm(ann, body.id))).to.deep.equal([409, 'merge_role_held'])
    expect(await userRow(app, bob.id)).to.include({ status: 'active' })
  })

  it('is good in the session it was made in alone', async () => {
    const { app } = shared()
    const [ann, bob, eve] = [await signedIn(shared()), await person(app), await signedIn(shared())]
    const elsewhere = await signedIn(shared(), { as: ann })
    const { body } = await offer(ann, bob)
    for (const other of [elsewhere, eve])
      expect(said(await confirm(other, body.id))).to.deep.equal([404, 'merge_not_found'])
    expect(said(await confirm(ann, crypto.randomUUID()))).to.deep.equal([404, 'merge_not_found'])
    expect((await confirm(ann, body.id)).status).to.equal(200)
    expect(said(await undo(eve, String(body.id)))).to.deep.equal([404, 'merge_not_found'])
  })

  it('is good for fifteen minutes', async () => {
    const { app, clock } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const { body } = await offer(ann, bob)
    const left = new Date(String(body.expires_at)).getTime() - clock.now().getTime()
    expect(left / 60_000).to.be.closeTo(15, 0.1)
    await app
      .db('account_merges')
      .where({ id: String(body.id) })
      .update({ expires_at: clock.now() })
    expect(said(await confirm(ann, body.id))).to.deep.equal([409, 'merge_offer_expired'])
    expect(await userRow(app, bob.id)).to.include({ status: 'active' })
  })

  it('ends when the password that proved the other account is changed', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const { body } = await offer(ann, bob)
    await transaction(app.db, (tx) => setPassword(app, tx, bySystem, bob.id, `${bob.password} anew`))
    expect(said(await confirm(ann, body.id))).to.deep.equal([409, 'merge_offer_expired'])
  })

  it('is not for other people’s applications', async () => {
    const partner = await relyingParty(shared().app, { firstParty: false })
    const ann = await signedIn(shared(), { client: partner })
    expect(said(await offer(ann, ann))).to.deep.equal([403, 'not_allowed'])
  })

  it('counts once, however often it is confirmed at the same moment, and is not good again', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const { body } = await offer(ann, bob)
    const answers = await Promise.all(Array.from({ length: 6 }, () => confirm(ann, body.id)))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409, 409, 409, 409, 409])
    expect(said(await confirm(ann, body.id))).to.deep.equal([409, 'merge_done'])
    expect(await eventsOf(app, 'auth.user.merged', ann.id)).to.have.lengthOf(1)
  })

  it('has one winner where two accounts are merged into each other at the same moment', async () => {
    const { app } = shared()
    const [ann, bob, eve] = [await signedIn(shared()), await signedIn(shared()), await signedIn(shared())]
    const [one, other, third] = [await offer(ann, bob), await offer(bob, ann), await offer(eve, bob)]
    const answers = await Promise.all([
      confirm(ann, one.body.id),
      confirm(bob, other.body.id),
      confirm(eve, third.body.id),
    ])
    const won = answers.filter(({ status }) => status === 200).length
    expect(won).to.be.within(1, 2) // bob into ann, or into eve; or ann into bob, and then bob into eve
    expect(answers.filter(({ status }) => status >= 500)).to.be.empty
    const states = await Promise.all([ann, bob, eve].map(async ({ id }) => (await userRow(app, id)).status))
    expect(states.filter((status) => status === 'disabled')).to.have.lengthOf(won)
    const subjects = await app
      .db('subjects as s')
      .join('users as u', 'u.id', 's.user_id')
      .select<{ status: string }[]>('u.status')
      .whereIn('s.subject', [ann.id, bob.id, eve.id])
    expect(
      subjects.map(({ status }) => status),
      'each stands for somebody in use',
    ).to.deep.equal(Array(3).fill('active'))
  })

  it('may be made where a provider upstream has proven the other account', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const sid = String((await ann.call('GET', '/users/me')).body.session_id)
    const uid = (await findSession(app.db, sid))?.uid ?? ''
    const by = { actor: { type: 'user', id: ann.id }, origin: null } as const
    const identity = await elsewhere(app, bob.id)
    const proven = { mergedUserId: bob.id, proof: 'identity', identityId: identity.id } as const
    const { id } = await offerMerge(app, by, { userId: ann.id, session: { uid } }, proven)
    expect((await confirm(ann, id)).status).to.equal(200)
  })

  it('is not confirmed when that identity opens the other account no more', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const sid = String((await ann.call('GET', '/users/me')).body.session_id)
    const by = { actor: { type: 'user', id: ann.id }, origin: null } as const
    const identity = await elsewhere(app, bob.id)
    const proven = { mergedUserId: bob.id, proof: 'identity', identityId: identity.id } as const
    const { id } = await offerMerge(app, by, { userId: ann.id, session: { sid } }, proven)
    await transaction(app.db, (tx) =>
      unlinkIdentity(tx, app.clock.now(), by, { identity, provider: { slug: null, name: 'Elsewhere' } }),
    )

    expect(said(await confirm(ann, id))).to.deep.equal([409, 'merge_offer_expired'])
  })

  it('is not confirmed when the other account was signed out everywhere since', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const offered = await offer(ann, bob)
    const owner: By = { actor: { type: 'user', id: bob.id }, origin: null }
    await transaction(app.db, (tx) => endSessionsOfUser(app, tx, owner, bob.id, 'ended_by_owner'))

    expect(said(await confirm(ann, String(offered.body.id)))).to.deep.equal([409, 'merge_offer_expired'])
  })
})

describe('guessing at the other account', () => {
  it('is no cheaper than at a sign-in: what is counted here is counted there, and the other way round', async () => {
    const opened = await stage()
    const { app } = opened
    const [ann, bob] = [await signedIn(opened), await person(app)]
    const client = asNative(app.config, await relyingParty(app))
    let refused: Answer | undefined
    for (let attempt = 0; attempt < 20 && refused?.status !== 429; attempt++)
      refused = await offer(ann, { email: bob.email, password: `guess ${attempt}` })
    expect(refused && said(refused)).to.deep.equal([429, 'too_many_attempts'])
    expect(said(await offer(ann, bob)), 'nor the right one').to.deep.equal([429, 'too_many_attempts'])
    const { email, password } = bob
    expect((await client.login({ email, password })).status, 'at the sign-in').to.equal(429)
    expect(await mergeInto(ann, await person(app)), 'others are free').to.be.a('string')
  })
})
