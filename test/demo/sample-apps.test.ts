import { expect } from 'chai'

import { deleteClient } from '../../src/features/clients/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { stage } from '../support/stage.ts'

const begin = async (origin: string, app: string): Promise<string> => {
  const reply = await fetch(`${origin}/demo/sign-in/${app}`, { redirect: 'manual' })
  return (
    new URL(reply.headers.get('location') ?? 'none:').searchParams.get('client_id') ??
    `status ${reply.status}`
  )
}

describe('the clients of the sample applications', () => {
  it('are registered once, however many replicas begin a first sign-in at the same moment', async () => {
    const { app, issuer, replica } = await stage()
    const { origin } = await replica()

    const begun = await Promise.all([issuer, origin, issuer, origin].map((at) => begin(at, 'demo')))

    const rows = await app
      .db('clients')
      .select<{ id: string; name: string }[]>('id', 'name')
      .whereLike('name', 'Demo%')
    expect(rows).to.have.lengthOf(1)
    expect(new Set(begun)).to.deep.equal(new Set([rows[0]?.id]))
  })

  it('are public, use PKCE, and only ours is first-party', async () => {
    const { app, issuer } = await stage()
    await begin(issuer, 'demo')
    await begin(issuer, 'partner')

    const rows = await app
      .db('clients')
      .whereLike('name', 'Demo%')
      .select<{ name: string; first_party: boolean; metadata: Record<string, unknown> }[]>(
        'name',
        'first_party',
        'metadata',
      )
      .orderBy('name')

    expect(rows.map(({ name, first_party: ours }) => [name, ours])).to.deep.equal([
      ['Demo', true],
      ['Demo partner', false],
    ])
    for (const { metadata } of rows) {
      expect(metadata).to.include({ token_endpoint_auth_method: 'none', pkce_exempt: false })
      expect(metadata.redirect_uris).to.deep.equal([`${issuer}/demo/callback`])
    }
    expect(await app.db('client_secrets')).to.deep.equal([])
  })

  it('are registered again after somebody deleted them', async () => {
    const { app, issuer } = await stage()
    const first = await begin(issuer, 'demo')
    await deleteClient(app, bySystem, first)

    const second = await begin(issuer, 'demo')

    expect(second).to.match(/^gh_/).and.not.equal(first)
  })
})
