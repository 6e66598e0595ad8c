import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { formsOf } from '../../support/browser.ts'
import { type Person, person } from '../../support/people.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { cookieHeader } from '../authorize/ask.ts'
import { opens } from '../tokens/requests.ts'

const issuer = 'https://id.example.test'
const callback = 'https://rp.example/cb'

const readableByScripts = '__Host-gatehouse_browser_state'

interface Cookie {
  name: string
  value: string
  attributes: Record<string, string>
}

function toCookie(line: string): Cookie {
  const [pair = '', ...rest] = line.split(/; */)
  const at = pair.indexOf('=')
  const attributes = rest.map((one) => {
    const [name = '', value = ''] = one.split('=')
    return [name.toLowerCase(), value]
  })
  return {
    name: pair.slice(0, at),
    value: pair.slice(at + 1),
    attributes: Object.fromEntries(attributes) as Record<string, string>,
  }
}

/** What a browser behind a proxy that ends TLS does, from the first request to the client's callback. */
function openSecureBrowser(origin: string) {
  const jar = new Map<string, Cookie>()
  const all: Cookie[] = []
  const request = async (url: URL, form?: Record<string, string>) => {
    const sent = [...jar.values()].filter(({ attributes }) => url.pathname.startsWith(attributes.path ?? '/'))
    const reply = await fetch(origin + url.pathname + url.search, {
      headers: {
        accept: 'text/html',
        cookie: sent.map(({ name, value }) => `${name}=${value}`).join('; '),
        ...(form && { origin: issuer, 'sec-fetch-site': 'same-origin' }),
      },
      redirect: 'manual',
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of reply.headers.getSetCookie().map(toCookie)) {
      all.push(cookie)
      jar.set(`${cookie.name} ${cookie.attributes.path}`, cookie)
    }
    const location = reply.headers.get('location')
    return { html: await reply.text(), next: location === null ? null : new URL(location, issuer) }
  }
  return {
    all,
    async signIn(start: URL, ann: Person): Promise<URL> {
      let url = start
      for (let step = 0; step < 10; step++) {
        const { html, next } = await request(url)
        if (next) {
          if (next.origin !== issuer) return next
          url = next
          continue
        }
        const form = formsOf(html)[0]
        const action = new URL(form?.action ?? '', url)
        const answered = await request(action, { ...form?.fields, login: ann.email, password: ann.password })
        if (!answered.next)
          throw new Error(`the sign-in stopped at ${url.pathname}: ${answered.html.slice(0, 500)}`)
        url = answered.next
      }
      throw new Error('the sign-in did not end')
    },
    signOut: async () => {
      const { html } = await request(new URL('/logout', issuer))
      const form = formsOf(html)[0]
      return request(new URL(form?.action ?? '', issuer), { ...form?.fields, logout: 'yes' })
    },
  }
}

async function beginAt(app: Gatehouse): Promise<URL> {
  const { client } = await createClient(app, bySystem, {
    name: 'x',
    redirectUris: [callback],
    firstParty: true,
  })
  const query = {
    client_id: client.id,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
  }
  return new URL(`/authorize?${String(new URLSearchParams(query))}`, issuer)
}

describe('the cookies of an https issuer (SE-01)', () => {
  it('are held to this host, secure, out of reach of scripts and of other sites, without a domain', async () => {
    const { app, replica } = await stage({ variables: { ISSUER: issuer } })
    const { origin } = await replica()
    const browser = openSecureBrowser(origin)

    const landing = await browser.signIn(await beginAt(app), await person(app))
    await browser.signOut()

    expect(landing.origin + landing.pathname).to.equal(callback)
    expect(landing.searchParams.get('iss')).to.equal(issuer)
    const names = new Set(browser.all.map(({ name }) => name.replace(/\.sig$/, '')))
    expect([...names].sort()).to.deep.equal([
      readableByScripts,
      '__Host-gatehouse_device',
      '__Host-gatehouse_session',
      '__Secure-gatehouse_interaction',
      '__Secure-gatehouse_resume',
    ])
    for (const { name, attributes } of browser.all) {
      if (name === readableByScripts) {
        // OpenID Connect Session Management 1.0, section 3.2: read by a script of ours, in other sites' frames.
        expect(attributes, name).to.include({ samesite: 'none', path: '/' })
        expect(attributes, name).to.include.keys('secure').and.not.to.include.keys('httponly', 'domain')
        continue
      }
      expect(attributes, name).to.include.keys('secure', 'httponly', 'samesite', 'path')
      expect(attributes.samesite, name).to.match(/^(lax|strict)$/i)
      expect(attributes, name).not.to.have.property('domain')
      if (name.startsWith('__Host-')) expect(attributes.path, name).to.equal('/')
      else expect(attributes.path, name).to.match(/^\/(interaction|authorize)\/[\w-]{43}$/)
    }
  })

  it('hold at least 128 random bits and a signature, and nothing else', async () => {
    const { app, replica } = await stage({ variables: { ISSUER: issuer } })
    const { origin } = await replica()
    const values = new Set<string>()
    const ann = await person(app)
    const start = await beginAt(app)
    for (let turn = 0; turn < 3; turn++) {
      const browser = openSecureBrowser(origin)
      await browser.signIn(start, ann)
      for (const { name, value } of browser.all.filter(({ value }) => value !== '')) {
        if (name.endsWith('.sig')) expect(value).to.match(/^[\w-]{27,}$/)
        else expect(value).to.match(/^[\w-]{43}$/)
        if (name === '__Host-gatehouse_session') values.add(value)
      }
    }
    expect(values.size).to.be.at.least(3)
  })

  it('carry plain names on http://localhost, where browsers refuse the prefixes', async () => {
    const { app } = await stage()
    const { browser } = await (await relyingParty(app)).signIn(await person(app))
    for (const { name } of browser.cookies()) expect(name).to.match(/^gatehouse_/)
  })
})

describe('a cookie that is malformed (SE-06)', () => {
  const fixture = sharedStage(async ({ app, issuer: local }) => {
    const client = await relyingParty(app)
    const { browser, tokens } = await client.signIn(await person(app))
    return { app, local, client, tokens, good: cookieHeader(browser).cookie ?? '' }
  })

  const name = 'gatehouse_session'
  const spoil: Record<string, (good: string) => string> = {
    'no signature': (good) => good.replace(/; ?gatehouse_session\.sig=[^;]+/, ''),
    'a wrong signature': (good) => good.replace(/(\.sig=)[^;]+/, '$1AAAAAAAAAAAAAAAAAAAAAAAAAAA'),
    'an empty signature': (good) => good.replace(/(\.sig=)[^;]+/, '$1'),
    'another value under the signature': (good) => good.replace(/session=[^;]+/, `session=${'A'.repeat(43)}`),
    '8 KB': () => `${name}=${'x'.repeat(8_000)}; ${name}.sig=${'y'.repeat(100)}`,
    'invalid UTF-8': () => `${name}=\xff\xfe%ff%c0%80; ${name}.sig=\xff`,
    'percent signs': () => `${name}=%; ${name}.sig=%zz`,
    'control characters': () => `${name}=\x01\x7f`,
    JSON: () => `${name}={"accountId":"root"}; ${name}.sig=x`,
    'names of objects': () => `__proto__=x; constructor=y; ${name}=__proto__; ${name}.sig=constructor`,
    nothing: () => '',
    'only separators': () => ';;;===;;',
    'two hundred cookies': () => Array.from({ length: 200 }, (_, index) => `c${index}=x`).join('; '),
    'a hash of a stored id': () => `${name}=${'a'.repeat(64)}; ${name}.sig=x`,
  }

  const silently = async (cookie: string) => {
    const { client, local } = fixture()
    const { pathname, search } = new URL((await client.begin({ prompt: 'none' })).url)
    return rawRequest(local, { target: pathname + search, headers: cookie === '' ? {} : { cookie } })
  }

  it('unlike a good one, lets nobody in', async () => {
    const { good } = fixture()
    expect((await silently(good)).headers.get('location')).to.include('code=')
  })

  for (const [what, spoiled] of Object.entries(spoil)) {
    it(`with ${what} is nobody’s, and no fault`, async () => {
      const { good, local } = fixture()
      const reply = await silently(spoiled(good))
      expect(reply.status).to.be.oneOf([303, 400, 431])
      if (reply.status === 303) expect(reply.headers.get('location')).to.include('login_required')
      for (const target of [
        '/logout',
        '/',
        '/interaction/none/login',
        '/authorize/none',
        '/logout/confirm',
      ]) {
        const other = await rawRequest(local, {
          target,
          headers: { accept: 'text/html', cookie: spoiled(good) },
        })
        expect(other.status, target).to.be.below(500)
      }
    })
  }

  it('beside the good one of the same name never counts for more than the good one', async () => {
    const { good } = fixture()
    const evil = `${name}=${'A'.repeat(43)}`
    for (const cookie of [`${evil}; ${good}`, `${good}; ${evil}`]) {
      const reply = await silently(cookie)
      expect(reply.status).to.equal(303)
      expect(reply.headers.get('location')).to.match(/code=|login_required/)
    }
  })

  it('ended nobody’s session on the way', async () => {
    const { good, local, tokens } = fixture()
    expect((await silently(good)).headers.get('location')).to.include('code=')
    expect(await opens(local, tokens.access_token)).to.equal(true)
  })
})
