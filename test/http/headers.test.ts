import { expect } from 'chai'

import { page } from '../../src/platform/http/index.ts'
import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sampleSite } from '../support/sample-site.ts'
import { stage } from '../support/stage.ts'

const html = { accept: 'text/html' }

/** What OWASP ASVS 5.0, 3.4, and RFC 9700, section 4.16, want on every page. */
function expectHardened(headers: Headers, what: string): void {
  const policy = headers.get('content-security-policy') ?? ''
  const directives = [
    "default-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "script-src 'self'",
  ]
  for (const directive of directives) expect(policy, what).to.include(directive)
  expect(policy, what).not.to.match(/unsafe-inline|unsafe-eval|\*/)
  expect(headers.get('x-content-type-options'), what).to.equal('nosniff')
  expect(headers.get('x-frame-options'), what).to.equal('DENY')
  expect(headers.get('referrer-policy'), what).to.equal('no-referrer')
  expect(headers.get('cross-origin-opener-policy'), what).to.equal('same-origin')
  expect(headers.get('permissions-policy'), what).to.include('camera=()')
  expect(headers.get('cache-control'), what).to.equal('no-store')
  expect(headers.get('x-request-id'), what).to.match(/^[\w-]{16}$/)
  for (const name of ['server', 'x-powered-by']) expect(headers.get(name), what).to.equal(null)
}

describe('the headers of an answer', () => {
  it('protect every page, the missing and the refused ones included', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app)
    const { url } = await client.begin()
    const paths = [
      '/',
      '/nowhere',
      '/interaction/none/login',
      '/interaction/none/register',
      '/interaction/none/consent',
      '/logout',
      '/logout/confirm',
      '/authorize',
      '/authorize?client_id=gh_nobody',
      '/authorize/nowhere',
      '/token',
      '/users/me',
      '/demo',
    ]

    for (const path of paths) {
      const reply = await fetch(issuer + path, { headers: html, redirect: 'manual' })
      if (reply.headers.get('content-type')?.includes('text/html')) expectHardened(reply.headers, path)
      else expect(reply.status, `${path} answers no page`).to.be.oneOf([302, 303, 400, 401, 404, 405])
    }
    const login = await openBrowser().go(url)
    expect(login.status).to.equal(200)
    expectHardened(login.headers, 'the sign-in')
  })

  it('protect the page of a fault', async () => {
    const broken = page({
      method: 'get',
      path: '/broken',
      summary: 'Break',
      handle: () => Promise.reject(new Error('x')),
    })
    const origin = await sampleSite({ pages: [broken] })

    const reply = await fetch(`${origin}/broken`, { headers: html })

    expect(reply.status).to.equal(500)
    expectHardened(reply.headers, 'a fault')
  })

  it('demand https for two years under an https issuer, and only there', async () => {
    const secure = await stage({ variables: { ISSUER: 'https://id.example.com' } })
    const { origin } = await secure.replica()
    const plain = await stage()

    for (const path of ['/', '/nowhere', '/authorize', '/health/live', '/.well-known/jwks.json']) {
      const reply = await fetch(origin + path, { headers: html })
      expect(reply.headers.get('strict-transport-security'), path).to.match(/^max-age=63072000/)
    }
    expect((await fetch(plain.issuer)).headers.get('strict-transport-security')).to.equal(null)
  })

  it('forbid to store whatever holds a secret or is about a person, and whatever was refused', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app)
    const { tokens } = await client.signIn(await person(app))
    const bearer = { authorization: `Bearer ${tokens.access_token}` }
    const basic = { authorization: `Basic ${btoa(`${client.clientId}:${client.secret ?? ''}`)}` }
    const post = (path: string, fields: Record<string, string>) =>
      fetch(issuer + path, { method: 'POST', headers: basic, body: new URLSearchParams(fields) })

    const answers = {
      me: await fetch(`${issuer}/users/me`, { headers: bearer }),
      userinfo: await fetch(`${issuer}/userinfo`, { headers: bearer }),
      stranger: await fetch(`${issuer}/users/me`),
      missing: await fetch(`${issuer}/nowhere`),
      health: await fetch(`${issuer}/health`),
      introspection: await post('/introspect', { token: tokens.access_token }),
      refresh: await post('/token', {
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token ?? '',
      }),
      refusal: await post('/token', { grant_type: 'refresh_token', refresh_token: 'x' }),
      revocation: await post('/revoke', { token: tokens.access_token }),
    }

    for (const [what, reply] of Object.entries(answers))
      expect(reply.headers.get('cache-control'), what).to.include('no-store')
    expect([answers.me.status, answers.userinfo.status, answers.refresh.status]).to.deep.equal([
      200, 200, 200,
    ])
  })

  it('let only what is the same for everyone be cached', async () => {
    const { issuer } = await stage()
    const paths = [
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
      '/.well-known/jwks.json',
      '/openapi.json',
      '/assets/brand.css',
    ]
    for (const path of paths) {
      const reply = await fetch(issuer + path)
      expect(reply.headers.get('cache-control'), path).to.match(/^public, max-age=\d+$/)
      expect(reply.headers.get('set-cookie'), path).to.equal(null)
    }
  })
})
