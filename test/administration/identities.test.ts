import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { assignRole } from '../../src/features/authorization/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { provider } from '../federation/upstream-providers.ts'
import { federated, identityId, labelsOf } from '../portal/identities-support.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { startUpstream, type Upstream } from '../support/upstream/index.ts'
import { operator, problem, told } from './support.ts'

describe('what opens somebody’s account, for administrators', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  const shared = sharedStage(
    async (stage: Stage) => {
      await provider(stage.app, upstream, 'github', { name: 'GitHub' })
      return stage
    },
    { variables: { OUTBOUND_ALLOW: 'localhost,127.0.0.1' } },
  )

  const somebody = async () => {
    const { app } = shared()
    const pat = await federated(shared(), upstream, 'github')
    const id = await identityId(app, pat.id, pat.email)
    return { app, pat, id, at: `/admin/users/${pat.id}/identities` }
  }

  it('is listed, and that somebody looked is written down', async () => {
    const { app, pat, id, at } = await somebody()
    const admin = await operator(app, 'admin')

    const list = await told(await admin.call('GET', at))

    expect(list).to.deep.include({ has_password: false })
    const [item] = list.items as Record<string, unknown>[]
    expect(item).to.deep.include({
      id,
      label: pat.email,
      provider: { slug: 'github', name: 'GitHub', enabled: true },
    })
    const read = await app.db('audit_records').where({ action: 'access.read', actor_id: admin.id })
    expect(JSON.stringify(read)).to.include(pat.id)
  })

  it('is taken away with a reason, the last way in too, which the answer says', async () => {
    const { app, pat, id, at } = await somebody()
    const admin = await operator(app, 'admin')

    const reply = await admin.call('DELETE', `${at}/${id}?reason=stolen%20there`)

    expect([reply.status, await told(reply)]).to.deep.equal([200, { way_in_left: false }])
    expect(await labelsOf(app, pat.id)).to.be.empty
    const record = await app
      .db('audit_records')
      .where({ action: 'identity.unlinked', target_id: pat.id })
      .select<{ actor_id: string; reason: string }[]>('actor_id', 'reason')
      .first()
    expect(record).to.include({ actor_id: admin.id, reason: 'stolen there' })
    const again = await admin.call('DELETE', `${at}/${id}`)
    expect([again.status, (await told(again)).type]).to.deep.equal([404, problem('identity_not_found')])
  })

  it('is nothing for people, nor for who stands below', async () => {
    const { app, pat, id, at } = await somebody()
    const [ann, admin] = [await operator(app), await operator(app, 'admin')]
    for (const [method, path] of [
      ['GET', at],
      ['DELETE', `${at}/${id}`],
    ] as const)
      expect((await ann.call(method, path)).status, method).to.equal(403)
    await transaction(app.db, (tx) =>
      assignRole(app, tx, bySystem, { principal: { type: 'user', id: pat.id }, role: 'root_admin' }),
    )
    const above = await admin.call('DELETE', `${at}/${id}`)
    expect([above.status, (await told(above)).type]).to.deep.equal([403, problem('role_beyond_own')])
    expect(await labelsOf(app, pat.id)).to.deep.equal([pat.email])
  })

  it('is not found for people who are not there, and of nobody else', async () => {
    const { app, pat, id } = await somebody()
    const other = await somebody()
    const admin = await operator(app, 'root_admin')
    expect((await admin.call('DELETE', `${other.at}/${id}`)).status).to.equal(404)
    expect(await labelsOf(app, pat.id)).to.have.lengthOf(1)
    expect((await admin.call('GET', '/admin/users/nobody/identities')).status).to.equal(404)
    await setUserStatus(app, bySystem, pat.id, 'deleted', 'asked for')
    expect((await admin.call('DELETE', `/admin/users/${pat.id}/identities/${id}`)).status).to.equal(404)
  })
})
