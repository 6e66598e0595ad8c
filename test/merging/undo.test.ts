import { expect } from 'chai'

import { jobs as mergingJobs, undoByAdministrator } from '../../src/features/merging/index.ts'
import type { Gatehouse } from '../../src/app.ts'
import { setUserStatus } from '../../src/features/accounts/index.ts'
import { jobs } from '../../src/features/portal/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { opens } from '../oidc/tokens/requests.ts'
import { openBrowser } from '../support/browser.ts'
import { linkIn, mailTo } from '../support/mailbox.ts'
import { type Answer, problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { heading } from '../portal/support.ts'
import {
  eventsOf,
  everywhere,
  mergeInto,
  offer,
  refusedRefresh,
  subjectsIn,
  trio,
  undo,
  userRow,
  usual,
} from './support.ts'

const day = 24 * 3600
const said = (answer: Answer): [number, string] => [answer.status, problemOf(answer)]

describe('undoing a merge', () => {
  const shared = sharedStage()

  it('gives back what moved: sessions that live on, subjects, the account itself', async () => {
    const { app, issuer } = shared()
    const { ann, bob, his, hers, both, bobAtHis } = await trio(shared())
    const rows = async () => ({
      subjects: await app
        .db('subjects')
        .select('subject', 'user_id', 'merged_from')
        .whereIn('subject', [ann.id, bob.id])
        .orderBy('subject'),
      kept: await app.db('kept_subjects').select('client_id').whereIn('user_id', [ann.id, bob.id]),
      sessions: await app
        .db('sessions')
        .select('uid', 'user_id')
        .whereIn('user_id', [ann.id, bob.id])
        .orderBy('uid'),
      atClients: await app
        .db('client_sessions')
        .select('sid', 'user_id')
        .whereIn('user_id', [ann.id, bob.id])
        .orderBy('sid'),
    })
    const before = await rows()
    const id = await mergeInto(ann, bob)

    const undone = await undo(ann, id)
    expect(undone.body).to.deep.include({ id, state: 'undone', undoable: false })
    expect(undone.body.merged, 'somebody’s own account again').to.deep.equal({
      ...{ id: bob.id, email: null, username: null, name: null },
    })
    expect(await rows()).to.deep.equal(before)
    expect(await userRow(app, bob.id)).to.include({ status: 'active', delete_at: null })
    const refreshed = await his.refresh(bobAtHis.refresh_token ?? '')
    expect(await subjectsIn(issuer, his, refreshed)).to.deep.equal(everywhere(bob.id))
    expect((await both.signIn(bob)).tokens.claims()?.sub).to.equal(bob.id)
    expect((await hers.signIn(ann)).tokens.claims()?.sub).to.equal(ann.id)
    expect(await eventsOf(app, 'auth.user.merge_undone', ann.id)).to.deep.equal([
      { mergeId: id, survivingUserId: ann.id, mergedUserId: bob.id },
    ])
    await mailTo(app, ann.email, 'merge-undone')
    await mailTo(app, bob.email, 'merge-undone')
  })

  it('leaves what was gained since, but for what goes by the other’s subject', async () => {
    const { app, issuer } = shared()
    const { ann, bob, his, bobAtHis } = await trio(shared())
    const id = await mergeInto(ann, bob)
    const annAtHis = await his.signIn(ann, { parameters: usual })
    const newer = await relyingParty(app)
    const annAtNewer = await newer.signIn(ann, { parameters: usual })

    await undo(ann, id)
    expect(await refusedRefresh(his, annAtHis.tokens), 'it was bob there').to.equal('invalid_grant')
    expect(await opens(issuer, annAtHis.tokens.access_token)).to.equal(false)
    const refreshed = await newer.refresh(annAtNewer.tokens.refresh_token ?? '')
    expect(await subjectsIn(issuer, newer, refreshed)).to.deep.equal(everywhere(ann.id))
    expect(await opens(issuer, bobAtHis.access_token)).to.equal(true)
    expect((await his.signIn(ann)).tokens.claims()?.sub).to.equal(ann.id)
  })

  it('ends what a moved session has reached since: there it was the other person', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const his = await relyingParty(app)
    const { browser } = await his.signIn(bob)
    const id = await mergeInto(ann, bob)
    const elsewhere = await relyingParty(app)
    const begun = await elsewhere.begin(usual)
    const landing = await browser.go(begun.url, { until: (url) => url.startsWith(elsewhere.redirectUri) })
    const tokens = await elsewhere.finish(begun, landing.url)

    await undo(ann, id)
    expect(await refusedRefresh(elsewhere, tokens)).to.equal('invalid_grant')
    const again = await elsewhere.begin({ prompt: 'none' })
    const back = await browser.go(again.url, { until: (url) => url.startsWith(elsewhere.redirectUri) })
    expect((await elsewhere.finish(again, back.url)).claims()?.sub, 'as bob again').to.equal(bob.id)
  })

  it('counts once of several at the same moment', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const id = await mergeInto(ann, bob)
    const answers = await Promise.all(Array.from({ length: 5 }, () => undo(ann, id)))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409, 409, 409, 409])
    expect(said(await undo(ann, id))).to.deep.equal([409, 'merge_undone'])
    expect(await eventsOf(app, 'auth.user.merge_undone', ann.id)).to.have.lengthOf(1)
    expect(await mergeInto(ann, bob), 'and they may be merged again').to.be.a('string')
  })

  it('is refused when the merged account was deleted; and what holds one is not merged further', async () => {
    const { app } = shared()
    const [ann, bob, eve] = [await signedIn(shared()), await person(app), await signedIn(shared())]
    const id = await mergeInto(ann, bob)
    await setUserStatus(app, bySystem, bob.id, 'deleted', 'test')
    expect(said(await undo(ann, id))).to.deep.equal([409, 'merge_undo_impossible'])
    const carl = await person(app)
    const second = await mergeInto(ann, carl)
    expect(said(await offer(eve, ann))).to.deep.equal([409, 'merge_undoable_held'])
    const root = await signedIn(shared(), { as: await person(app, { role: 'root_admin' }) })
    const body = { merged_user_id: ann.id, reason: 'test' }
    const byRoot = await root.call('POST', `/admin/users/${eve.id}/merge`, body)
    expect(said(byRoot)).to.deep.equal([409, 'merge_undoable_held'])
    expect((await undo(ann, second)).status, 'which would have been lost').to.equal(200)
  })

  it('is open to whoever reads the mail of the merged account, once, without being signed in', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    await mergeInto(ann, bob)
    const link = linkIn(await mailTo(app, bob.email, 'account-merged-away'))
    const browser = openBrowser()
    expect(heading(await browser.go(link))).to.equal('Separate the accounts again?')
    expect(await userRow(app, bob.id)).to.include({ status: 'disabled' })
    expect(heading(await browser.submit({}))).to.equal('Your account is back')
    expect(await userRow(app, bob.id)).to.include({ status: 'active' })
    expect((await browser.go(link)).status).to.equal(403)
    const signsIn = await offer(await signedIn(shared()), bob)
    expect(said(signsIn), 'by a password that somebody else knew').to.deep.equal([403, 'merge_not_proven'])
  })
})

