import { expect } from 'chai'

import { changeSetting, readSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { registeredApi } from '../support/apis.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { heading, operator } from './support.ts'

describe('what surrounds applications, at the console', () => {
  const shared = sharedStage(async (opened) => ({
    ...opened,
    root: await operator(opened, { role: 'root_admin' }),
  }))

  it('is a provider that is changed but for its secret, and a service asked for claims whose secret is shown once', async () => {
    const { app, root } = shared()
    const { browser } = root
    await root.go('/console/providers/new')
    const github = {
      connector: 'github',
      name: 'GitHub',
      slug: 'hub',
      client_id: 'one',
      secret: 's3cret-of-it',
    }
    expect((await browser.submit(github, { form: 1 })).url).to.include('/console/providers/hub?done=')
    const secretOf = () =>
      app.db('identity_providers').where({ slug: 'hub' }).select<{ sealed_secret: Buffer }[]>('sealed_secret')
    const before = await secretOf()
    const edit = '/console/providers/hub/edit'
    expect((await root.go(edit)).html)
      .to.include('value="one"')
      .and.not.to.include('s3cret-of-it')
    const changed = {
      ...{ name: 'Hub', client_id: 'two', creation: 'invitation', allowed_domains: 'a.example' },
      ...{ position: '7', mapping: 'nickname /name\nwebsite none', require_verified_email: 'on' },
    }
    const wrong = await browser.submit(changed, { form: 1 })
    expect(
      [wrong.status, wrong.html.includes('id="secret-problem"')],
      'another client has another secret',
    ).to.deep.equal([422, true])
    for (const [field, value] of [
      ['mapping', 'nickname login'],
      ['mapping', 'nickname'],
      ['options', 'nonsense 1'],
      ['position', '-1'],
    ] as const) {
      const refused = await browser.submit({ ...changed, client_id: 'one', [field]: value }, { form: 1 })
      expect([refused.status >= 400, refused.html.includes(`id="${field}-problem"`)], value).to.deep.equal([
        ...[true, true],
      ])
    }
    const done = await browser.submit({ ...changed, client_id: 'one' }, { form: 1 })
    expect([heading(done), done.url.endsWith('/hub?done=edit_provider')]).to.deep.equal(['Hub', true])
    expect((await root.go(edit)).html)
      .to.include('>a.example</textarea>')
      .and.to.include('value="Hub"')
      .and.to.include('>website none\nnickname /name</textarea>')
      .and.to.include('value="7"')
    expect(await secretOf()).to.deep.equal(before)
    const providers = await app
      .db('identity_providers')
      .where({ slug: 'hub' })
      .select<{ policy: unknown; mapping: unknown }[]>('policy', 'mapping')
    expect(providers).to.deep.equal([
      {
        policy: { creation: 'invitation', allowed_domains: ['a.example'], require_verified_email: true },
        mapping: { nickname: '/name', website: null },
      },
    ])

    await root.go('/console/claims/hooks/new')
    const hook = { tokens: 'access_token', timeout_ms: '300', cache_seconds: '0', on_failure: 'open' }
    const plain = await browser.submit({ ...hook, url: 'http://claims.example/' }, { form: 1 })
    expect([plain.status, plain.html.includes('whsec_')]).to.deep.equal([422, false])
    const made = await browser.submit({ ...hook, url: 'https://claims.example/hook' }, { form: 1 })
    expect(made.html).to.match(/whsec_[\w+/=]+/)
    const list = (await root.go('/console/claims')).html
    expect(list).to.include('https://claims.example/hook').and.not.to.include('whsec_')
  })

  it('is a provider whose options are changed, taken away, and kept from a secret that is not theirs', async () => {
    const { app, root } = shared()
    const { browser } = root
    await root.go('/console/providers/new')
    const tenant = '6f1ed002-ab59-4a7a-8b1f-3c0a4e6d9f10'
    const microsoft = {
      connector: 'microsoft',
      name: 'Work',
      slug: 'work',
      client_id: 'one',
      secret: 's3cret',
    }
    const options = `tenant organizations\ntenants ["${tenant}"]`
    const made = await browser.submit({ ...microsoft, options }, { form: 1 })
    expect(made.html).to.include(`tenants [&#34;${tenant}&#34;]`)
    const edit = '/console/providers/work/edit'
    const same = { name: 'Work', client_id: 'one', creation: 'open', position: '100' }
    expect((await root.go(edit)).html).to.include('tenant organizations\n')
    const stored = async () =>
      (
        await app.db('identity_providers').where({ slug: 'work' }).select<{ options: unknown }[]>('options')
      ).map((row) => row.options)
    const fewer = await browser.submit(
      { ...same, options: 'tenant organizations', trust_email: 'no' },
      { form: 1 },
    )
    expect(fewer.url).to.match(/done=edit_provider$/)
    expect(await stored()).to.deep.equal([{ tenant: 'organizations' }])
    await root.go(edit)
    const moved = await browser.submit({ ...same, options: `tenant ${tenant}` }, { form: 1 })
    expect([moved.status, moved.html.includes('id="secret-problem"')]).to.deep.equal([422, true])
  })

  it('is an API whose scopes are shown in English, and keep what they say in other languages when they are changed', async () => {
    const { app, root } = shared()
    const { id } = await registeredApi(app)
    const edit = await root.go(`/console/apis/${id}/edit`)
    expect(edit.html).to.include('>read May read things\nwrite May write things</textarea>')
    const scopes = 'read Look at the tides\nwrite May write things'
    const same = { name: 'Tides', access_token_seconds: '300', token_format: 'jwt', open_to: 'listed' }
    const done = await root.browser.submit({ ...same, scopes }, { form: 1 })
    expect([done.url.endsWith('?done=edit_api'), done.html.includes('Look at the tides')]).to.deep.equal([
      ...[true, true],
    ])
    const api = await app.db('apis').where({ id }).first<{ scopes: { description: unknown }[] }>('scopes')
    expect(api.scopes.map(({ description }) => description)).to.deep.equal([
      { en: 'Look at the tides', de: 'Darf read machen' },
      { en: 'May write things', de: 'Darf write machen' },
    ])
  })

  it('is a claim that says any attribute, also of a field of one’s own, and is changed', async () => {
    const { app, root } = shared()
    const { browser } = root
    await changeSetting(app, bySystem, 'users.custom_fields', { team: { type: 'string' } })
    expect((await root.go('/console/claims/new')).html)
      .to.include('<option value="zoneinfo"')
      .and.to.include('<option value="custom.team"')
    const claim = { claim: 'team', attribute: 'custom.', custom_field: 'Team!', tokens: 'id_token' }
    const wrong = await browser.submit(claim, { form: 1 })
    expect([wrong.status, wrong.html.includes('id="attribute-problem"')]).to.deep.equal([400, true])
    const added = await browser.submit({ ...claim, custom_field: 'desk' }, { form: 1 })
    expect(added.html).to.include('The claim is added.').and.to.include('custom.desk')

    const edit = /href="(\/console\/claims\/[\w-]+\/edit)"/.exec(added.html)?.[1] ?? ''
    const form = await root.go(edit)
    expect(form.html).to.match(/<option value="custom\.desk" selected/)
    const fixed = { claim: 'team', attribute: '', tokens: 'id_token', scope: 'profile' }
    const empty = await browser.submit(fixed, { form: 1 })
    expect([empty.status, empty.html.includes('id="value-problem"')]).to.deep.equal([400, true])
    const changed = await browser.submit({ ...fixed, value: '"7"' }, { form: 1 })
    expect(changed.html).to.include('The claim is changed.')
    expect((await root.go(edit)).html).to.include('value="&#34;7&#34;"')
    const rows = await app.db('claim_mappings').select('claim', 'attribute', 'value', 'scope', 'tokens')
    expect(rows).to.deep.equal([
      { claim: 'team', attribute: null, value: '7', scope: 'profile', tokens: ['id_token'] },
    ])
    await app.db('claim_mappings').update({ scope: 'email' })
    const late = await browser.submit({ ...fixed, value: '8' }, { form: 1 })
    expect(late.status, 'changed meanwhile').to.equal(412)
  })

  it('is a setting that is another one at a client, given and taken back', async () => {
    const { app, root } = shared()
    const { clientId } = await relyingParty(app)
    const [list, one] = [`/console/clients/${clientId}/settings`, '/offline_access.default']
    expect((await root.go(`/console/clients/${clientId}`)).html).to.include(`href="${list}"`)
    const all = (await root.go(list)).html
    expect(all).to.include(`href="${list}${one}"`).and.not.to.include('registration.mode')

    await root.go(`${list}${one}/change`)
    const wrong = await root.browser.submit({ value: 'sometimes' }, { form: 1 })
    expect([wrong.status, wrong.html.includes('gh_')]).to.deep.equal([400, true])
    const given = await root.browser.submit({ value: 'denied' }, { form: 1 })
    expect([heading(given), given.html.includes('The client has a value of its own.')]).to.deep.equal([
      ...['offline_access.default', true],
    ])
    const read = () => readSetting(app.db, 'offline_access.default', { clientId })
    expect([await read(), await readSetting(app.db, 'offline_access.default')]).to.deep.equal([
      ...['denied', 'allowed'],
    ])
    await root.go(`${list}${one}/reset`)
    const back = await root.browser.submit({}, { form: 1 })
    expect(back.html).to.include('The value of all holds again.').and.not.to.include('/reset"')
    expect(await read()).to.equal('allowed')

    for (const path of ['/console/clients/gh_nobody/settings', `/console/clients/gh_nobody/settings${one}`])
      expect((await root.go(path)).status, path).to.equal(404)
    expect((await root.go(`${list}/registration.mode`)).status, 'of all alone').to.equal(400)
    const admin = await operator(shared(), { role: 'admin' })
    expect((await admin.go(`${list}${one}`)).html).not.to.include('/change"')
    expect((await admin.go(`${list}${one}/change`)).status).to.equal(403)
  })

  it('is a claim that whoever may only see it gets no form for', async () => {
    const admin = await operator(shared(), { role: 'admin' })
    const list = await admin.go('/console/claims')
    expect([list.status, list.html.includes('/edit"')]).to.deep.equal([200, false])
    const id = crypto.randomUUID()
    expect((await admin.go(`/console/claims/${id}/edit`)).status).to.equal(403)
  })
})
