import { expect } from 'chai'

import { displayHost, redirectUriFault, validateRedirectUris } from '../../src/features/clients/index.ts'
import { Problem } from '../../src/platform/errors.ts'

type Type = 'web' | 'native'

const accepted: [type: Type, uri: string][] = [
  ['web', 'https://rp.example/cb'],
  ['web', 'https://rp.example'],
  ['web', 'https://rp.example:8443/cb?tenant=a'],
  ['web', 'https://xn--bcher-kva.example/cb'],
  ['web', 'https://rp.example/a%20b'],
  ['web', 'http://127.0.0.1/cb'],
  ['web', 'http://127.0.0.1:8080/cb'],
  ['web', 'http://[::1]:9000/cb'],
  ['web', 'http://localhost:3000/cb'],
  ['native', 'https://rp.example/cb'],
  ['native', 'http://127.0.0.1/cb'],
  ['native', 'com.example.app:/cb'],
  ['native', 'com.example.app://cb'],
]

const refused: [type: Type, uri: string, why: RegExp][] = [
  ['web', 'http://rp.example/cb', /https/],
  ['native', 'http://rp.example/cb', /https/],
  ['web', 'http://127.0.0.1.evil.test/cb', /https/],
  ['web', 'http://localhost.evil.test/cb', /https/],
  ['web', 'http://localhost./cb', /https/],
  ['web', 'http://127.0.0.2/cb', /https/],
  ['web', 'http://2130706433/cb', /normal form/],
  ['web', 'http://0x7f.1/cb', /normal form/],
  ['web', 'http://[0:0:0:0:0:0:0:1]/cb', /normal form/],
  ['web', 'http://127.0.0.1:80@evil.test/cb', /user name/],
  ['web', 'https://rp.example@evil.test/cb', /user name/],
  ['web', 'https://@rp.example/cb', /user name/],
  ['web', 'https://:@rp.example/cb', /user name/],
  ['web', 'javascript:alert(1)', /scheme/],
  ['native', 'JaVaScRiPt:alert(1)', /scheme/],
  ['native', 'data:text/html,hi', /scheme/],
  ['native', 'file:///etc/passwd', /scheme/],
  ['native', 'VBSCRIPT:x', /scheme/],
  ['native', 'blob:https://rp.example/1', /scheme/],
  ['native', 'about:blank', /scheme/],
  ['web', 'java\tscript:alert(1)', /control/],
  ['web', 'https://*.rp.example/*', /wildcard/],
  ['web', 'https://rp.example/*', /wildcard/],
  ['web', '*', /wildcard/],
  ['web', 'https://rp.example/cb#', /fragment/],
  ['web', 'https://rp.example/cb#x', /fragment/],
  ['web', '/cb', /absolute/],
  ['web', '//rp.example/cb', /absolute/],
  ['web', 'rp.example/cb', /absolute/],
  ['web', '', /absolute/],
  ['web', 'https://', /absolute/],
  ['web', 'https:rp.example/cb', /normal form/],
  ['web', 'https:///rp.example/cb', /normal form/],
  ['web', 'https:/\\evil.test', /backslash/],
  ['web', 'https://rp.example\\@evil.test/', /backslash/],
  ['web', ' https://rp.example/cb', /space/],
  ['web', 'https://rp.example/cb\r\nLocation: x', /control/],
  ['web', 'https://rp.example/%0d%0aLocation:', /control/],
  ['web', 'https://rp.example/%09/evil', /control/],
  ['web', 'https://rp.example/\u0000', /control/],
  ['web', 'https://bücher.example/cb', /ASCII/],
  ['web', 'https://rp.example/\u202ecb', /ASCII/],
  ['web', 'HTTPS://RP.EXAMPLE/cb', /normal form/],
  ['web', 'https://RP.example/cb', /normal form/],
  ['web', 'https://rp.example:443/cb', /normal form/],
  ['web', 'https://rp.example/a/../cb', /normal form/],
  ['web', 'https://rp.example/a/%2e%2e/cb', /normal form/],
  ['web', 'https://rp.example/<cb>', /normal form/],
  ['web', 'https://rp.example/cb?code=attacker&state=x', /query parameter/],
  ['web', 'https://rp.example/cb?iss=x', /query parameter/],
  ['web', 'com.example.app:/cb', /native/],
  ['web', 'ftp://rp.example/cb', /native/],
  ['native', 'myapp:/cb', /com\.example\.app/],
  ['native', 'ftp://rp.example/cb', /com\.example\.app/],
  ['native', 'https://localhost/cb', /loopback/],
  ['native', 'https://127.0.0.1/cb', /loopback/],
  ['web', `https://rp.example/${'a'.repeat(2000)}`, /2000/],
]

describe('which redirect URIs may be registered', () => {
  for (const [type, uri] of accepted) {
    it(`accepts ${uri} of a ${type} client`, () => {
      expect(redirectUriFault(uri, type)).to.equal(null)
    })
  }

  for (const [type, uri, why] of refused) {
    it(`refuses ${JSON.stringify(uri).slice(0, 60)} of a ${type} client`, () => {
      expect(redirectUriFault(uri, type)).to.match(why)
    })
  }

  it('names each refused one by its field', () => {
    const uris = ['https://rp.example/cb', 'http://rp.example/cb', 'javascript:alert(1)']
    const problem = refusalOf(() => {
      validateRedirectUris('redirectUris', uris, 'web')
    })
    expect(problem).to.include({ code: 'invalid_redirect_uri', status: 400 })
    expect(problem.options.fields?.map(({ field }) => field)).to.deep.equal([
      'redirectUris.1',
      'redirectUris.2',
    ])
  })

  it('takes 50 and not 51', () => {
    const uris = Array.from({ length: 51 }, (_, index) => `https://rp.example/${index}`)
    validateRedirectUris('redirectUris', uris.slice(1), 'web')
    const problem = refusalOf(() => {
      validateRedirectUris('redirectUris', uris, 'web')
    })
    expect(problem.options.fields).to.deep.equal([{ field: 'redirectUris', detail: 'more than 50' }])
  })
})

function refusalOf(work: () => void): Problem {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem) return error
  }
  throw new Error('nothing was refused')
}

describe('how the host of a redirect URI is shown', () => {
  const shown: [uri: string, host: string][] = [
    ['https://rp.example:8443/cb', 'rp.example:8443'],
    ['https://xn--bcher-kva.example/cb', 'bücher.example (xn--bcher-kva.example)'],
    ['https://xn--pple-43d.example/cb', 'аpple.example (xn--pple-43d.example)'],
    ['com.example.app:/cb', 'com.example.app:'],
  ]
  for (const [uri, host] of shown) {
    it(`is ${host} for ${uri}`, () => {
      expect(displayHost(uri)).to.equal(host)
    })
  }
})
