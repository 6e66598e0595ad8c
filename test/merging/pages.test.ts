import { expect } from 'chai'

import { heading, visitor } from '../portal/support.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { userRow } from './support.ts'

describe('the pages on which two accounts are merged', () => {
  const shared = sharedStage()

  it('ask for the other account, say what will happen, do it, and undo it', async () => {
    const { app } = shared()
    const bob = await person(app)
    const both = await relyingParty(app, { name: 'Harbour Notes' })
    const ann = await visitor(shared(), { path: '/account/merge' })
    await both.signIn(bob)
    await both.signIn(ann)
    await ann.go('/account/merge')

    const confirm = await ann.browser.submit({ login: bob.email, password: bob.password })
    expect(confirm.status).to.equal(200)
    for (const said of [ann.email, bob.email, 'Harbour Notes', '14 days'])
      expect(confirm.html).to.include(said)
    expect(confirm.html, 'these pages themselves are no application').not.to.include('>Account<')
    expect(await userRow(app, bob.id)).to.include({ status: 'active' })

    const done = await ann.browser.submit({})
    expect([heading(done), done.html.includes('The accounts were merged.')]).to.deep.equal([
      'Merge accounts',
      true,
    ])
    expect(await userRow(app, bob.id)).to.include({ status: 'disabled' })
    const undo = /name="undo" value="([^"]+)"/.exec(done.html)?.[1] ?? ''
    const undone = await ann.browser.submit({ undo, login: '', password: '' })
    expect(undone.html).to.include('The merge was undone.')
    expect(await userRow(app, bob.id)).to.include({ status: 'active' })
  })

  it('say what is wrong above the form, with the name still in it', async () => {
    const { app } = shared()
    const [bob, admin] = [await person(app), await person(app, { role: 'admin' })]
    const ann = await visitor(shared(), { path: '/account/merge' })
    const wrong = await ann.browser.submit({ login: bob.email, password: 'not the password' })
    expect([wrong.status, wrong.html.includes('of the other account is not right')]).to.deep.equal([
      403,
      true,
    ])
    expect(wrong.html).to.include(`value="${bob.email}"`)
    const role = await ann.browser.submit({ login: admin.email, password: admin.password })
    expect([role.status, role.html.includes('has a role here')]).to.deep.equal([409, true])
  })

  it('believe no form of another session', async () => {
    const { app } = shared()
    const bob = await person(app)
    const ann = await visitor(shared(), { path: '/account/merge' })
    const eve = await visitor(shared(), { path: '/account/merge' })
    const { html } = await eve.go('/account/merge')
    const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
    const refused = await ann.browser.submit({ csrf, login: bob.email, password: bob.password })
    expect(refused.status).to.equal(403)
    const offered = await ann.go('/account/merge')
    expect(offered.status).to.equal(200)
    const confirm = await ann.browser.submit({ login: bob.email, password: bob.password })
    const theirs = await eve.browser.go(confirm.url)
    expect([theirs.status, theirs.html.includes('begun in another browser')]).to.deep.equal([404, true])
  })
})
