import { expect } from 'chai'

import { type Me, problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'

const path = '/admin/keys'
type Key = Record<string, unknown>

describe('signing keys by /admin/keys', () => {
  const opened = sharedStage()

  it('are listed, rotated when they are ripe, and revoked with a reason, by a root administrator', async function () {
    this.timeout(60_000) // RSA keys are made

    const built = opened()
    const { app } = built
    const operator = await person(app, { role: 'root_admin' })
    const root = await signedIn(built, { as: operator })
    const admin = await signedIn(built, { as: await person(app, { role: 'admin' }) })
    const keys = async (me: Me = root) => (await me.call('GET', path)).body.items as Key[]
    const before = await keys()
    expect(JSON.stringify(before), 'no private part').not.to.match(/"(d|k|p|q|sealed\w*)":/)
    expect(new Set(before.map(({ state }) => state))).to.deep.equal(new Set(['active', 'published']))
    expect((await admin.call('GET', path)).status).to.equal(403)
    expect((await admin.call('POST', `${path}/rotate`, {})).status).to.equal(403)

    const published = before.find(({ state }) => state === 'published')
    if (Number(published?.ripe_in_seconds) > 0)
      expect(problemOf(await root.call('POST', `${path}/rotate`, {}))).to.equal('keys_not_ripe')
    const longAgo = new Date(app.clock.now().getTime() - 700_000) // tokens would not outlive the wait
    await app.db('signing_keys').where({ state: 'published' }).update({ published_at: longAgo })
    await app.db('signing_keys').where({ state: 'active' }).update({ activated_at: longAgo })
    const [rs256] = (await keys()).filter(
      ({ algorithm, state }) => algorithm === 'RS256' && state === 'active',
    )
    expect(rs256?.active_seconds).to.be.at.least(610)
    expect((await root.call('POST', `${path}/rotate`, { algorithm: 'HS256' })).status).to.equal(400)
    const rotated = await root.call('POST', `${path}/rotate`, { algorithm: 'RS256' })
    expect(rotated.status, JSON.stringify(rotated.body)).to.equal(200)
    const [step] = rotated.body.rotated as { kid: string; retired: string }[]
    expect(step?.retired).to.equal(rs256?.kid)

    const revoke = (kid: unknown, body: object) => root.call('POST', `${path}/${String(kid)}/revoke`, body)
    expect((await revoke(rs256?.kid, {})).status, 'no reason').to.equal(400)
    const revoked = await revoke(rs256?.kid, { reason: 'found in a repository' })
    expect(revoked.body).to.deep.equal({ kid: rs256?.kid, successor: null })
    expect(problemOf(await revoke(rs256?.kid, { reason: 'again' }))).to.equal('key_not_found')
    const record = await app
      .db('audit_records')
      .where({ action: 'key.revoked' })
      .first<Key>('reason', 'actor_id')
    expect(record).to.deep.equal({ reason: 'found in a repository', actor_id: root.id })
  })
})
