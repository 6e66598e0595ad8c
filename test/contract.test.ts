import { expect } from 'chai'
import { z } from 'zod'

import type { Gatehouse } from '../src/app.ts'
import { routes } from '../src/http.ts'
import { documentPath, type Route } from '../src/platform/http/index.ts'
import { type Stage, stage } from './support/stage.ts'

interface Operation {
  operationId: string
  summary: string
  security: Record<string, string[]>[]
  parameters?: { name: string; in: string }[]
  requestBody?: object
  responses: Record<string, { content?: Record<string, object> }>
}

interface Document {
  openapi: string
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { securitySchemes: object; schemas: Record<string, unknown> }
}

async function documentOf({ issuer }: Stage): Promise<Document> {
  const reply = await fetch(`${issuer}/openapi.json`)
  return (await reply.json()) as Document
}

const entryOf = (document: Document, { method, path }: Route): Operation | undefined =>
  document.paths[documentPath(path)]?.[method]

const named = ({ method, path }: Route): string => `${method} ${path}`

/** Something for every parameter of a path. */
const pathFor = ({ path }: Route): string => path.replace(/:\w+/g, '01900000-0000-7000-8000-000000000000')

/** RFC 9728, section 5.1. */
const metadataOf = (issuer: string): string =>
  `resource_metadata="${issuer}/.well-known/oauth-protected-resource"`

const guarded = (app: Gatehouse): Route[] => routes(app).filter(({ access }) => access !== 'public')

const call = (issuer: string, route: Route, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(issuer + pathFor(route), {
    method: route.method.toUpperCase(),
    headers: { ...(route.body && { 'content-type': 'application/json' }), ...headers },
    ...(route.body && { body: '{}' }),
  })

describe('the contract of every JSON operation', () => {
  it('says who may call, what it is for and what it answers', async () => {
    const { app } = await stage()
    const all = routes(app)

    expect(all).not.to.be.empty
    for (const route of all) {
      const { access, summary, reply } = route
      expect(
        access === 'public' || access === 'signed-in' || /^[a-z_]+:[a-z_]+:[a-z_]+$/.test(access.permission),
        named(route),
      ).to.equal(true)
      expect(summary, named(route)).to.match(/^[A-Z].{3,80}[^.]$/)
      expect(
        Object.keys(reply).some((status) => status.startsWith('2')),
        named(route),
      ).to.equal(true)
      for (const schema of Object.values(reply)) expect(schema, named(route)).to.be.instanceOf(z.ZodType)
    }
  })

  it('stands once under its method and path', async () => {
    const { app } = await stage()
    const names = routes(app).map(named)
    expect(names).to.deep.equal([...new Set(names)])
  })

  it('is in the OpenAPI document with its summary, its replies and its problems', async () => {
    const built = await stage()
    const document = await documentOf(built)

    for (const route of routes(built.app)) {
      const entry = entryOf(document, route)
      expect(entry?.summary, named(route)).to.equal(route.summary)
      expect(entry?.responses, named(route)).to.include.keys(...Object.keys(route.reply), '429', 'default')
      expect(entry?.responses.default?.content, named(route)).to.have.key('application/problem+json')
      expect(entry?.requestBody !== undefined, named(route)).to.equal(
        (route.body ?? route.takes) !== undefined,
      )
    }
  })

  it('asks for the access token in the OpenAPI document exactly where the server does', async () => {
    const built = await stage()
    const document = await documentOf(built)

    for (const route of routes(built.app)) {
      const { access } = route
      const needed =
        access === 'public' ? [] : [{ access_token: access === 'signed-in' ? [] : [access.permission] }]
      expect(entryOf(document, route)?.security, named(route)).to.deep.equal(needed)
      if (access !== 'public')
        expect(entryOf(document, route)?.responses, named(route)).to.include.keys('401')
    }
  })

  it('refuses a stranger with 401, a challenge and a problem, and says nothing else', async () => {
    const { app, issuer } = await stage()

    for (const route of guarded(app)) {
      const reply = await call(issuer, route)
      expect(reply.status, named(route)).to.equal(401)
      expect(reply.headers.get('www-authenticate'), named(route)).to.equal(`Bearer ${metadataOf(issuer)}`)
      expect(reply.headers.get('content-type'), named(route)).to.include('application/problem+json')
      expect(reply.headers.get('cache-control'), named(route)).to.equal('no-store')
      const body = (await reply.json()) as object
      expect(body, named(route)).to.have.all.keys('type', 'title', 'status', 'request_id')
      expect(body, named(route)).to.include({ type: 'urn:gatehouse:problem:not_signed_in', status: 401 })
    }
  })

  it('refuses a bearer that is no token of ours with 401 and invalid_token (RFC 6750, section 3.1)', async () => {
    const { app, issuer } = await stage()
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
    const presented = [
      'Bearer garbage',
      'Bearer a.b.c',
      `Bearer ${none}.${none}.`,
      'Bearer ',
      'Basic YW5uOmFubg==',
      `Bearer ${'x'.repeat(9000)}`,
    ]

    for (const route of guarded(app)) {
      for (const authorization of presented) {
        const reply = await call(issuer, route, { authorization })
        expect(reply.status, `${named(route)} ${authorization}`).to.equal(401)
        expect(reply.headers.get('www-authenticate'), authorization).to.match(/^Bearer/)
        expect(reply.headers.get('content-type'), authorization).to.include('application/problem+json')
      }
      const reply = await call(issuer, route, { authorization: 'Bearer garbage' })
      expect(reply.headers.get('www-authenticate')).to.equal(
        `Bearer error="invalid_token", ${metadataOf(issuer)}`,
      )
    }
  })
})

/** What an application sends besides its name, for every operation that knows who calls by that. */
const asApplications: Record<string, object> = {
  '/auth/register': { email: 'ann@example.com', password: 'a quiet harbour at dawn' },
  '/auth/login': { login: 'ann@example.com', password: 'a quiet harbour at dawn' },
  '/auth/refresh': { refresh_token: 'x' },
  '/auth/password/forgot': { login: 'ann@example.com' },
  '/auth/password/reset': { token: 'x', new_password: 'a quiet harbour at dawn' },
  '/auth/email/verify': { token: 'x' },
  '/auth/email/verify/resend': { login: 'ann@example.com' },
  '/auth/by-mail/start': { login: 'ann@example.com' },
  '/auth/by-mail/verify': { handle: 'x', code: '12345678' },
  '/auth/mfa/verify': { mfa_token: 'x', type: 'totp', code: '123456' },
  '/auth/mfa/challenge': { mfa_token: 'x', type: 'passkey' },
  '/auth/mfa/enrol': { mfa_token: 'x', type: 'totp' },
  '/auth/mfa/lost': { mfa_token: 'x' },
  '/auth/mfa/enrol/verify': { mfa_token: 'x', id: '019a0000-0000-7000-8000-000000000000', code: '123456' },
  '/auth/mfa/enrol/phone': { mfa_token: 'x', phone_number: '+4915112345678' },
  '/auth/mfa/enrol/phone/verify': { mfa_token: 'x', code: '123456' },
  '/auth/mfa/enrol/key': { mfa_token: 'x', type: 'passkey' },
  '/auth/mfa/enrol/key/verify': {
    mfa_token: 'x',
    credential: {
      ...{ id: 'x', rawId: 'x', type: 'public-key' },
      response: { clientDataJSON: 'x', attestationObject: 'x' },
    },
  },
  '/auth/passkey/options': {},
  '/auth/passkey': {
    handle: 'x',
    credential: {
      ...{ id: 'x', rawId: 'x', type: 'public-key' },
      response: { clientDataJSON: 'x', authenticatorData: 'x', signature: 'x', userHandle: 'x' },
    },
  },
  '/auth/oauth/:provider/nonce': {},
  '/auth/oauth/:provider/callback': { id_token: 'x', nonce: 'x' },
}

describe('an operation that knows who calls by the application’s name', () => {
  it('asks for that before anything else, and is one that no access token opens', async () => {
    const { app, issuer } = await stage()
    const named = routes(app).filter(({ namesClient }) => namesClient)
    expect(named.map(({ path }) => path)).to.have.members(Object.keys(asApplications))

    for (const { path, access } of named) {
      expect(access, path).to.equal('public')
      const send = (more: object) =>
        fetch(issuer + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...asApplications[path], ...more }),
        })
      expect((await send({})).status, path).to.equal(400)
      const unknown = await send({ client_id: 'gh_AAAAAAAAAAAAAAAAAAAAAA' })
      expect(unknown.status, path).to.equal(401)
      expect(await unknown.json(), path).to.include({ type: 'urn:gatehouse:problem:invalid_client' })
    }
  })
})

