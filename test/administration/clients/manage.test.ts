import { expect } from 'chai'

import { assignRole } from '../../../src/features/authorization/index.ts'
import { createClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { type Answer, type Me, problemOf, signedIn } from '../../support/my-api.ts'
import { person } from '../../support/people.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import type { Stage } from '../../support/stage.ts'

interface Fixture extends Stage {
  admin: Me
  root: Me
  /** With the header If-Match. */
  matching(method: string, path: string, tag: string, body?: unknown): Promise<Answer>
}

const path = '/admin/clients'
const web = {
  client_name: 'Tides',
  redirect_uris: ['https://tides.example/cb'],
  grant_types: ['authorization_code', 'refresh_token'],
}

describe('clients by /admin/clients', () => {
  const fixture = sharedStage<Fixture>(async (stage) => {
    const [admin, root] = [
      await signedIn(stage, { as: await person(stage.app, { role: 'admin' }) }),
      await signedIn(stage, { as: await person(stage.app, { role: 'root_admin' }) }),
    ]
    return {
      ...stage,
      admin,
      root,
      async matching(method, where, tag, body) {
        const reply = await fetch(stage.issuer + where, {
          method,
          headers: {
            authorization: `Bearer ${admin.token}`,
            'if-match': tag,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
        const text = await reply.text()
        const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
        return { status: reply.status, headers: reply.headers, body: parsed }
      },
    }
  })

  const made = async (fields: object = web): Promise<{ id: string; at: string } & Answer> => {
    const reply = await fixture().admin.call('POST', path, fields)
    expect(reply.status, JSON.stringify(reply.body)).to.equal(201)
    const id = String(reply.body.client_id)
    return { ...reply, id, at: `${path}/${id}` }
  }

  it('are made, shown, changed, replaced and removed, and the audit says so', async () => {
    const { admin, app } = fixture()
    const { id, at, body } = await made()
    expect(body.client_secret).to.match(/^[\w-]{43}$/)
    expect(body).to.include({ type: 'confidential', first_party: false, enabled: true })
    const shown = await admin.call('GET', at)
    expect(shown.headers.get('etag')).to.match(/^"/)
    expect(shown.body, 'the secret was shown once').not.to.have.property('client_secret')

    const change = {
      client_name: 'Ebb',
      policy_uri: 'https://tides.example/p',
      expires_at: '2040-01-01T00:00:00Z',
    }
    const changed = await admin.call('PATCH', at, change)
    expect(changed.status, JSON.stringify(changed.body)).to.equal(200)
    expect(changed.body).to.include({ client_name: 'Ebb', policy_uri: 'https://tides.example/p' })
    expect(changed.body).to.deep.include({
      grant_types: web.grant_types,
      expires_at: '2040-01-01T00:00:00.000Z',
    })
    const cleared = await admin.call('PATCH', at, { policy_uri: null, expires_at: null })
    expect(cleared.body).not.to.have.property('policy_uri')
    expect(cleared.body.expires_at).to.equal(null)

    const replaced = await admin.call('PUT', at, { ...web, token_endpoint_auth_method: 'none' })
    expect(replaced.body).to.deep.include({ client_name: 'Tides', type: 'public', secrets: [] })
    const again = await admin.call('PATCH', at, { token_endpoint_auth_method: 'client_secret_basic' })
    expect(again.body.client_secret, 'it begins to use one').to.match(/^[\w-]{43}$/)

    expect((await admin.call('POST', `${at}/disable`, { reason: 'leaked' })).body.enabled).to.equal(false)
    expect((await admin.call('POST', `${at}/enable`)).body.enabled).to.equal(true)
    expect((await admin.call('DELETE', at)).status).to.equal(204)
    for (const [method, where] of [
      ['GET', at],
      ['DELETE', at],
      ['POST', `${at}/disable`],
      ['GET', `${at}/secrets`],
    ])
      expect(problemOf(await admin.call(method ?? '', where ?? ''))).to.equal('client_not_found')
    const records = await app
      .db('audit_records')
      .where({ target_id: id })
      .orderBy('id')
      .pluck<string[]>('action')
    expect(new Set(records)).to.deep.equal(
      new Set(['client.created', 'client.updated', 'client.disabled', 'client.enabled', 'client.deleted']),
    )
  })

  it('say the same when what is shown of them is sent back, whatever they are', async () => {
    const { app, root } = fixture()
    const jwks = {
      keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: 'a' }],
    }
    const owner = { type: 'user', id: '01900000-0000-7000-8000-000000000000' } as const
    const kinds: Parameters<typeof createClient>[2][] = [
      { name: 'Own', redirectUris: ['https://a.example/cb'], firstParty: true, scopes: ['openid'] },
      {
        name: 'Signs',
        redirectUris: ['https://a.example/cb'],
        authentication: { jwks },
        profile: 'fapi2',
        owner,
      },
      {
        name: 'Service',
        grants: ['client_credentials'],
        authentication: { certificate: { sanDns: 'a.example' } },
      },
      { name: 'Phone', redirectUris: ['app.example:/cb'], applicationType: 'native', authentication: 'none' },
      {
        name: 'Answers',
        redirectUris: ['https://a.example/cb', 'https://b.example/cb'],
        secretIn: 'body',
        keys: jwks,
        requireSignedRequestObject: true,
        userinfoAlgorithm: 'ES256',
        corsOrigins: ['https://a.example'],
        pkce: false,
        senderConstraint: 'dpop',
        grants: [
          'authorization_code',
          'urn:ietf:params:oauth:grant-type:token-exchange',
          'urn:openid:params:grant-type:ciba',
        ],
        exchangeFrom: ['self'],
        exchangeTo: ['https://api.example'],
        backchannelLogout: { uri: 'https://a.example/out', sessionRequired: true },
      },
    ]
    for (const kind of kinds) {
      const { client } = await createClient(app, bySystem, kind)
      const same = await root.call('PATCH', `${path}/${client.id}`, { client_name: client.name })
      expect(same.status, JSON.stringify(same.body)).to.equal(200)
      expect(same.body, client.name).to.include({ version: client.version })
    }
  })

  it('are refused by the rules of every other way in, in the names of what was sent', async () => {
    const { admin } = fixture()
    const cases: [object, string][] = [
      [{ ...web, redirect_uris: [] }, 'redirect_uris'],
      [{ ...web, redirect_uris: ['http://tides.example/cb'] }, 'redirect_uris.0'],
      [{ ...web, token_endpoint_auth_method: 'none', pkce_exempt: true }, 'pkce_exempt'],
      [{ ...web, token_endpoint_auth_method: 'none', grant_types: ['client_credentials'] }, 'grant_types'],
      [{ ...web, token_endpoint_auth_method: 'private_key_jwt' }, 'jwks.keys'],
      [{ ...web, token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://10.0.0.1/k' }, 'jwks_uri'],
      [{ ...web, grant_types: ['password'] }, 'grant_types.0'],
      [{ ...web, backchannel_logout_uri: 'https://127.0.0.1/out' }, 'backchannel_logout_uri'],
      [{ ...web, client_name: 'a\u202eb' }, 'client_name'],
      [{ ...web, secret: 'x' }, ''],
    ]
    for (const [sent, field] of cases) {
      const { status, body } = await admin.call('POST', path, sent)
      expect(status, JSON.stringify([sent, body])).to.equal(400)
      const fields = (body.errors ?? body.fields ?? []) as { field: string }[]
      expect(fields.map((one) => one.field).join(), JSON.stringify(body)).to.include(field)
    }
  })

  it('are changed from the state that was looked at: of two changes one is made (If-Match)', async () => {
    const { matching } = fixture()
    const { at, headers } = await made()
    const tag = headers.get('etag') ?? ''
    const replies = await Promise.all(
      ['One', 'Two'].map((client_name) => matching('PATCH', at, tag, { client_name })),
    )
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 412])
    for (const [method, where, body] of [
      ['PUT', at, web],
      ['POST', `${at}/disable`, undefined],
      ['POST', `${at}/secrets`, {}],
      ['DELETE', at, undefined],
    ] as const)
      expect((await matching(method, where, tag, body)).status, `${method} ${where}`).to.equal(412)
  })

  it('get a new secret beside the old one, twice at once too, and the old one can be ended', async () => {
    const { admin, app, clock, issuer, matching } = fixture()
    const service = await made({ client_name: 'Nightly', grant_types: ['client_credentials'] })
    expect(service.body).to.include({ type: 'service' })
    const token = (secret: unknown) =>
      fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${service.id}:${String(secret)}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      }).then(({ status }) => status)
    expect(await token(service.body.client_secret)).to.equal(200)
    const tag = service.headers.get('etag') ?? ''
    const rotated = await Promise.all([1, 2].map(() => matching('POST', `${service.at}/secrets`, tag, {})))
    expect(rotated.map(({ status }) => status).sort(), JSON.stringify(rotated)).to.deep.equal([201, 412])
    const [fresh] = rotated.filter(({ status }) => status === 201)
    expect(await token(service.body.client_secret), 'the old one').to.equal(200)
    expect(await token(fresh?.body.client_secret), 'the new one').to.equal(200)
    const until = new Date(String(fresh?.body.previous_expires_at)).getTime() - clock.now().getTime()
    expect(until).to.be.within(86_000_000, 86_400_000)

    await app.clients.close() // what is noted twice a minute is written
    const items = (await admin.call('GET', `${service.at}/secrets`)).body.items as Record<string, unknown>[]
    expect(items.map(({ state }) => state)).to.deep.equal(['retiring', 'current'])
    expect(items.every(({ last_used_at }) => typeof last_used_at === 'string')).to.equal(true)
    const end = (one: Record<string, unknown> | undefined) =>
      admin.call('DELETE', `${service.at}/secrets/${String(one?.id)}`)
    expect(problemOf(await end(items[1]))).to.equal('client_secret_current')
    expect((await end(items[0])).status).to.equal(204)
    expect(problemOf(await end(items[0]))).to.equal('client_secret_not_found')
    expect(await token(service.body.client_secret), 'ended').to.equal(401)
    expect((await admin.call('POST', `${service.at}/secrets`, { overlap_seconds: -1 })).status).to.equal(400)
    const phone = await made({ ...web, token_endpoint_auth_method: 'none' })
    expect(problemOf(await admin.call('POST', `${phone.at}/secrets`, {}))).to.equal('client_has_no_secret')
  })

  it('AD-03 that may do more, or that our own people sign in to, are not to be had by an administrator', async () => {
    const { admin, app, root } = fixture()
    const { id, at } = await made({ client_name: 'Steward', grant_types: ['client_credentials'] })
    await transaction(app.db, (tx) =>
      assignRole(app, tx, bySystem, { principal: { type: 'client', id }, role: 'root_admin' }),
    )
    const own = await root.call('POST', path, { ...web, first_party: true })
    expect(own.status).to.equal(201)
    const ownAt = `${path}/${String(own.body.client_id)}`
    const other = await made()
    const refused: [string, string, unknown?][] = [
      ['PATCH', at, { client_name: 'x' }],
      ['POST', `${at}/secrets`, {}],
      ['DELETE', at],
      ['POST', `${at}/disable`],
      ['PATCH', ownAt, { redirect_uris: ['https://evil.example/cb'] }],
      ['PUT', ownAt, web],
      ['POST', `${ownAt}/secrets`, {}],
      ['PATCH', other.at, { first_party: true }],
      ['POST', path, { ...web, first_party: true }],
      ['POST', path, { ...web, allowed_scopes: ['global_token_revocation'] }],
      ['PATCH', other.at, { allowed_scopes: ['openid', 'global_token_revocation'] }],
    ]
    for (const [method, where, body] of refused) {
      const reply = await admin.call(method, where, body)
      expect(problemOf(reply), `${method} ${where} ${JSON.stringify(reply.body)}`).to.equal('role_beyond_own')
    }
    expect((await admin.call('POST', `${ownAt}/disable`)).status, 'anybody may stop one').to.equal(200)
    expect((await root.call('PATCH', ownAt, { client_name: 'Mine' })).status).to.equal(200)
  })

  it('are listed by what they are, page by page, and made once under one Idempotency-Key', async () => {
    const { admin, issuer } = fixture()
    const mark = `Harbour-${Math.random().toString(36).slice(2)}`
    const ids: string[] = []
    for (const more of [{}, { token_endpoint_auth_method: 'none' }])
      ids.push((await made({ ...web, client_name: `${mark}!`, ...more })).id)
    ids.push((await made({ client_name: mark, grant_types: ['client_credentials'] })).id)
    await admin.call('POST', `${path}/${ids[0]}/disable`)
    const listed = async (query: string) => {
      const { body, status } = await admin.call('GET', `${path}?search=${encodeURIComponent(mark)}&${query}`)
      expect(status, JSON.stringify(body)).to.equal(200)
      return { ids: (body.items as { client_id: string }[]).map((one) => one.client_id), next: body.next }
    }
    expect((await listed('')).ids).to.deep.equal(ids.toReversed())
    expect((await listed('type=public')).ids).to.deep.equal([ids[1]])
    expect((await listed('type=service')).ids).to.deep.equal([ids[2]])
    expect(
      (await listed('type=confidential&state=disabled&owner=system&first_party=false')).ids,
    ).to.deep.equal([ids[0]])
    expect((await listed('owner=self')).ids).to.deep.equal([])
    const first = await listed('limit=2')
    expect((await listed(`limit=2&after=${String(first.next)}`)).ids).to.deep.equal([ids[0]])
    expect((await admin.call('GET', `${path}?search=${ids[1]}`)).body.items).to.have.lengthOf(1)
    expect(
      (await admin.call('GET', `${path}?after=${String(first.next)}`)).status,
      'of another list',
    ).to.equal(400)

    const once = () =>
      fetch(issuer + path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${admin.token}`,
          'content-type': 'application/json',
          'idempotency-key': mark,
        },
        body: JSON.stringify({ ...web, client_name: 'Once' }),
      }).then((reply) => reply.json())
    expect(await once()).to.deep.equal(await once())
  })
})
