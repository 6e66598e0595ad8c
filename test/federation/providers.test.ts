import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { operator, problem, told } from '../administration/support.ts'
import { keepSecret } from '../support/canary.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { type Stage, stage } from '../support/stage.ts'
import { create, fieldsOf, google, nearby, openidProvider, root, server, someSecret } from './support.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
keepSecret(pem)

const apple = {
  slug: 'apple',
  connector: 'apple',
  name: 'Apple',
  client_id: 'com.example.web',
  secret: pem,
  options: { team_id: 'ABCDE12345', key_id: 'ABCDE12345' },
}

const oidc = (issuer: string, slug = 'idp') => ({
  slug,
  connector: 'oidc',
  name: 'Our people',
  options: { issuer },
})

const recordsOf = ({ app }: Pick<Stage, 'app'>) =>
  app
    .db('audit_records')
    .where('action', 'like', 'provider.%')
    .orderBy(['recorded_at', 'id'])
    .select<{ action: string; class: string; details: object; actor_id: string }[]>(
      'action',
      'class',
      'details',
      'actor_id',
    )

describe('setting up an identity provider', () => {
  it('shows all of it but the secret, and the addresses that the provider has to know', async () => {
    const opened = await stage()
    const by = await root(opened.app)

    const { status, body } = await create(by)

    expect(status).to.equal(201)
    expect(body).to.deep.include({
      slug: 'google',
      connector: 'google',
      enabled: true,
      issuer: 'https://accounts.google.com',
      has_secret: true,
      revision: 1,
      callback_url: `${opened.issuer}/federation/google/callback`,
      backchannel_logout_url: `${opened.issuer}/federation/google/backchannel-logout`,
      policy: { creation: 'open', allowed_domains: [], require_verified_email: false, trust_email: true },
    })
    const answers = [
      body,
      await told(await by.call('GET', '/admin/providers')),
      await told(await by.call('GET', '/admin/providers/google')),
      await opened.app.db('audit_records').select('details', 'changes'),
    ]
    expect(JSON.stringify(answers)).not.to.include(someSecret)
    const [record] = await recordsOf(opened)
    expect(record).to.deep.include({ action: 'provider.created', class: 'governance', actor_id: by.id })
  })

  it('takes Apple’s private key, and no other kind of secret for it', async () => {
    const { app } = await stage()
    const by = await root(app)
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const wrong = [
      someSecret,
      pem.replace('PRIVATE KEY', 'EC PRIVATE KEY'),
      pem.slice(0, -60),
      privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
      rsa.export({ type: 'pkcs8', format: 'pem' }).toString(),
      generateKeyPairSync('ec', { namedCurve: 'P-384' })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
      generateKeyPairSync('ec', { namedCurve: 'P-256' })
        .publicKey.export({ type: 'spki', format: 'pem' })
        .toString(),
    ]
    for (const secret of wrong) {
      const { status, body } = await create(by, { ...apple, secret })
      expect(status).to.equal(422)
      expect(fieldsOf(body)).to.deep.equal(['secret'])
      expect(JSON.stringify(body)).not.to.include(secret.slice(8, 28))
    }
    expect((await create(by, apple)).status).to.equal(201)
  })

  describe('that cannot be', () => {
    const on = sharedStage(async (opened) => ({ ...opened, by: await root(opened.app) }))

    /** What is wrong, with the status and the field that is named. */
    const wrong: [what: object, status: number, field: string][] = [
      [{ slug: 'Google' }, 400, 'slug'],
      [{ slug: '-google' }, 400, 'slug'],
      [{ slug: 'goo_gle' }, 400, 'slug'],
      [{ slug: '../admin' }, 400, 'slug'],
      [{ slug: 'x'.repeat(43) }, 400, 'slug'],
      [{ slug: 'connectors' }, 400, 'slug'],
      [{ slug: 'callback' }, 400, 'slug'],
      [{ connector: 'myspace' }, 400, 'connector'],
      [{ name: '' }, 400, 'name'],
      [{ name: 'Goo\u202egle' }, 400, 'name'],
      [{ client_id: 'ours\n' }, 400, 'client_id'],
      [{ secret: '' }, 400, 'secret'],
      [{ secret: undefined }, 400, 'secret'],
      [{ surprise: true }, 400, 'surprise'],
      [{ mapping: { sub: null } }, 400, 'mapping'],
      [{ mapping: { email: 'email' } }, 400, 'mapping.email'],
      [{ policy: { creation: 'maybe' } }, 400, 'policy.creation'],
      [{ policy: { allowed_domains: ['example'] } }, 400, 'policy.allowed_domains.0'],
      [{ secret: 'two\nlines' }, 422, 'secret'],
      [{ options: { hosted_domain: 'exam ple' } }, 422, 'options.hosted_domain'],
      [{ options: { surprise: 1 } }, 422, 'options.surprise'],
      [{ options: { issuer: 'https://accounts.google.com?x=1' } }, 422, 'options.issuer'],
      [{ connector: 'microsoft', options: { tenant: 'contoso' } }, 422, 'options.tenant'],
      [{ connector: 'microsoft', options: { tenants: ['contoso'] } }, 422, 'options.tenants.0'],
      [{ ...apple, options: {} }, 422, 'options.team_id'],
      [oidc('no url'), 422, 'options.issuer'],
      [{ connector: 'oauth2', options: {} }, 422, 'options.authorization_endpoint'],
    ]
    for (const [what, expected, field] of wrong) {
      it(`names ${field} in ${JSON.stringify(what).slice(0, 90)}`, async () => {
        const { status, body } = await create(on().by, what)
        expect(status).to.equal(expected)
        expect(fieldsOf(body)).to.include(field)
      })
    }

    /** Addresses that must not even be kept (SS-01, SS-04). */
    const hostile = [
      ...[
        'https://127.0.0.1',
        'https://[::1]',
        'https://[::ffff:127.0.0.1]',
        'https://0',
        'https://2130706433',
      ],
      ...[
        'https://0x7f.1',
        'https://169.254.169.254',
        'https://[fd00::1]',
        'https://10.0.0.1',
        'https://100.64.0.1',
      ],
      ...[
        'https://localhost',
        'https://localhost.',
        'https://metadata.internal',
        'http://accounts.example.com',
      ],
      ...[
        'https://example.com:22',
        'https://example.com:25',
        'https://example.com:6379',
        'https://example.com:5432',
      ],
      ...['https://user:pass@example.com', 'file:///etc/passwd', 'gopher://example.com'],
    ]
    const addresses: [connector: object, option: string][] = [
      [{ connector: 'oidc' }, 'issuer'],
      [{ connector: 'google' }, 'issuer'],
      [{ ...apple, slug: 'a' }, 'issuer'],
      [{ connector: 'linkedin' }, 'issuer'],
      [{ connector: 'microsoft' }, 'authority'],
      [{ connector: 'github' }, 'base'],
      [{ connector: 'github' }, 'api'],
      [{ connector: 'facebook' }, 'graph'],
      [{ connector: 'facebook' }, 'dialog'],
      [{ connector: 'facebook' }, 'issuer'],
      [{ connector: 'oauth2' }, 'authorization_endpoint'],
      [{ connector: 'oauth2' }, 'token_endpoint'],
      [{ connector: 'oauth2' }, 'userinfo_endpoint'],
    ]
    const others = {
      authorization_endpoint: 'https://192.0.43.8/a',
      token_endpoint: 'https://192.0.43.8/t',
      userinfo_endpoint: 'https://192.0.43.8/u',
    }
    for (const [given, option] of addresses) {
      it(`refuses an inner address as ${option} of ${JSON.stringify(given).slice(0, 30)}`, async () => {
        const { connector, options = {} } = { options: {}, ...given } as {
          connector: string
          options?: object
        } // of the table above
        for (const url of hostile) {
          const all = { ...options, ...(connector === 'oauth2' && others), [option]: url }
          const { status, body } = await create(on().by, { ...given, options: all })
          expect(status, url).to.equal(422)
          expect(fieldsOf(body), url).to.include(`options.${option}`)
        }
      })
    }

    it('refuses to be this house, or one that stands for it', async () => {
      const { by, issuer } = on()
      const own = { options: { ...others, issuer } }
      for (const urn of [issuer, `${issuer}/`, 'urn:gatehouse:native', 'URN:gatehouse:other']) {
        const { status, body } = await create(by, {
          connector: 'oauth2',
          options: { ...own.options, issuer: urn },
        })
        expect(status, urn).to.equal(422)
        expect(fieldsOf(body)).to.deep.equal(['options.issuer'])
      }
      expect(await on().app.db('identity_providers').select('id')).to.deep.equal([])
    })
  })

  it('gives a slug once, and one provider an issuer, its tenants included (FD-17)', async () => {
    const { app } = await stage()
    const by = await root(app)
    const tenant = '11111111-2222-3333-4444-555555555555'
    const microsoft = { slug: 'microsoft', connector: 'microsoft', name: 'Microsoft' }
    expect((await create(by)).status).to.equal(201)
    expect((await create(by, microsoft)).status).to.equal(201)

    const taken: [given: object, field: string][] = [
      [{ ...oidc('https://192.0.43.8') }, 'slug'],
      [{ slug: 'other' }, 'issuer'],
      [oidc('https://accounts.google.com', 'other'), 'issuer'],
      [{ ...microsoft, slug: 'contoso', options: { tenant } }, 'issuer'],
      [{ ...microsoft, slug: 'contoso', options: { tenant: 'consumers' } }, 'issuer'],
      [oidc(`https://login.microsoftonline.com/${tenant}/v2.0`, 'contoso'), 'issuer'],
    ]
    for (const [given, field] of taken) {
      const { status, body } = await create(by, { ...given, ...(field === 'slug' && { slug: 'google' }) })
      expect(status, JSON.stringify(given)).to.equal(409)
      expect(body).to.include({ type: problem('provider_exists') })
      expect(fieldsOf(body)).to.deep.equal([field])
    }
  })

  it('gives an issuer to one of two who ask for it at the same moment', async () => {
    const { app } = await stage()
    const by = await root(app)

    const answers = await Promise.all(['one', 'two', 'three'].map((slug) => create(by, { slug })))

    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 409, 409])
  })

  it('ends at a hundred', async () => {
    const { app } = await stage()
    const by = await root(app)
    await app.db.raw(
      `insert into identity_providers (id, slug, connector, name, enabled, position, issuer, client_id, options, policy,
         mapping, keep_tokens, created_at, updated_at)
       select gen_random_uuid(), 'p' || n, 'oidc', 'P', false, 1, 'https://' || n, 'c', '{}', '{}', '{}', false, now(), now()
       from generate_series(1, 100) n`,
    )
    expect((await create(by)).body).to.include({ status: 409, type: problem('too_many_providers') })
  })

  it('notes a name that does not resolve, and keeps it: every call is judged anew', async () => {
    const { app } = await stage()
    const { status, body } = await create(await root(app), oidc('https://nothing.invalid'))
    expect(status).to.equal(201)
    expect(body.notes).to.deep.equal(['The name in options.issuer does not resolve here.'])
  })
})

