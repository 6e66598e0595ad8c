import { expect } from 'chai'

import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { heading, visitor } from './support.ts'

/** What stands in a field. */
const valueOf = (html: string, name: string): string | undefined =>
  new RegExp(`name="${name}" type="[a-z]+" value="([^"]*)"`).exec(html)?.[1]

describe('the profile page', () => {
  const shared = sharedStage()

  it('saves what is filled in, clears what is emptied, and keeps what it does not show', async () => {
    const { app } = shared()
    const ann = await visitor(shared(), { path: '/account/profile' })
    await app.db('profiles').insert({
      user_id: ann.id,
      middle_name: 'Maria',
      nickname: 'Annie',
      address: JSON.stringify({ formatted: 'all of it', region: 'ZH' }),
      updated_at: app.clock.now(),
    })
    await ann.go('/account/profile')

    const saved = await ann.browser.submit({
      name: 'Ann Weaver',
      username: ann.username,
      given_name: 'Ann',
      birthdate: '1990-12-31',
      zoneinfo: 'Europe/Zurich',
      street_address: 'Limmatquai 1\r\n2. Stock',
      country: 'CH',
    })

    expect([saved.status, heading(saved)]).to.deep.equal([200, 'Profile'])
    expect(saved.html).to.include('Your profile was saved.')
    expect(valueOf(saved.html, 'given_name')).to.equal('Ann')
    const row = await app
      .db('profiles')
      .select<Record<string, unknown>[]>('given_name', 'middle_name', 'nickname', 'zoneinfo', 'address')
      .where({ user_id: ann.id })
      .first()
    expect(row).to.deep.equal({
      given_name: 'Ann',
      middle_name: 'Maria',
      nickname: null,
      zoneinfo: 'Europe/Zurich',
      address: { formatted: 'all of it', street_address: 'Limmatquai 1\n2. Stock', country: 'CH' },
    })
  })

  it('says beside each field what is wrong, and keeps what was typed', async () => {
    const { app } = shared()
    const other = await person(app)
    const ann = await visitor(shared(), { path: '/account/profile' })
    await ann.go('/account/profile')

    const wrong = await ann.browser.submit({
      name: 'a'.repeat(201),
      birthdate: '31.12.1990',
      phone_number: '0800 CALL ME',
      picture: 'javascript:alert(1)',
      zoneinfo: 'Mars/Olympus',
    })
    expect(wrong.status).to.equal(422)
    for (const field of ['name', 'birthdate', 'phone_number', 'picture', 'zoneinfo'])
      expect(wrong.html, field).to.include(`id="${field}-problem"`)
    expect(valueOf(wrong.html, 'birthdate')).to.equal('31.12.1990')

    const taken = await ann.browser.submit({ username: other.username })
    expect(taken.html).to.include('id="username-problem"').and.to.include('This username is taken')
  })
})
