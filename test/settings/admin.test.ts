import { expect } from 'chai'

import { type Me, problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'

const path = '/admin/settings'

describe('settings by /admin/settings', () => {
  const opened = sharedStage<Stage & { root: Me }>(async (built) => ({
    ...built,
    root: await signedIn(built, { as: await person(built.app, { role: 'root_admin' }) }),
  }))

  it('are listed with what they may be, given a value, looked at, and taken back', async () => {
    const { app, root, issuer } = opened()
    const { items } = (await root.call('GET', path)).body as { items: Record<string, unknown>[] }
    const mode = items.find(({ key }) => key === 'registration.mode')
    expect(mode).to.deep.include({ value: 'open', default: 'open', own: false, changed_by: null })
    expect(mode?.schema).to.deep.include({ type: 'string', enum: ['open', 'invitation', 'closed'] })

    const one = `${path}/registration.mode`
    const before = await root.call('GET', one)
    const put = (value: unknown, tag: string) =>
      fetch(issuer + one, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${root.token}`,
          'content-type': 'application/json',
          'if-match': tag,
        },
        body: JSON.stringify({ value }),
      }).then(({ status }) => status)
    const tag = before.headers.get('etag') ?? ''
    const statuses = await Promise.all([put('closed', tag), put('invitation', tag)])
    expect(statuses.sort(), 'of two changes one is made').to.deep.equal([200, 412])
    const after = (await root.call('GET', one)).body
    expect(after).to.deep.include({ own: true, changed_by: { type: 'user', id: root.id } })
    expect(after.value).to.be.oneOf(['closed', 'invitation'])
    expect(await app.settings.get('registration.mode')).to.equal(after.value)
    expect((await root.call('DELETE', one)).body).to.include({ own: false, value: 'open' })

    const refused: [string, string, unknown, string][] = [
      ['PUT', `${path}/no.such`, { value: 1 }, 'setting_not_found'],
      ['PUT', one, { value: 'sometimes' }, 'setting_invalid'],
      ['PUT', one, {}, 'invalid_input'],
      ['PUT', `${one}?client=gh_x`, { value: 'closed' }, 'setting_scope_not_allowed'],
      ['GET', `${one}?client=a&organization=b`, undefined, 'setting_scope_not_allowed'],
    ]
    for (const [method, where, body, code] of refused)
      expect(problemOf(await root.call(method, where, body)), where).to.equal(code)
  })

  it('of one client go with it, and what was left of one that is gone is taken back', async () => {
    const { app, root } = opened()
    const nightly = { client_name: 'Nightly', grant_types: ['client_credentials'] }
    const made = await root.call('POST', '/admin/clients', nightly)
    const id = String(made.body.client_id)
    const one = `${path}/offline_access.default?client=${id}`
    expect((await root.call('PUT', one, { value: 'denied' })).status).to.equal(200)
    expect((await root.call('DELETE', `/admin/clients/${id}`)).status).to.equal(204)
    expect(await app.db('settings').where({ scope_id: id })).to.be.empty
    const left = { key: 'offline_access.default', scope: 'client', scope_id: id, value: '"denied"' }
    await app.db('settings').insert({ ...left, changed_at: app.clock.now() })
    expect((await root.call('DELETE', one)).body).to.include({ own: false })
    expect(await app.db('settings').where({ scope_id: id })).to.be.empty
    expect((await root.call('DELETE', one)).status).to.equal(404)
  })

  it('have values of one client’s own, and are an administrator’s to read only', async () => {
    const built = opened()
    const { app, root } = built
    const admin = await signedIn(built, { as: await person(app, { role: 'admin' }) })
    const mine = `?client=${root.client.clientId}`
    const { items } = (await root.call('GET', path + mine)).body as {
      items: { key: string; value: unknown }[]
    }
    const key = 'offline_access.default'
    const found = items.find((one) => one.key === key)
    expect(found, 'one that a client may have').not.to.equal(undefined)
    const value = 'denied'
    expect((await root.call('PUT', `${path}/${key}${mine}`, { value })).status).to.equal(200)
    expect((await root.call('GET', `${path}/${key}${mine}`)).body).to.deep.include({ own: true, value })
    expect((await root.call('GET', `${path}/${key}`)).body).to.include({ own: false })
    const reset = await root.call('DELETE', `${path}/${key}${mine}`)
    expect(reset.body).to.deep.include({ own: false, value: 'allowed' })
    expect((await root.call('GET', `${path}?client=gh_nobody`)).status).to.equal(404)
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const where = `${path}/${key}?client=gh_nobody`
      const nobody = await root.call(method, where, method === 'PUT' ? { value } : undefined)
      expect([nobody.status, problemOf(nobody)], method).to.deep.equal([404, 'client_not_found'])
    }

    expect((await admin.call('GET', path)).status).to.equal(200)
    for (const method of ['PUT', 'DELETE'])
      expect(
        (await admin.call(method, `${path}/${key}`, method === 'PUT' ? { value } : undefined)).status,
      ).to.equal(403)
  })
})