describe('changing an identity provider', () => {
  it('changes what is named, and says in the audit log what that was, not to what', async () => {
    const opened = await stage()
    const by = await root(opened.app)
    await create(by, {
      policy: { allowed_domains: ['example.com'] },
      options: { hosted_domain: 'example.com' },
    })

    const reply = await by.call('PATCH', '/admin/providers/google', {
      revision: 1,
      name: 'Google Workspace',
      position: 3,
      policy: { trust_email: false },
      options: { hosted_domain: null, scopes: ['openid', 'email'] },
      mapping: { nickname: '/name' },
      secret: `${someSecret}-2`,
    })

    const body = await told(reply)
    expect(reply.status).to.equal(200)
    expect(body).to.deep.include({
      name: 'Google Workspace',
      revision: 2,
      options: { scopes: ['openid', 'email'] },
      mapping: { nickname: '/name' },
      policy: {
        creation: 'open',
        allowed_domains: ['example.com'],
        require_verified_email: false,
        trust_email: false,
      },
    })
    const [, record] = await recordsOf(opened)
    expect(record).to.deep.include({
      action: 'provider.updated',
      details: {
        fields:
          'name position options.hosted_domain options.scopes policy.trust_email mapping.nickname secret',
      },
    })
  })

  it('is made by one of several who saw the same revision', async () => {
    const { app } = await stage()
    const by = await root(app)
    await create(by)
    const rename = (name: string) => by.call('PATCH', '/admin/providers/google', { revision: 1, name })

    const replies = await Promise.all(['One', 'Two', 'Three', 'Four'].map(rename))

    expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 409, 409, 409])
    const lost = replies.find(({ status }) => status === 409)
    expect(lost && (await told(lost))).to.include({ type: problem('provider_changed') })
    expect((await rename('Five')).status).to.equal(409)
  })

  const moves: [connector: object, change: object, because: string][] = [
    [{}, { client_id: 'another' }, 'client_id'],
    [{}, { options: { issuer: 'https://192.0.43.8' } }, 'options.issuer'],
    [{ connector: 'microsoft' }, { options: { tenant: 'organizations' } }, 'options.tenant'],
    [{ connector: 'microsoft' }, { options: { authority: 'https://192.0.43.8' } }, 'options.authority'],
    [{ connector: 'github' }, { options: { base: 'https://192.0.43.8' } }, 'options.base'],
    [{ connector: 'github' }, { options: { api: 'https://192.0.43.8' } }, 'options.api'],
    [{ connector: 'facebook' }, { options: { graph: 'https://192.0.43.8' } }, 'options.graph'],
    [apple, { options: { issuer: 'https://192.0.43.8' } }, 'options.issuer'],
  ]
  for (const [connector, change, because] of moves) {
    it(`wants the secret again with another ${because} (FD-12), ${JSON.stringify(connector).slice(0, 30)}`, async () => {
      const opened = await stage()
      const by = await root(opened.app)
      await create(by, { ...connector, slug: 'google' })
      const patch = (more: object) =>
        by.call('PATCH', '/admin/providers/google', { revision: 1, ...change, ...more })

      const refused = await told(await patch({}))
      const secret = 'secret' in connector ? connector.secret : someSecret
      const accepted = await patch({ secret })

      expect(refused).to.include({ status: 422, type: problem('secret_demanded') })
      expect(fieldsOf(refused)).to.deep.equal(['secret'])
      expect(JSON.stringify(refused)).to.include(because)
      expect(accepted.status).to.equal(200)
      expect((await recordsOf(opened)).map(({ action }) => action)).to.deep.equal([
        'provider.created',
        'provider.updated',
      ])
    })
  }

  it('wants no secret again for what moves nothing', async () => {
    const { app } = await stage()
    const by = await root(app)
    await create(by, { connector: 'microsoft' })
    const tenants = ['11111111-2222-3333-4444-555555555555']
    const reply = await by.call('PATCH', '/admin/providers/google', {
      revision: 1,
      options: { tenants },
      name: 'Work',
    })
    expect(reply.status).to.equal(200)
  })

  it('holds new addresses to the same rules', async () => {
    const { app } = await stage()
    const by = await root(app)
    await create(by)
    const change = { revision: 1, secret: someSecret, options: { issuer: 'https://10.0.0.1' } }
    const body = await told(await by.call('PATCH', '/admin/providers/google', change))
    expect(body).to.include({ status: 422, type: problem('provider_options_invalid') })
    expect(fieldsOf(body)).to.deep.equal(['options.issuer'])
  })

  it('refuses another’s issuer, and to change what never changes', async () => {
    const { app } = await stage()
    const by = await root(app)
    await create(by)
    await create(by, oidc('https://192.0.43.8'))
    const patch = (change: object) => by.call('PATCH', '/admin/providers/idp', { revision: 1, ...change })

    const taken = await told(
      await patch({ secret: someSecret, options: { issuer: 'https://accounts.google.com' } }),
    )
    expect(taken).to.include({ status: 409, type: problem('provider_exists') })
    for (const change of [
      { slug: 'other' },
      { connector: 'google' },
      { issuer: 'https://x.example' },
      { secret: null },
    ])
      expect((await patch(change)).status, JSON.stringify(change)).to.equal(400)
    expect((await by.call('PATCH', '/admin/providers/idp', { name: 'No revision' })).status).to.equal(400)
  })
})

