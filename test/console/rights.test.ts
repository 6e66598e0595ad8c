import { expect } from 'chai'

import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { operator } from './support.ts'

describe('rights, invitations, claims and APIs at the console', () => {
  const shared = sharedStage(async (opened) => ({
    ...opened,
    root: await operator(opened, { role: 'root_admin' }),
  }))

  it('gives somebody one permission, denies another, and takes both back', async () => {
    const { app, root } = shared()
    const ann = await person(app)
    const path = `/console/people/${ann.id}/access`
    const permission = 'users:read:any'
    for (const [effect, said] of [
      ['allow', 'The permission is taken away.'],
      ['deny', 'The denial is lifted.'],
    ] as const) {
      await root.go(`${path}/give`)
      const given = await root.browser.submit({ permission, effect, ends_at: '' }, { form: 1 })
      expect(given.html).to.include('The permission is set.').and.to.include(`take-${effect}`)
      await root.go(`${path}/${encodeURIComponent(permission)}/take-${effect}`)
      const taken = await root.browser.submit({ reason: '' }, { form: 1 })
      expect(taken.html).to.include(said).and.not.to.include(`take-${effect}`)
    }
  })

  it('lists invitations and withdraws one', async () => {
    const { root } = shared()
    await root.go('/console/people/invite')
    await root.browser.submit({ email: 'new@people.example', days: '7' }, { form: 1 })
    const listed = await root.go('/console/invitations?state=open')
    const path = /href="(\/console\/invitations\/[^"]+\/withdraw)"/.exec(listed.html)?.[1] ?? ''
    await root.go(path)
    expect((await root.browser.submit({}, { form: 1 })).html).to.include('The invitation is withdrawn.')
    expect((await root.go('/console/invitations?state=withdrawn')).html).to.include('new@people.example')
  })

  it('adds a claim to tokens, refuses one that has a meaning of its own, and removes it', async () => {
    const { root } = shared()
    const fields = { value: '', tokens: 'access_token', client_id: '', scope: '' }
    await root.go('/console/claims/new')
    const wrong = await root.browser.submit({ ...fields, claim: 'sub', attribute: 'email' }, { form: 1 })
    expect([wrong.status, wrong.html.includes('cannot be set')]).to.deep.equal([422, true])
    const added = await root.browser.submit({ ...fields, claim: 'tier', value: 'gold' }, { form: 1 })
    expect(added.html).to.include('The claim is added.').and.to.include('gold')
    const path = /href="(\/console\/claims\/[^"]+\/remove)"/.exec(added.html)?.[1] ?? ''
    await root.go(path)
    expect((await root.browser.submit({}, { form: 1 })).html).to.include('No claim is added to tokens.')
  })

  it('changes an API, and refuses what somebody else has changed meanwhile', async () => {
    const { root } = shared()
    await root.go('/console/apis/new')
    const made = {
      name: 'Orders',
      identifier: 'https://orders.example',
      scopes: 'orders:read Read your orders',
    }
    const path = new URL((await root.browser.submit(made, { form: 1 })).url).pathname
    const asked = await root.go(`${path}/edit`)
    expect(asked.html).to.include('orders:read Read your orders')
    const seen = root.browser.forms()[1]?.fields ?? {}
    const change = {
      ...{ name: 'All orders', token_format: 'jwt', open_to: 'listed' },
      scopes: 'orders:read Read your orders\norders:write Order',
    }
    const wrong = await root.browser.submit({ ...change, access_token_seconds: '5' }, { form: 1 })
    expect([wrong.status, wrong.html.includes('id="access_token_seconds-problem"')]).to.deep.equal([
      400,
      true,
    ])
    const done = await root.browser.submit({ ...change, access_token_seconds: '600' }, { form: 1 })
    expect(done.html).to.include('The API is changed.').and.to.include('orders:write').and.to.include('600')
    await root.go(`${path}/edit`)
    const late = await root.browser.submit({ ...seen, ...change, access_token_seconds: '700' }, { form: 1 })
    expect(late.status).to.equal(412)
  })

  it('shows none of it to whoever may not, and lets only look who may only look', async () => {
    const { root } = shared()
    const support = await operator(shared(), { role: 'support' })
    for (const path of ['claims', 'claims/new', `people/${root.id}/access/give`])
      expect((await support.go(`/console/${path}`)).status, path).to.equal(403)
  })
})
