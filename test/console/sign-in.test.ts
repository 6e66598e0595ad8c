import { expect } from 'chai'

import { sharedStage } from '../support/shared-stage.ts'
import { heading, operator } from './support.ts'

describe('the console', () => {
  const shared = sharedStage()

  it('signs an administrator in by a real request, and shows every screen there is', async () => {
    const root = await operator(shared(), { role: 'root_admin' })
    const home = await root.go('/console')
    expect([home.status, heading(home)]).to.deep.equal([200, 'Overview'])
    for (const path of [
      'people',
      'sessions',
      'live',
      'clients',
      'clients/new',
      'apis',
      'providers',
      'keys',
      'roles',
      'roles/support',
      'audit',
      'settings',
      'settings/brand',
      'jobs',
      'jobs/reactions',
      'jobs/deliveries',
      'imports',
      'invitations',
      'claims',
      'webhooks',
      'streams',
    ]) {
      const landing = await root.go(`/console/${path}`)
      expect([landing.status, path], landing.html.slice(0, 3000)).to.deep.equal([200, path])
    }
    const ann = await root.go(`/console/people/${root.id}`)
    expect(heading(ann)).to.equal(root.email)
    for (const tab of ['sessions', 'factors', 'identities', 'events'])
      expect((await root.go(`/console/people/${root.id}/${tab}`)).status, tab).to.equal(200)
    const ask = await root.go(`/console/people/${root.id}/disable`)
    expect([ask.status, heading(ask)]).to.deep.equal([200, 'Disable'])
  })
})