describe('enabling, disabling and removing an identity provider', () => {
  it('is known to every replica within a second, without a restart', async () => {
    const opened = await stage()
    const replica = await opened.replica()
    const by = await root(opened.app)
    await create(by)
    const patch = async (enabled: boolean, revision: number) =>
      (await by.call('PATCH', '/admin/providers/google', { revision, enabled })).status
    const buttons = async () => (await replica.app.federation.providers.list()).map(({ slug }) => slug)

    await until(async () => (await buttons()).length === 1)
    expect(await patch(false, 1)).to.equal(200)
    expect(await until(async () => (await buttons()).length === 0)).to.be.below(1_000)
    expect(await replica.app.federation.providers.bySlug('google')).to.include({ enabled: false })
    expect(await patch(true, 2)).to.equal(200)
    expect(await until(async () => (await buttons()).length === 1)).to.be.below(1_000)
    expect((await by.call('DELETE', '/admin/providers/google')).status).to.equal(204)
    expect(
      await until(async () => (await replica.app.federation.providers.bySlug('google')) === null),
    ).to.be.below(1_000)

    expect((await recordsOf(opened)).map(({ action }) => action)).to.deep.equal([
      'provider.created',
      'provider.disabled',
      'provider.enabled',
      'provider.deleted',
    ])
  })

  it('answers 404 where there is none', async () => {
    const { app } = await stage()
    const by = await root(app)
    const calls: [method: string, path: string, body?: object][] = [
      ['GET', ''],
      ['PATCH', '', { revision: 1 }],
      ['DELETE', ''],
      ['POST', '/try', { claims: {} }],
      ['GET', '/domains'],
    ]
    for (const [method, path, body] of calls) {
      const reply = await by.call(method, `/admin/providers/nobody${path}`, body)
      expect(await told(reply), `${method} ${path}`).to.include({
        status: 404,
        type: problem('provider_not_found'),
      })
    }
  })
})

