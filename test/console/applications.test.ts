import { expect } from 'chai'

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
    const changed = { name: 'Hub', client_id: 'two', creation: 'invitation', allowed_domains: 'a.example' }
    const wrong = await browser.submit(changed, { form: 1 })
    expect(
      [wrong.status, wrong.html.includes('id="secret-problem"')],
      'another client has another secret',
    ).to.deep.equal([422, true])
    const done = await browser.submit({ ...changed, client_id: 'one' }, { form: 1 })
    expect([heading(done), done.url.endsWith('/hub?done=edit_provider')]).to.deep.equal(['Hub', true])
    expect((await root.go(edit)).html)
      .to.include('>a.example</textarea>')
      .and.to.include('value="Hub"')
    expect(await secretOf()).to.deep.equal(before)

    await root.go('/console/claims/hooks/new')
    const hook = { tokens: 'access_token', timeout_ms: '300', cache_seconds: '0', on_failure: 'open' }
    const plain = await browser.submit({ ...hook, url: 'http://claims.example/' }, { form: 1 })
    expect([plain.status, plain.html.includes('whsec_')]).to.deep.equal([422, false])
    const made = await browser.submit({ ...hook, url: 'https://claims.example/hook' }, { form: 1 })
    expect(made.html).to.match(/whsec_[\w+/=]+/)
    const list = (await root.go('/console/claims')).html
    expect(list).to.include('https://claims.example/hook').and.not.to.include('whsec_')
  })
})
