import { expect } from 'chai'
import { z } from 'zod'

import { endpoint, page } from '../../src/platform/http/index.ts'
import { rawRequest } from '../support/raw-request.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sampleSite } from '../support/sample-site.ts'
import { stage } from '../support/stage.ts'

const type = (code: string): string => `urn:gatehouse:problem:${code}`

/** Routes and pages that go wrong in every way a handler can. */
const site = {
  routes: [
    endpoint({
      method: 'post',
      path: '/cats',
      summary: 'Add a cat',
      access: 'signed-in',
      body: z.strictObject({ name: z.string().max(10) }),
      reply: { 201: z.object({ name: z.string() }) },
      handle: async ({ body }) => ({ status: 201, body: { ...body, secret: 'hunter2' } }),
    }),
    endpoint({
      method: 'get',
      path: '/broken',
      summary: 'Break',
      access: 'public',
      reply: { 200: z.undefined() },
      handle: async () => {
        throw new Error('select password from users -- in /srv/gatehouse/secret.ts')
      },
    }),
    endpoint({
      method: 'get',
      path: '/undeclared',
      summary: 'Answer what was not declared',
      access: 'public',
      reply: { 200: z.undefined() },
      handle: async () => ({ status: 418, body: { secret: 'hunter2' } }),
    }),
    endpoint({
      method: 'get',
      path: '/dogs',
      summary: 'List dogs',
      access: { permission: 'dogs:read:any' },
      reply: { 200: z.undefined() },
      handle: async () => ({ status: 200 }),
    }),
  ],
  pages: [
    page({
      method: 'get',
      path: '/broken-page',
      summary: 'Break',
      handle: async () => {
        throw new Error('select password from users -- in /srv/gatehouse/secret.ts')
      },
    }),
  ],
}