describe('providers in memory', () => {
  it('are found by name, id and issuer, a tenant’s too, in the order of their buttons', async () => {
    const { app } = await stage()
    const by = await root(app)
    const { body } = await create(by, { position: 5 })
    await create(by, { slug: 'microsoft', connector: 'microsoft', name: 'Microsoft', position: 1 })
    await create(by, { ...oidc('https://192.0.43.8'), position: 5, name: 'Another' })
    const { providers } = app.federation
    await until(async () => (await providers.list()).length === 3)
    const slugOf = async (issuer: string) => (await providers.byIssuer(issuer))?.slug ?? null

    expect((await providers.list()).map(({ slug }) => slug)).to.deep.equal(['microsoft', 'idp', 'google'])
    expect(await providers.byId(String(body.id))).to.include({ slug: 'google' })
    expect(await slugOf('https://accounts.google.com')).to.equal('google')
    expect(await slugOf('https://accounts.google.com/')).to.equal(null)
    const tenant = '11111111-2222-3333-4444-555555555555'
    expect(await slugOf(`https://login.microsoftonline.com/${tenant}/v2.0`)).to.equal('microsoft')
    for (const inside of ['common', `${tenant}/x`, '', `${tenant}${tenant}`, '{tenantid'])
      expect(await slugOf(`https://login.microsoftonline.com/${inside}/v2.0`), inside).to.equal(null)
  })
})

