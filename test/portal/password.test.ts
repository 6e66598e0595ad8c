import { expect } from 'chai'

import { sharedStage } from '../support/shared-stage.ts'
import { atLogin, visitor } from './support.ts'

describe('the password page', () => {
  const shared = sharedStage()
  const next = 'another lamp of granite songs'

  it('changes the password: this browser stays signed in, the others do not', async () => {
    const ann = await visitor(shared(), { path: '/account/password' })
    const phone = await visitor(shared(), { as: ann })
    await ann.go('/account/password')

    const done = await ann.browser.submit({ current_password: ann.password, password: next })

    expect(done.html).to.include('Your password was changed')
    expect((await ann.go('/account')).status).to.equal(200)
    expect(atLogin(await phone.go('/account'))).to.equal(true)
    const again = await visitor(shared(), { as: { ...ann, password: next } })
    expect((await again.go('/account')).status).to.equal(200)
  })

  it('PW-08: says beside the field what is wrong, and changes nothing', async () => {
    const ann = await visitor(shared(), { path: '/account/password' })
    const cases: [current: string, wanted: string, field: string, text: string][] = [
      ['not the password', next, 'current_password', 'This is not your current password'],
      ['', next, 'current_password', 'This is not your current password'],
      [ann.password, 'short', 'password', 'Use at least 12 characters'],
      [ann.password, ann.password, 'password', 'You have used this password before'],
    ]
    for (const [current, wanted, field, text] of cases) {
      await ann.go('/account/password')
      const reply = await ann.browser.submit({ current_password: current, password: wanted })
      expect(reply.status, text).to.equal(422)
      expect(reply.html).to.include(`id="${field}-problem"`).and.to.include(text)
      expect(reply.html, 'what was typed').not.to.include(next)
    }
    await visitor(shared(), { as: ann })
  })
})
