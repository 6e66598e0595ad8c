import { expect } from 'chai'

import { operator, problem, told } from '../administration/support.ts'
import { sharedStage } from '../support/shared-stage.ts'

describe('/admin/claims', function () {
  this.timeout(20_000)
  const on = sharedStage(async (opened) => ({
    ...opened,
    root: await operator(opened.app, 'root_admin'),
    admin: await operator(opened.app, 'admin'),
    ann: await operator(opened.app),
  }))
  const plan = { claim: 'plan', value: 'gold', tokens: ['id_token', 'id_token'] }

  it('adds, shows and removes a claim for root administrators', async () => {
    const { root, admin } = on()
    const reply = await root.call('POST', '/admin/claims', plan)
    expect(reply.status).to.equal(201)
    const made = await told(reply)
    expect(made).to.deep.include({ claim: 'plan', value: 'gold', tokens: ['id_token'], client_id: null })
    expect((await root.call('POST', '/admin/claims', plan)).status).to.equal(409)

    const { items } = await told(await admin.call('GET', '/admin/claims'))
    expect(items).to.deep.equal([made])
    expect((await root.call('DELETE', `/admin/claims/${String(made.id)}`)).status).to.equal(204)
    expect((await root.call('DELETE', `/admin/claims/${String(made.id)}`)).status).to.equal(404)
  })

  it('says what is wrong, and why a name cannot be had', async () => {
    const { root } = on()
    const reserved = await root.call('POST', '/admin/claims', { ...plan, claim: 'sub' })
    expect(reserved.status).to.equal(422)
    expect(await told(reserved)).to.include({ type: problem('claim_reserved'), detail: 'sub is reserved' })
    for (const wrong of [
      { ...plan, tokens: [] },
      { ...plan, attribute: 'email' },
      { claim: 'plan' },
      { ...plan, more: 1 },
    ])
      expect((await root.call('POST', '/admin/claims', wrong)).status, JSON.stringify(wrong)).to.equal(400)
    expect((await root.call('POST', '/admin/claims', { ...plan, client_id: 'gh_nobody' })).status).to.equal(
      422,
    )
  })

  it('changes a claim of the state that was seen, by the rules of a new one, and records what differs', async () => {
    const { app, root, admin } = on()
    const reply = await root.call('POST', '/admin/claims', { ...plan, claim: 'level', scope: 'profile' })
    const made = await told(reply)
    const path = `/admin/claims/${String(made.id)}`
    const change = (body: object, ifMatch?: string) =>
      root.call('PATCH', path, body, ifMatch === undefined ? {} : { 'if-match': ifMatch })
    const shown = await admin.call('GET', path)
    const etag = shown.headers.get('etag') ?? ''
    expect(await told(shown)).to.deep.equal(made)

    const changed = await change({ attribute: 'custom.team', tokens: ['userinfo'] }, etag)
    const after: Record<string, unknown> = { ...made, attribute: 'custom.team', tokens: ['userinfo'] }
    delete after.value
    expect([changed.status, await told(changed)]).to.deep.equal([200, after])
    expect(changed.headers.get('etag')).to.not.be.oneOf([etag, null])
    expect((await change({ value: 1 }, etag)).status).to.equal(412)
    expect((await root.call('DELETE', path, undefined, { 'if-match': etag })).status).to.equal(412)
    expect((await change({ attribute: 'custom.team' })).status, 'nothing differs').to.equal(200)
    expect(await told(await change({ claim: 'rank', scope: null, value: { of: 2 } }))).to.deep.include({
      ...{ claim: 'rank', scope: null, value: { of: 2 }, tokens: ['userinfo'] },
    })

    const records = await app
      .db('audit_records')
      .select<{ changes: unknown }[]>('changes')
      .where({ action: 'claim.changed', target_id: made.id })
      .orderBy('id')
    expect(records.map(({ changes }) => changes)).to.deep.equal([
      {
        before: { tokens: 'id_token', value: 'gold' },
        after: { tokens: 'userinfo', attribute: 'custom.team' },
      },
      {
        before: { claim: 'level', scope: 'profile', attribute: 'custom.team' },
        after: { claim: 'rank', scope: null, value: { of: 2 } },
      },
    ])
  })

  it('changes a claim into none that could not be added, and leaves it as it is', async () => {
    const { root } = on()
    const made = await told(await root.call('POST', '/admin/claims', { ...plan, claim: 'kept' }))
    const other = await told(await root.call('POST', '/admin/claims', { ...plan, claim: 'other' }))
    const path = `/admin/claims/${String(made.id)}`
    const refused: [object, number, string][] = [
      [{ claim: 'sub' }, 422, 'claim_reserved'],
      [{ claim: 'other' }, 409, 'claim_exists'],
      [{ client_id: 'gh_nobody' }, 422, 'claim_invalid'],
      [{ value: null }, 400, 'invalid_input'],
      [{ attribute: 'shoe_size' }, 400, 'invalid_input'],
      [{ attribute: 'email', value: 1 }, 400, 'invalid_input'],
      [{ tokens: [] }, 400, 'invalid_input'],
      [{ more: 1 }, 400, 'invalid_input'],
    ]
    for (const [change, status, code] of refused) {
      const reply = await root.call('PATCH', path, change)
      expect([reply.status, (await told(reply)).type], JSON.stringify(change)).to.deep.equal([
        ...[status, problem(code)],
      ])
    }
    expect(await told(await root.call('GET', path))).to.deep.equal(made)
    for (const { id } of [made, other]) await root.call('DELETE', `/admin/claims/${String(id)}`)
    expect((await root.call('PATCH', path, { value: 2 })).status).to.equal(404)
    expect((await root.call('GET', path)).status).to.equal(404)
  })

  it('refuses everybody else', async () => {
    const { admin, ann, issuer } = on()
    const id = crypto.randomUUID()
    for (const by of [admin, ann]) {
      expect((await by.call('POST', '/admin/claims', plan)).status).to.equal(403)
      expect((await by.call('PATCH', `/admin/claims/${id}`, { value: 1 })).status).to.equal(403)
      expect((await by.call('DELETE', `/admin/claims/${id}`)).status).to.equal(403)
    }
    expect((await ann.call('GET', '/admin/claims')).status).to.equal(403)
    expect((await fetch(`${issuer}/admin/claims`)).status).to.equal(401)
  })

  it('adds, shows and removes a service that is asked, with its secret shown once', async () => {
    const { root, admin, ann } = on()
    const hook = { url: 'https://claims.example/hook', tokens: ['access_token'] }
    const reply = await root.call('POST', '/admin/claim-hooks', hook)
    expect(reply.status).to.equal(201)
    const { secret, ...made } = await told(reply)
    expect(secret).to.match(/^whsec_/)
    expect(made).to.include({ url: hook.url, on_failure: 'closed', timeout_ms: 500, cache_seconds: 60 })
    const { items } = await told(await admin.call('GET', '/admin/claim-hooks'))
    expect(items).to.deep.equal([made])
    expect((await root.call('POST', '/admin/claim-hooks', hook)).status).to.equal(409)
    const local = { ...hook, url: 'https://127.0.0.1/' }
    expect((await root.call('POST', '/admin/claim-hooks', local)).status).to.equal(422)
    for (const by of [admin, ann]) {
      expect((await by.call('POST', '/admin/claim-hooks', hook)).status).to.equal(403)
      expect((await by.call('DELETE', `/admin/claim-hooks/${String(made.id)}`)).status).to.equal(403)
    }
    expect((await ann.call('GET', '/admin/claim-hooks')).status).to.equal(403)
    expect((await root.call('DELETE', `/admin/claim-hooks/${String(made.id)}`)).status).to.equal(204)
    expect((await root.call('DELETE', `/admin/claim-hooks/${String(made.id)}`)).status).to.equal(404)
  })
})