const addCat = (origin: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${origin}/cats`, {
    method: 'POST',
    headers: { authorization: 'Bearer ann', 'content-type': 'application/json', ...headers },
    body,
  })

describe('a request that cannot be answered', () => {
  it('gets a problem for a program when nothing is at its address', async () => {
    const { issuer } = await stage()

    const reply = await fetch(`${issuer}/nowhere`)

    expect(reply.status).to.equal(404)
    expect(reply.headers.get('content-type')).to.include('application/problem+json')
    const body = (await reply.json()) as { request_id: string }
    expect(body).to.include({ type: type('no_such_path'), status: 404 })
    expect(body.request_id).to.equal(reply.headers.get('x-request-id'))
  })

  it('gets a page for a person when nothing is at its address', async () => {
    const { issuer } = await stage()

    const reply = await fetch(`${issuer}/nowhere`, { headers: { accept: 'text/html,*/*;q=0.8' } })

    expect(reply.status).to.equal(404)
    expect(reply.headers.get('content-type')).to.include('text/html')
    expect(await reply.text()).to.include('<html')
  })

  it('gets 405 and the methods there are for another method', async () => {
    const { issuer } = await stage()
    for (const method of ['POST', 'QUERY', 'PROPFIND']) {
      const reply = await fetch(`${issuer}/users/me`, { method })
      expect(reply.status, method).to.equal(405)
      expect(reply.headers.get('content-type'), method).to.include('application/problem+json')
      expect(reply.headers.get('allow'), method).to.include('GET')
      expect(await reply.json()).to.include({ type: type('method_not_allowed') })
    }
  })

  it('gets no echo for TRACE', async () => {
    const { issuer } = await stage()
    const reply = await rawRequest(issuer, {
      method: 'TRACE',
      target: '/',
      headers: { 'x-secret': 'hunter2' },
    })
    expect(reply.status).to.equal(405)
    expect(reply.body).not.to.include('hunter2')
  })

  it('gets 400 for a body that is not JSON, or not what the contract asks, and never its value', async () => {
    const origin = await sampleSite(site)

    const malformed = await addCat(origin, '{')
    expect(malformed.status).to.equal(400)
    expect(await malformed.json()).to.include({ type: type('malformed') })

    const wrong = await addCat(origin, JSON.stringify({ name: 'hunter2-hunter2' }))
    expect(wrong.status).to.equal(400)
    const told = await wrong.text()
    expect(told).to.include(type('invalid_input')).and.include('"field":"name"').and.not.include('hunter2')

    const extra = await addCat(origin, JSON.stringify({ name: 'Tom', role: 'root_admin' }))
    expect(extra.status).to.equal(400)
  })

  it('gets 415 for another content type, and none is taken for JSON', async () => {
    const origin = await sampleSite(site)
    for (const contentType of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml',
      'multipart/form-data',
    ]) {
      const reply = await addCat(origin, '{"name":"Tom"}', { 'content-type': contentType })
      expect(reply.status, contentType).to.equal(415)
      expect(await reply.json()).to.include({ type: type('unsupported_media_type') })
    }
  })

  it('gets 413 for a body beyond 64 KB', async () => {
    const origin = await sampleSite(site)
    const reply = await addCat(origin, JSON.stringify({ name: 'x'.repeat(70_000) }))
    expect(reply.status).to.equal(413)
    expect(await reply.json()).to.include({ type: type('payload_too_large') })
  })

  it('is asked who it is before its body is read', async () => {
    const origin = await sampleSite(site)
    for (const body of ['{', 'x'.repeat(70_000)]) {
      const reply = await addCat(origin, body, { authorization: '' })
      expect(reply.status).to.equal(401)
    }
  })

  it('gets 403 without the permission, whoever it is', async () => {
    const origin = await sampleSite(site)
    const reply = await fetch(`${origin}/dogs`, { headers: { authorization: 'Bearer ann' } })
    expect(reply.status).to.equal(403)
    expect(await reply.json()).to.include({ type: type('not_allowed') })
  })

  it('gets 431 for headers beyond 16 KB (RFC 6585, section 5)', async () => {
    const { issuer } = await stage()

    const tooMuch = await rawRequest(issuer, { target: '/', headers: { 'x-filler': 'x'.repeat(17 * 1024) } })
    const cookies = Array.from({ length: 200 }, (_, index) => `c${index}=${'x'.repeat(100)}`).join('; ')
    const tooMany = await rawRequest(issuer, { target: '/', headers: { cookie: cookies } })

    expect(tooMuch.status).to.equal(431)
    expect(tooMany.status).to.equal(431)
    expect((await fetch(`${issuer}/health/live`)).status).to.equal(200)
  })

  it('gets 400 for what is no HTTP', async () => {
    const { issuer } = await stage()
    expect((await rawRequest(issuer, { method: 'G{T', target: '/' })).status).to.equal(400)
  })
})

describe('a fault of ours', () => {
  const secrets = ['select password', '/srv/', 'secret.ts', 'hunter2', 'node_modules', '    at ', 'Error:']

  it('shows a program nothing but the request id', async () => {
    const origin = await sampleSite(site)
    for (const path of ['/broken', '/undeclared', '/broken-page']) {
      const reply = await fetch(origin + path)
      const text = await reply.text()
      expect(reply.status, path).to.equal(500)
      for (const secret of secrets) expect(text, path).not.to.include(secret)
      expect(JSON.parse(text)).to.include({
        type: type('internal'),
        request_id: reply.headers.get('x-request-id'),
      })
    }
  })

  it('shows a person nothing but the request id', async () => {
    const origin = await sampleSite(site)
    for (const path of ['/broken', '/broken-page']) {
      const reply = await fetch(origin + path, { headers: { accept: 'text/html' } })
      const text = await reply.text()
      expect(reply.status, path).to.equal(500)
      for (const secret of secrets) expect(text, path).not.to.include(secret)
      expect(text).to.include(reply.headers.get('x-request-id') ?? 'no id')
      expect(reply.headers.get('content-security-policy')).to.include("default-src 'none'")
    }
  })

  it('shows nothing either when the provider fails', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app)
    await app.db.raw('alter table oidc_payloads rename to payloads_gone')

    const token = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client.clientId}:${client.secret ?? ''}`)}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'hunter2' }),
    })
    const page = await fetch(`${issuer}/logout`, { headers: { accept: 'text/html' }, redirect: 'manual' })

    expect(token.status).to.equal(500)
    expect(page.status).to.equal(500)
    for (const text of [await token.text(), await page.text()]) {
      for (const secret of [...secrets, 'payloads', 'relation']) expect(text).not.to.include(secret)
    }
  })

  it('lets out of a reply only what the contract declares', async () => {
    const origin = await sampleSite(site)
    const reply = await addCat(origin, '{"name":"Tom"}')
    expect(await reply.json()).to.deep.equal({ name: 'Tom' })
  })
})