describe('the OpenAPI document', () => {
  it('is version 3.1, public, and cacheable for five minutes', async () => {
    const { issuer } = await stage()

    const reply = await fetch(`${issuer}/openapi.json`)

    expect(reply.status).to.equal(200)
    expect(reply.headers.get('cache-control')).to.equal('public, max-age=300')
    expect(reply.headers.get('content-type')).to.match(/^application\/json/)
    expect(await reply.json()).to.deep.include({ openapi: '3.1.0', servers: [{ url: issuer }] })
  })

  it('describes what is served and nothing besides', async () => {
    const built = await stage()
    const document = await documentOf(built)
    const described = Object.entries(document.paths).flatMap(([path, entries]) =>
      Object.keys(entries).map((method) => `${method} ${path}`),
    )
    const probes = ['/health', '/health/live', '/health/ready', '/openapi.json'].map((path) => `get ${path}`)

    const served = routes(built.app).map(({ method, path }) => `${method} ${documentPath(path)}`)

    expect(described).to.have.members([...probes, ...served])
  })

  it('names every operation once, and every reference leads somewhere', async () => {
    const document = await documentOf(await stage())
    const operations = Object.values(document.paths).flatMap((entries) => Object.values(entries))

    const names = operations.map(({ operationId }) => operationId)

    expect(names).to.deep.equal([...new Set(names)])
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]
    expect(references).not.to.be.empty
    for (const [, name = ''] of references) expect(document.components.schemas).to.have.property(name)
  })

  it('shows times as text, for JSON knows no others', async () => {
    const document = await documentOf(await stage())
    const shown = JSON.stringify(document.paths['/users/me'])
    expect(shown).to.include('"created_at":{"type":"string","format":"date-time"}')
  })
})
