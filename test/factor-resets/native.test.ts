import { expect } from 'chai'

import { enrolled } from '../factors/support.ts'
import { nativeApp, tokensOf } from '../authentication/native/app.ts'
import { person } from '../support/people.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { stage } from '../support/stage.ts'
import { hours, resetsOf } from './support.ts'

const problem = ({ body }: { body: Record<string, unknown> }): string =>
  String(body.type).replace('urn:gatehouse:problem:', '')

describe('lost second factors in an application of our own', () => {
  it('(PW-06) are asked to be removed, waited for, and removed in a later sign-in', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const app = await nativeApp(opened.app)
    const token = async () => (await app.login(ann)).body.mfa_token
    const first = await token()

    const asked = await app.send('/auth/mfa/lost', { mfa_token: first })
    const again = await app.send('/auth/mfa/lost', { mfa_token: await token() })
    const early = await app.send('/auth/mfa/lost', { mfa_token: await token(), remove: true })

    expect([asked.status, again.status, early.status]).to.deep.equal([202, 202, 409])
    expect(again.body).to.deep.equal(asked.body)
    expect(problem(early)).to.equal('factor_reset_not_ready')
    const wait = new Date(String(asked.body.ready_at)).getTime() - opened.clock.now().getTime()
    expect(wait / 3_600_000).to.be.within(71.9, 72)

    opened.clock.advance(hours(73))
    const done = await app.send('/auth/mfa/lost', { mfa_token: await token(), remove: true })
    expect(done.status, done.text).to.equal(200)
    expect(tokensOf(done)).to.include.keys('access_token', 'device_token')
    expect((await app.login(ann)).status).to.equal(200)
  })

  it('lead on to setting one up where everybody needs one', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    await changeSetting(opened.app, bySystem, 'mfa.policy', 'required')
    const app = await nativeApp(opened.app)
    const lost = async (more = {}) => {
      const { mfa_token } = (await app.login(ann)).body
      return app.send('/auth/mfa/lost', { mfa_token, ...more })
    }
    await lost()
    opened.clock.advance(hours(73))
    const done = await lost({ remove: true })
    expect([done.status, problem(done)]).to.deep.equal([401, 'mfa_enrolment_required'])
  })

  it('are refused to who has no sign-in under way, another application, and an old value', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const [app, other] = [await nativeApp(opened.app), await nativeApp(opened.app)]
    const { mfa_token: token } = (await app.login(ann)).body
    const bob = await person(opened.app)
    await app.signedIn(bob)

    const refusals = [
      await app.send('/auth/mfa/lost', { mfa_token: 'x' }),
      await other.send('/auth/mfa/lost', { mfa_token: token }),
    ]
    opened.clock.advance(hours(2))
    refusals.push(await app.send('/auth/mfa/lost', { mfa_token: token }))

    expect(refusals.map(({ status }) => status)).to.deep.equal([401, 401, 401])
    expect(new Set(refusals.map(problem))).to.deep.equal(new Set(['mfa_token_invalid']))
    expect(await resetsOf(opened, ann)).to.deep.equal([])
  })

  it('are asked about five times a day in one person’s name, however often that is called off', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const app = await nativeApp(opened.app)
    const statuses: number[] = []
    for (let times = 0; times < 6; times++) {
      const { mfa_token } = (await app.login(ann)).body
      statuses.push((await app.send('/auth/mfa/lost', { mfa_token })).status)
      await ann.call('DELETE', '/users/me/factors/reset')
    }
    expect(statuses).to.deep.equal([202, 202, 202, 202, 202, 429])
  })
})
