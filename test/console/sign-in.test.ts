import { expect } from 'chai'

import { addHook } from '../../src/features/claims/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { eventually } from '../oidc/tokens/requests.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
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

  it('stays open where a service that is asked for everybody’s claims does not answer, so that it can be removed', async () => {
    const opened = await stage({ variables: { OUTBOUND_ALLOW: '127.0.0.1' } })
    const { app } = opened
    const tokens = ['id_token' as const, 'access_token' as const]
    await addHook(app, bySystem, { url: 'http://127.0.0.1:9/', tokens, on_failure: 'closed' })
    const asking = {
      clientId: 'other',
      firstParty: true,
      scopes: new Set<string>(),
      token: 'id_token',
    } as const
    await eventually(() =>
      app.operatorClaims.answersFor({}, asking, 'somebody').then(
        () => false,
        () => true,
      ),
    )
    const root = await operator(opened, { role: 'root_admin' })
    expect((await root.go('/console/claims')).html).to.include('http://127.0.0.1:9/')
  })
})