describe('who may look after identity providers', () => {
  const on = sharedStage(async (opened) => {
    const by = await root(opened.app)
    await create(by)
    return { ...opened, by, admin: await operator(opened.app, 'admin'), ann: await operator(opened.app) }
  })

  const writes: [method: string, path: string, body?: object][] = [
    ['POST', '', google],
    ['PATCH', '/google', { revision: 1, name: 'Mine' }],
    ['DELETE', '/google'],
    ['POST', '/google/domains', { domain: 'example.com' }],
    ['POST', '/google/domains/example.com/check'],
    ['DELETE', '/google/domains/example.com'],
  ]
  for (const [method, path, body] of writes) {
    it(`refuses ${method} /admin/providers${path} to an administrator who is not root`, async () => {
      for (const by of [on().admin, on().ann]) {
        const reply = await by.call(method, `/admin/providers${path}`, body)
        expect(await told(reply)).to.include({ status: 403, type: problem('not_allowed') })
      }
    })
  }

  it('lets administrators look, and nobody else', async () => {
    for (const path of ['', '/connectors', '/google', '/google/domains']) {
      expect((await on().admin.call('GET', `/admin/providers${path}`)).status, path).to.equal(200)
      expect((await on().ann.call('GET', `/admin/providers${path}`)).status, path).to.equal(403)
    }
  })

  it('wants a recent sign-in for changes', async () => {
    const { app, clock } = await stage()
    await changeSetting(app, bySystem, 'token.access_seconds', 3600)
    const by = await root(app)
    clock.advance(16 * 60)
    for (const [method, path, body] of writes) {
      const reply = await by.call(method, `/admin/providers${path}`, body)
      expect(reply.status, `${method} ${path}`).to.equal(401)
      expect(reply.headers.get('www-authenticate')).to.include('insufficient_user_authentication')
    }
    expect((await by.call('GET', '/admin/providers')).status).to.equal(200)
  })
})