/** Runs the jobs that end merges and delete accounts, as the worker would. */
async function due(app: Gatehouse): Promise<void> {
  for (const { run } of [...jobs(app), ...mergingJobs(app)]) await run({})
}

async function erased(app: Gatehouse, id: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await userRow(app, id)).email === null) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the account was not erased')
}

describe('the days in which a merge can be undone', () => {
  it('end: then the merged account is erased, and the other one is whole, both its subjects too', async () => {
    const opened = await stage({ worker: true })
    const { app, clock } = opened
    const [ann, bob] = [await signedIn(opened), await person(app, { name: 'Bob Wolfeschlegelstein' })]
    const his = await relyingParty(app)
    await his.signIn(bob)
    const id = await mergeInto(ann, bob)
    clock.advance(14 * day - 60)
    await due(app)
    expect(await userRow(app, bob.id)).to.include({ status: 'disabled', email: bob.email })
    clock.advance(61)
    await due(app)
    await erased(app, bob.id)

    expect(await userRow(app, bob.id)).to.include({
      status: 'deleted',
      status_reason: null,
      email: null,
      name: null,
    })
    const subjects = await app
      .db('subjects')
      .select<{ subject: string }[]>('subject')
      .where({ user_id: ann.id })
    expect(subjects.map(({ subject }) => subject)).to.have.members([ann.id, bob.id])
    expect((await his.signIn(ann)).tokens.claims()?.sub).to.equal(bob.id)
    const [row] = await app
      .db('account_merges')
      .select<{ state: string; moved: unknown }[]>('state', 'moved')
      .where({ id })
    expect(row).to.deep.equal({ state: 'merged', moved: null })
    const late: unknown = await undoByAdministrator(app, bySystem, id, 'test').catch(
      (error: unknown) => error,
    )
    expect(late).to.have.property('code', 'merge_undo_too_late')
    const reasons = await app
      .db('audit_records')
      .select('reason')
      .where({ action: 'user.deleted', target_id: bob.id })
    expect(reasons).to.deep.equal([{ reason: 'merged' }])
  })

  it('end when the account that stays is erased: nothing of the other one is kept longer', async () => {
    const opened = await stage({ worker: true })
    const { app } = opened
    await changeSetting(app, bySystem, 'account.deletion_grace_days', 0)
    const [ann, bob] = [await signedIn(opened), await person(app)]
    const id = await mergeInto(ann, bob)
    expect((await ann.call('DELETE', '/users/me')).status).to.equal(202)
    await erased(app, ann.id)
    const late: unknown = await undoByAdministrator(app, bySystem, id, 'test').catch(
      (error: unknown) => error,
    )
    expect(late).to.have.property('code', 'merge_undo_impossible')
    await due(app)
    await erased(app, bob.id)
  })

  it('may be none: then nothing brings the account back, nor anything that ended with it', async () => {
    const opened = await stage({ worker: true })
    const { app } = opened
    await changeSetting(app, bySystem, 'account.merge_undo_days', 0)
    const { ann, bob, his, both, bobAtBoth, bobAtHis } = await trio(opened)
    const id = await mergeInto(ann, bob)
    expect(said(await undo(ann, id))).to.deep.equal([409, 'merge_undo_too_late'])
    await mailTo(app, bob.email, 'accounts-merged-for-good')

    await due(app)
    await erased(app, bob.id)
    expect(await refusedRefresh(both, bobAtBoth), 'it ended for good').to.equal('invalid_grant')
    expect((await his.refresh(bobAtHis.refresh_token ?? '')).claims()?.sub, 'it is ann’s').to.equal(bob.id)
  })
})
