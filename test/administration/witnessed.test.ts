import { expect } from 'chai'

import { sharedStage } from '../support/shared-stage.ts'
import { operator } from './support.ts'

interface Row {
  action: string
  outcome: string
  actor_id: string
  details: { id: string } | null
}

describe('LA-06: the audit log', () => {
  const shared = sharedStage(async ({ app }) => ({
    app,
    admin: await operator(app, 'admin'),
    ann: await operator(app),
  }))

  const recordsOf = (actor: string, operation: string): Promise<Row[]> =>
    shared()
      .app.db('audit_records')
      .where({ actor_id: actor, target_type: 'operation', target_id: operation })
      .select<Row[]>('action', 'outcome', 'actor_id', 'details')

  it('says who looked at whom', async () => {
    const { admin, ann } = shared()
    await admin.call('GET', `/admin/users/${ann.id}`)
    expect(await recordsOf(admin.id, 'GET /admin/users/:id')).to.deep.equal([
      { action: 'access.read', outcome: 'success', actor_id: admin.id, details: { id: ann.id } },
    ])
  })

  it('says who was refused', async () => {
    const { admin, ann } = shared()
    await ann.call('DELETE', `/admin/users/${admin.id}`)
    expect(await recordsOf(ann.id, 'DELETE /admin/users/:id')).to.deep.equal([
      { action: 'access.denied', outcome: 'denied', actor_id: ann.id, details: { id: admin.id } },
    ])
  })

  it('says once that a network came too often, however often it goes on', async () => {
    const { app } = shared()
    const { issuer } = app.config
    const send = () =>
      fetch(`${issuer}/interaction/none/register`, {
        method: 'POST',
        body: new URLSearchParams({ csrf: 'x' }),
      })
    const statuses: number[] = []
    for (let sent = 0; sent < 105; sent++) statuses.push((await send()).status)
    expect(statuses.filter((status) => status === 429)).to.have.lengthOf(5)
    const told = await app.db('audit_records').where({ action: 'access.throttled' }).select<Row[]>('outcome')
    expect(told).to.deep.equal([{ outcome: 'denied' }])
  })

  it('says nothing of people who look at their own', async () => {
    const { ann } = shared()
    await ann.call('GET', '/users/me')
    expect(await recordsOf(ann.id, 'GET /users/me')).to.deep.equal([])
  })
})
