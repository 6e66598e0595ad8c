import { expect } from 'chai'

import { problemOf, signedIn, type Me } from '../../support/my-api.ts'
import { person } from '../../support/people.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import type { Stage } from '../../support/stage.ts'

const path = '/admin/registration-tokens'

describe('initial access tokens by /admin/registration-tokens', () => {
  const fixture = sharedStage<Stage & { admin: Me }>(async (stage) => ({
    ...stage,
    admin: await signedIn(stage, { as: await person(stage.app, { role: 'admin' }) }),
  }))

  it('are made, listed and taken back, and register as many applications as they say', async () => {
    const { admin, app, issuer } = fixture()
    const register = (token: unknown, more: object = {}) =>
      fetch(`${issuer}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${String(token)}` },
        body: JSON.stringify({ redirect_uris: ['https://rp.example/cb'], ...more }),
      }).then(({ status }) => status)
    const made = await admin.call('POST', path, { name: 'Partner', uses: 2, policy: { scopes: ['openid'] } })
    expect(made.status, JSON.stringify(made.body)).to.equal(201)
    expect(await register(made.body.token)).to.equal(201)
    expect(await register(made.body.token, { redirect_uris: ['http://rp.example/cb'] })).to.equal(400)
    const other = await admin.call('POST', path, {})
    const { items, next } = (await admin.call('GET', `${path}?limit=1`)).body as {
      items: object[]
      next: string
    }
    expect(items[0]).to.include({ id: other.body.id, state: 'live', uses: 1 })
    const rest = (await admin.call('GET', `${path}?limit=1&after=${next}`)).body.items as object[]
    expect(rest[0]).to.include({ id: made.body.id, name: 'Partner', uses_left: 1 })
    expect(JSON.stringify([items, rest])).not.to.include(String(made.body.token))

    expect((await admin.call('DELETE', `${path}/${String(made.body.id)}`)).status).to.equal(204)
    expect(problemOf(await admin.call('DELETE', `${path}/${String(made.body.id)}`))).to.equal(
      'registration_token_not_found',
    )
    expect(await register(made.body.token)).to.equal(401)
    for (const sent of [{ uses: 0 }, { lifetime_seconds: 1 }, { policy: { scopes: 'x' } }, { client: 1 }])
      expect((await admin.call('POST', path, sent)).status, JSON.stringify(sent)).to.equal(400)

    const refused = await app
      .db('audit_records')
      .where({ action: 'client.registration_refused' })
      .orderBy('id')
      .select<{ reason: string; outcome: string; details: object }[]>('reason', 'outcome', 'details')
    expect(refused).to.deep.equal([
      { reason: 'invalid_redirect_uri', outcome: 'denied', details: { fields: 'redirectUris' } },
      { reason: 'registration_token_invalid', outcome: 'denied', details: { fields: '' } },
    ])
  })
})