describe('the list of connectors', () => {
  it('says what each wants to know, where it is described, and which addresses to register', async () => {
    const { app, issuer } = await stage()
    const by = await root(app)
    const { items } = (await told(await by.call('GET', '/admin/providers/connectors'))) as {
      items: { name: string; options: { properties: object } }[]
    }

    expect(items.map(({ name }) => name)).to.have.members([
      ...['google', 'facebook', 'microsoft', 'apple', 'github', 'linkedin', 'oidc', 'oauth2'],
    ])
    const microsoft = items.find(({ name }) => name === 'microsoft')
    expect(microsoft).to.deep.include({
      callback_url: `${issuer}/federation/{slug}/callback`,
      backchannel_logout_url: `${issuer}/federation/{slug}/backchannel-logout`,
      protocol: 'oidc',
      help: 'microsoft',
    })
    expect(microsoft?.options.properties).to.include.keys('tenant', 'tenants', 'authority')
  })
})

describe('trying an identity provider', () => {
  const trial = async (by: Awaited<ReturnType<typeof root>>, claims: object, more: object = {}) =>
    (await told(await by.call('POST', '/admin/providers/idp/try', { claims, ...more }))) as {
      upstream: { ok: boolean; reason: string; endpoints: Record<string, string> }
      mapped: object
      email_proven: boolean
      account: { made: boolean; reason: string | null }
    }

  it('finds its metadata and keys, and says what a sign-in would come to', async () => {
    const { app } = await stage(nearby)
    const by = await root(app)
    const { url } = await openidProvider()
    await create(by, { ...oidc(url), policy: { allowed_domains: ['example.com'], trust_email: true } })

    const good = await trial(by, { sub: 'one', email: 'Ann@Example.com', email_verified: true })

    expect(good.upstream).to.deep.include({ ok: true, issuer: url, reason: null })
    expect(good.upstream.endpoints).to.include({ token_endpoint: `${url}/token`, jwks_uri: `${url}/keys` })
    expect(good.mapped).to.deep.equal({ sub: 'one', email: 'Ann@Example.com', email_verified: true })
    expect(good).to.deep.include({ email_proven: true, account: { made: true, reason: null } })

    const refusals: [claims: object, reason: string][] = [
      [{ sub: 'one', email: 'ann@example.com' }, 'email_unverified'],
      [{ sub: 'one', email: 'ann@example.org', email_verified: true }, 'domain_not_allowed'],
      [{ sub: 'one' }, 'email_missing'],
      [{ email: 'ann@example.com', email_verified: true }, 'sub_missing'],
    ]
    for (const [claims, reason] of refusals)
      expect((await trial(by, claims)).account, reason).to.deep.equal({ made: false, reason })
    expect(await app.db('users').where('email', 'like', 'ann@example.%').select('id')).to.deep.equal([])
  })

  it('goes by the registration mode and the connector too', async () => {
    const { app } = await stage()
    const by = await root(app)
    await create(by, { slug: 'idp', options: { hosted_domain: 'example.com' } })
    const ann = { sub: 'one', email: 'ann@example.com', email_verified: true }
    expect((await trial(by, ann)).account.reason).to.equal('the person is not of the hosted domain')
    await changeSetting(app, bySystem, 'registration.mode', 'invitation')
    const inside = { ...ann, hd: 'example.com' }
    await until(async () => (await trial(by, inside)).account.reason !== null)
    expect((await trial(by, inside)).account.reason).to.equal('invitation_needed')
    expect((await trial(by, inside, { invited: true })).account.made).to.equal(true)
  })

  const faults: [what: string, change: (url: string) => Record<string, unknown>, reason: RegExp][] = [
    ['names another issuer', (url) => ({ issuer: `${url}/` }), /^its metadata name another issuer/],
    [
      'has no keys',
      (url) => ({ jwks_uri: `${url}/elsewhere` }),
      /^its keys could not be fetched: status 404$/,
    ],
    ['has no address for tokens', () => ({ token_endpoint: undefined }), /^its metadata lack an address/],
    [
      'leads inside',
      () => ({ token_endpoint: 'https://169.254.169.254/t' }),
      /^token_endpoint is refused: an address/,
    ],
    [
      'leads inside by its keys',
      () => ({ jwks_uri: 'http://127.0.0.1:6379/' }),
      /^jwks_uri is refused: another scheme/,
    ],
  ]
  for (const [what, change, reason] of faults) {
    it(`says that it ${what}, and repeats nothing it answered (SS-06)`, async () => {
      const { app } = await stage(nearby)
      const by = await root(app)
      const { url } = await openidProvider(change)
      await create(by, oidc(url))

      const { upstream } = await trial(by, {})

      expect(upstream).to.include({ ok: false })
      expect(upstream.reason).to.match(reason).and.not.include('intranet')
    })
  }

  it('says that what answers is none, follows it nowhere, and repeats nothing (SS-03, SS-06)', async () => {
    const { app } = await stage(nearby)
    const by = await root(app)
    const inside = await server((_request, response) => response.end('{"issuer":"secret of the intranet"}'))
    let status = 302
    const outside = await server((_request, response) =>
      response.writeHead(status, { location: inside.url }).end('secret of the intranet'),
    )
    await create(by, oidc(outside.url))

    for (status of [302, 200, 204, 500]) {
      const { upstream } = await trial(by, {})
      expect(upstream.reason).to.equal(`its metadata cannot be used (status ${status})`)
    }
    expect(inside.asked).to.deep.equal([])
  })

  it('looks whether anybody answers at an OAuth 2 server', async () => {
    const { app } = await stage(nearby)
    const by = await root(app)
    const { url } = await server((request, response) =>
      response.writeHead(request.url === '/gone' ? 404 : 401).end(),
    )
    const options = {
      authorization_endpoint: `${url}/a`,
      token_endpoint: `${url}/t`,
      userinfo_endpoint: `${url}/u`,
    }
    await create(by, { slug: 'idp', connector: 'oauth2', options })
    expect((await trial(by, { sub: 'one' })).upstream).to.deep.include({ ok: true, issuer: url })

    const moved = { revision: 1, secret: someSecret, options: { userinfo_endpoint: `${url}/gone` } }
    expect((await by.call('PATCH', '/admin/providers/idp', moved)).status).to.equal(200)
    expect((await trial(by, {})).upstream.reason).to.equal('userinfo_endpoint answers with status 404')
  })
})

/** Waits for news that travel; the milliseconds they took. */
async function until(holds: () => Promise<boolean>): Promise<number> {
  const began = performance.now()
  while (!(await holds())) {
    if (performance.now() - began > 5_000) throw new Error('it never happened')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return performance.now() - began
}
