import { expect } from 'chai'

import { rawRequest } from '../support/raw-request.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'

/** Ways to tell a server that it is somebody else. */
const lies: Record<string, Record<string, string>> = {
  'Host: evil.test': { host: 'evil.test' },
  'Host with a port': { host: 'evil.test:3000' },
  'Host with credentials': { host: 'evil.test:x@localhost' },
  'an empty Host': { host: '' },
  'X-Forwarded-Host': { 'x-forwarded-host': 'evil.test' },
  'several X-Forwarded-Host': { 'x-forwarded-host': 'evil.test, localhost' },
  'X-Forwarded-Proto': { 'x-forwarded-proto': 'https' },
  Forwarded: { forwarded: 'for=1.2.3.4;host=evil.test;proto=https' },
  'X-Original-URL': { 'x-original-url': 'http://evil.test/', 'x-rewrite-url': 'http://evil.test/' },
  'X-Forwarded-Port': { 'x-forwarded-port': '8443', 'x-forwarded-server': 'evil.test' },
}

describe('the host in a request', () => {
  it('changes nothing in discovery and keys, whatever names it', async () => {
    const { issuer } = await stage()
    for (const target of ['/.well-known/openid-configuration', '/.well-known/jwks.json', '/openapi.json']) {
      const honest = await rawRequest(issuer, { target })
      expect(honest.status).to.equal(200)
      for (const [name, headers] of Object.entries(lies)) {
        const reply = await rawRequest(issuer, { target, headers })
        expect(reply.body, `${target} ${name}`).to.equal(honest.body)
        expect(reply.headers.get('etag'), `${target} ${name}`).to.equal(honest.headers.get('etag'))
      }
    }
  })

  it('changes nothing when the first request of all lies', async () => {
    const { issuer } = await stage()
    const target = '/.well-known/openid-configuration'
    const first = await rawRequest(issuer, {
      target,
      headers: { host: 'evil.test', 'x-forwarded-host': 'evil.test' },
    })
    expect(first.body).not.to.include('evil.test')
    expect(JSON.parse(first.body)).to.include({ issuer, token_endpoint: `${issuer}/token` })
  })

  it('changes neither redirects nor cookies of a sign-in', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app)
    const target = new URL((await client.begin()).url)
    const path = target.pathname + target.search
    const shape = (cookies: string[]) =>
      cookies.map((cookie) =>
        cookie
          .replace(/=[^;]*/, '')
          .replace(/expires=[^;]*/i, '')
          .replace(/interaction\/[\w-]+|authorize\/[\w-]+/, 'path'),
      )
    const honest = await rawRequest(issuer, { target: path })
    expect(honest.status).to.equal(303)

    for (const [name, headers] of Object.entries(lies)) {
      const reply = await rawRequest(issuer, { target: path, headers })
      expect(reply.status, name).to.equal(303)
      const location = new URL(reply.headers.get('location') ?? '', issuer)
      expect(location.origin, name).to.equal(issuer)
      expect(shape(reply.headers.getSetCookie()), name).to.deep.equal(shape(honest.headers.getSetCookie()))
      expect(JSON.stringify([...reply.headers]) + reply.body, name).not.to.include('evil.test')
    }
  })

  it('may stand in the request line and changes nothing there either (RFC 9112, section 3.2.2)', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app)
    const { pathname, search } = new URL((await client.begin()).url)
    const discovery = '/.well-known/openid-configuration'
    const honest = await rawRequest(issuer, { target: discovery })

    const found = await rawRequest(issuer, { target: `http://evil.test${discovery}` })
    const begun = await rawRequest(issuer, { target: `http://evil.test${pathname}${search}` })
    const home = await rawRequest(issuer, { target: 'http://evil.test/', headers: { accept: 'text/html' } })
    const logout = await rawRequest(issuer, {
      target: 'http://evil.test/logout',
      headers: { accept: 'text/html' },
    })

    expect(found.body).to.equal(honest.body)
    expect(begun.status).to.equal(303)
    expect(new URL(begun.headers.get('location') ?? '', issuer).origin).to.equal(issuer)
    expect([home.status, logout.status]).to.deep.equal([200, 200])
    expect(home.body + logout.body + begun.body).not.to.include('evil.test')
  })

  it('never stands in a page, an error or the form that signs out', async () => {
    const { issuer } = await stage()
    for (const target of ['/', '/nowhere', '/logout', '/authorize', '/interaction/none/login']) {
      for (const [name, headers] of Object.entries(lies)) {
        const reply = await rawRequest(issuer, { target, headers: { accept: 'text/html', ...headers } })
        expect(reply.body, `${target} ${name}`).not.to.include('evil.test')
      }
    }
  })
})
