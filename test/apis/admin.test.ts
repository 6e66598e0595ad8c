import { expect } from 'chai'

import { payment, registeredApi, scopesNamed } from '../support/apis.ts'
import { type Me, problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'

interface Fixture extends Stage {
  admin: Me
}

const path = '/admin/apis'

const wanted = (more: Record<string, unknown> = {}) => ({
  identifier: `https://${Math.random().toString(36).slice(2)}.example/v1`,
  name: 'Tides',
  ...more,
})

describe('registered APIs by /admin/apis', () => {
  const fixture = sharedStage<Fixture>(async (stage) => ({
    ...stage,
    admin: await signedIn(stage, { as: await person(stage.app, { role: 'admin' }) }),
  }))

  it('are registered, shown, changed and removed, and the audit says so', async () => {
    const { app, admin } = fixture()
    const client = await relyingParty(app, { firstParty: false })
    const made = await admin.call('POST', path, {
      ...wanted({ scopes: scopesNamed('read'), token_format: 'opaque', access_token_seconds: 120 }),
      clients: [{ client_id: client.clientId, scopes: ['read'] }],
      authorization_details_types: [payment('admin_payment')],
    })
    expect(made.status, JSON.stringify(made.body)).to.equal(201)
    expect(made.body).to.include({ token_format: 'opaque', open_to: 'first-party', revision: 1 })
    expect(made.body.owner).to.deep.equal({ type: 'system', id: null })
    const one = `${path}/${String(made.body.id)}`
    expect((await admin.call('GET', one)).body).to.deep.equal(made.body)

    const changed = await admin.call('PATCH', one, { revision: 1, name: 'Ebb', clients: [] })
    expect(changed.body).to.include({ name: 'Ebb', revision: 2, token_format: 'opaque' })
    expect(changed.body.clients).to.deep.equal([])
    const same = await admin.call('PATCH', one, { revision: 2, name: 'Ebb' })
    expect(same.body.revision, 'nothing changed').to.equal(2)
    expect((await admin.call('DELETE', one)).status).to.equal(204)
    for (const method of ['GET', 'DELETE'])
      expect(problemOf(await admin.call(method, one))).to.equal('api_not_found')
    const records: unknown[] = await app
      .db('audit_records')
      .where({ target_id: made.body.id })
      .orderBy('id')
      .pluck('action')
    expect(records).to.have.members(['api.created', 'api.updated', 'api.deleted'])
  })

  it('are changed from the revision that was looked at: of two changes one is made', async () => {
    const { app, admin } = fixture()
    const { id } = await registeredApi(app)
    const replies = await Promise.all(
      ['One', 'Two'].map((name) => admin.call('PATCH', `${path}/${id}`, { revision: 1, name })),
    )
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 409])
    expect(replies.map(problemOf)).to.include('api_changed')
  })

  it('are listed by pages, the newest first', async () => {
    const { app, admin } = fixture()
    const made = [await registeredApi(app), await registeredApi(app), await registeredApi(app)]
    const first = await admin.call('GET', `${path}?limit=2`)
    expect(idsOf(first.body)).to.deep.equal([made[2]?.id, made[1]?.id])
    const second = await admin.call('GET', `${path}?limit=2&after=${String(first.body.next)}`)
    expect(idsOf(second.body)[0]).to.equal(made[0]?.id)
    expect((await admin.call('GET', `${path}?after=x`)).status).to.equal(400)
  })

  const refusals: Record<string, Record<string, unknown>> = {
    'no absolute URI': { identifier: 'tides' },
    'a fragment': { identifier: 'https://tides.example/#x' },
    'a scope about a person': { scopes: scopesNamed('openid') },
    'a scope twice': { scopes: scopesNamed('a', 'a') },
    'a scope without a text': { scopes: [{ name: 'a', description: {} }] },
    'a text nobody sees': { scopes: [{ name: 'a', description: { en: 'x\u202ey' } }] },
    'an algorithm we have no key for': { signing_algorithm: 'HS256' },
    'a token that outlives its revocation': { access_token_seconds: 3601 },
    'a client that is none': { clients: [{ client_id: 'gh_nobody' }] },
    'an unknown member': { secret: 'x' },
    'a kind of field there is not': {
      authorization_details_types: [
        { type: 'x', title: { en: 'x' }, fields: [{ kind: 'html', name: 'a', label: { en: 'a' } }] },
      ],
    },
    'actions that are no list (RFC 9396, section 2.2)': {
      authorization_details_types: [
        { type: 'x', title: { en: 'x' }, fields: [{ kind: 'text', name: 'actions', label: { en: 'a' } }] },
      ],
    },
    'a summary that names no field': {
      authorization_details_types: [{ ...payment('x'), summary: { en: 'Pay {everything}' } }],
    },
  }
  for (const [what, more] of Object.entries(refusals)) {
    it(`are not registered with ${what}`, async () => {
      const { admin } = fixture()
      const reply = await admin.call('POST', path, wanted(more))
      expect(reply.status, JSON.stringify(reply.body)).to.be.oneOf([400, 422])
    })
  }

  it('have an identifier and types of details that nobody else has, and never ours', async () => {
    const { app, admin, issuer } = fixture()
    const api = await registeredApi(app, { authorization_details_types: [payment('only_one')] })
    expect(problemOf(await admin.call('POST', path, wanted({ identifier: api.identifier })))).to.equal(
      'api_exists',
    )
    const types = { authorization_details_types: [payment('only_one')] }
    expect(problemOf(await admin.call('POST', path, wanted(types)))).to.equal('api_exists')
    for (const identifier of [issuer, `${issuer}/`])
      expect(problemOf(await admin.call('POST', path, wanted({ identifier })))).to.equal('api_invalid')
  })

  it('are for administrators alone (AD-11)', async () => {
    const stage = fixture()
    const api = await registeredApi(stage.app)
    const user = await signedIn(stage)
    const calls = [
      ['GET', path],
      ['POST', path],
      ['GET', `${path}/${api.id}`],
      ['PATCH', `${path}/${api.id}`],
      ['DELETE', `${path}/${api.id}`],
    ] as const
    for (const [method, url] of calls) {
      const body = method === 'POST' ? wanted() : method === 'PATCH' ? { revision: 1, name: 'x' } : undefined
      expect((await user.call(method, url, body)).status, `${method} ${url}`).to.equal(403)
      const reply = await fetch(stage.issuer + url, { method })
      expect(reply.status, `${method} ${url}`).to.be.oneOf([400, 401])
    }
    expect((await stage.admin.call('GET', `${path}/${api.id}`)).body.name).to.equal('Tide tables')
  })

  it('are heard of by every process', async () => {
    const { app, admin, replica } = fixture()
    const other = await replica()
    const made = await admin.call('POST', path, wanted())
    const identifier = String(made.body.identifier)
    for (const one of [app, other.app])
      await eventuallyKnown(async () => (await one.apis.byIdentifier(identifier))?.name === 'Tides')
    await admin.call('DELETE', `${path}/${String(made.body.id)}`)
    for (const one of [app, other.app])
      await eventuallyKnown(async () => (await one.apis.byIdentifier(identifier)) === null)
  })
})

const idsOf = (body: Record<string, unknown>): unknown[] =>
  (body.items as { id: string }[]).map(({ id }) => id)

async function eventuallyKnown(holds: () => Promise<boolean>): Promise<void> {
  const from = performance.now()
  while (!(await holds())) {
    if (performance.now() - from > 2000) throw new Error('a process did not hear of it')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
