import { expect } from 'chai'

import { person } from '../support/people.ts'
import { stage } from '../support/stage.ts'
import { arriveAt, plainText, shownClaim } from './support.ts'

describe('the demo partner, somebody else’s application', () => {
  it('asks the person first, and not again after they agreed', async () => {
    const { app, issuer } = await stage()
    const ann = await person(app)
    const { browser, landing } = await arriveAt(issuer, 'partner', ann)
    expect(landing.url).to.match(/\/consent$/)

    const allowed = await browser.submit({ decision: 'approve' })
    const again = await browser.go(`${issuer}/demo/sign-in/partner`)

    expect(shownClaim(allowed.html, 'id-token', 'sub')).to.equal(ann.id)
    expect(again.url).to.equal(`${issuer}/demo`)
    expect(again.html).to.include('Signed in to').and.include('Demo partner')
  })

  it('receives nothing when the person declines, and says so', async () => {
    const { app, issuer } = await stage()
    const { browser } = await arriveAt(issuer, 'partner', await person(app))

    const declined = await browser.submit({ decision: 'decline' })

    expect(declined.status).to.equal(400)
    expect(plainText(declined.html)).to.include('You did not allow the app').and.include('access_denied')
    expect((await browser.go(`${issuer}/demo`)).html).to.include('/demo/sign-in/partner')
  })
})
