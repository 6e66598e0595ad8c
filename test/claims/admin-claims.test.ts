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

  it('refuses everybody else', async () => {
    const { admin, ann, issuer } = on()
    const id = crypto.randomUUID()
    for (const by of [admin, ann]) {
      expect((await by.call('POST', '/admin/claims', plan)).status).to.equal(403)
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
