import { expect } from 'chai'

import { forgetFactorResetsOf } from '../../src/features/factor-resets/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { enrolled } from '../factors/support.ts'
import { mailsTo } from '../support/mailbox.ts'
import { problemOf, signedIn } from '../support/my-api.ts'
import { operator, told } from '../administration/support.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { atLoss, resetsOf } from './support.ts'

describe('the owner of an account whose second factors are to be removed', () => {
  const shared = sharedStage()

  it('sees it by API in any session, and calls it off once', async () => {
    const ann = await enrolled(shared())
    expect(problemOf(await ann.call('GET', '/users/me/factors/reset'))).to.equal('factor_reset_not_found')
    await (await atLoss(shared(), ann)).act('ask')

    const shown = await ann.call('GET', '/users/me/factors/reset')
    expect([shown.status, Object.keys(shown.body).sort()]).to.deep.equal([
      200,
      ['browser', 'place', 'ready_at', 'requested_at'],
    ])
    const calls = await Promise.all([1, 2, 3].map(() => ann.call('DELETE', '/users/me/factors/reset')))

    expect(calls.map(({ status }) => status).sort()).to.deep.equal([204, 404, 404])
    expect((await resetsOf(shared(), ann))[0]?.cancelled_because).to.equal('by_owner')
    const letters = (await mailsTo(shared().app, ann.email)).map(({ letter }) => letter)
    expect(letters.filter((letter) => letter === 'factor-reset-cancelled')).to.have.lengthOf(1)
  })

  it('does not call off another person’s', async () => {
    const [ann, bob] = [await enrolled(shared()), await signedIn(shared())]
    await (await atLoss(shared(), ann)).act('ask')
    expect((await bob.call('DELETE', '/users/me/factors/reset')).status).to.equal(404)
    expect((await resetsOf(shared(), ann))[0]?.cancelled_because).to.equal(null)
  })

  it('is told on the first page of the account, and calls it off there', async () => {
    const ann = await enrolled(shared())
    await (await atLoss(shared(), ann)).act('ask')
    const { issuer } = shared()
    const page = await ann.browser.go(`${issuer}/account`)
    expect(page.html).to.include('said that all your second factors are lost')
    const form = ann.browser.forms().findIndex(({ action }) => action.endsWith('/reset/cancel'))

    const forged = await ann.browser.submit({ csrf: 'x' }, { form })
    expect(forged.status).to.equal(403)
    await ann.browser.go(`${issuer}/account`)
    const done = await ann.browser.submit({}, { form })

    expect(done.html).to.include('It was stopped').and.not.to.include('/reset/cancel')
    expect((await resetsOf(shared(), ann))[0]?.cancelled_because).to.equal('by_owner')
  })

  it('sees it among what happened in the account', async () => {
    const opened = await stage({ worker: true })
    const ann = await enrolled(opened)
    await (await atLoss(opened, ann)).act('ask')
    let html = ''
    for (let tries = 0; tries < 60 && !html.includes('Removing all second steps'); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      html = (await ann.browser.go(`${opened.issuer}/account/events`)).html
    }
    expect(html).to.include('Removing all second steps was asked for')
  })

  it('merges another account: what was asked for of either comes to nothing', async () => {
    const [ann, bob] = [await signedIn(shared()), await enrolled(shared())]
    await (await atLoss(shared(), bob)).act('ask')
    const admin = await operator(shared().app, 'admin')
    const asked = { merged_user_id: bob.id, reason: 'one person' }
    await told(await admin.call('POST', `/admin/users/${ann.id}/merge`, asked))
    expect((await resetsOf(shared(), bob))[0]?.cancelled_because).to.equal('merged')
  })

  it('leaves nothing of it behind when the account is erased', async () => {
    const { app } = shared()
    const ann = await enrolled(shared())
    await (await atLoss(shared(), ann)).act('ask')
    await transaction(app.db, (tx) => forgetFactorResetsOf(tx, ann.id))
    expect(await resetsOf(shared(), ann)).to.deep.equal([])
  })
})
