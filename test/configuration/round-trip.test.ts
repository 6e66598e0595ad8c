import { expect } from 'chai'

import { apply, parts, plan, refusal, run, sample } from './support.ts'

/** Another installation: empty, with the same keys or with others. */
const another = (variables: Record<string, string> = {}) => parts(variables)

describe('a configuration as a file', () => {
  it('comes out of an empty system as it went in, to the byte', async () => {
    const app = await parts()
    expect((await plan(app, sample)).code, 'there is something to do').to.equal(2)
    await apply(app, sample)
    const first = (await run(app, 'export')).out
    expect((await run(app, 'export')).out, 'twice of one state').to.equal(first)

    const empty = await another()
    await apply(empty, first)
    expect((await run(empty, 'export')).out).to.equal(first)
    for (const [where, text] of [
      [app, first],
      [empty, first],
      [app, sample],
    ] as const) {
      const untouched = await plan(where, text)
      expect(untouched, untouched.out).to.deep.equal({ out: 'Nothing to change.\n', code: 0 })
      expect((await plan(where, text, '--prune')).code, 'nor to remove').to.equal(0)
    }
    expect(first).not.to.include('a-secret-of-the-shop').and.not.to.include('a-client-secret-of')
    expect(first).not.to.include('gh_command_line_gatehouse')
  })

  it('does not open sealed secrets under another key, and says which', async () => {
    const app = await parts()
    await apply(app, sample)
    const exported = (await run(app, 'export')).out
    const stranger = await another({ KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64') })

    const said = await refusal(apply(stranger, exported))

    expect(said).to.match(/^configuration_invalid/)
    expect(said).to.match(/identity_providers\.google\.secret: was sealed under the key .* \(line \d+\)/)
    expect(said).to.match(/claim_hooks\.0\.secret: was sealed/)
    expect(await stranger.db('clients').where({ id: 'shop-frontend' })).to.deep.equal([])
  })

  it('is applied by the use cases of each feature, audited under one cause', async () => {
    const app = await parts()
    await apply(app, sample)

    const records = await app
      .db('audit_records')
      .select<{ action: string; request_id: string }[]>('action', 'request_id', 'changes', 'details')
    expect(records.map(({ action }) => action)).to.include.members([
      ...['client.created', 'client.disabled', 'provider.created', 'api.created', 'claim.added'],
      ...['claim.hook_added', 'setting.changed', 'configuration.applied'],
    ])
    expect([...new Set(records.map(({ request_id: id }) => id))]).to.have.lengthOf(1)
    expect(records[0]?.request_id).to.match(/^apply-/)
    expect(JSON.stringify(records)).not.to.include('a-secret-of-the-shop')
    expect(await app.db('outbox_events').where({ type: 'auth.client.created' })).to.have.lengthOf(3)
  })
})
