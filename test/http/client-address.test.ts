import { expect } from 'chai'

import { clientAddress, networksOf } from '../../src/platform/http/origin.ts'

const proxy = '10.0.0.1'
const trusted = networksOf(['10.0.0.0/8', '2001:db8:ffff::/48', '192.0.2.7'])
const nobody = networksOf([])

/** Who a request comes from: socket, X-Forwarded-For, answer. */
const cases: [what: string, socket: string, forwarded: string | string[] | undefined, expected: string][] = [
  ['a stranger without a header', '203.0.113.5', undefined, '203.0.113.5'],
  ['a stranger who writes the header', '203.0.113.5', '1.2.3.4', '203.0.113.5'],
  ['a stranger who writes our proxy into it', '203.0.113.5', '1.2.3.4, 10.0.0.1', '203.0.113.5'],
  ['one proxy', proxy, '203.0.113.5', '203.0.113.5'],
  ['one proxy and what a stranger wrote before', proxy, '1.2.3.4, 203.0.113.5', '203.0.113.5'],
  ['two proxies', proxy, '203.0.113.5, 10.9.9.9', '203.0.113.5'],
  ['two proxies and a spoofed hop', proxy, '8.8.8.8, 203.0.113.5, 10.9.9.9', '203.0.113.5'],
  ['a proxy that is trusted by its one address', '192.0.2.7', '203.0.113.5', '203.0.113.5'],
  ['its neighbour, who is not', '192.0.2.8', '203.0.113.5', '192.0.2.8'],
  ['no header from the proxy', proxy, undefined, proxy],
  ['an empty header', proxy, '', proxy],
  ['nothing but commas', proxy, ',,,', proxy],
  ['a malformed last hop', proxy, '203.0.113.5, evil', proxy],
  ['a malformed hop behind a good one', proxy, 'evil, 203.0.113.5', '203.0.113.5'],
  ['a hop with a port', proxy, '203.0.113.5:1234', proxy],
  ['a hop with brackets', proxy, '[2001:db8::5]', proxy],
  ['a header injection', proxy, '203.0.113.5\r\nx: y', proxy],
  ['only trusted hops', proxy, '10.1.1.1, 10.2.2.2', '10.1.1.1'],
  ['IPv4 in IPv6 at the socket', '::ffff:10.0.0.1', '203.0.113.5', '203.0.113.5'],
  ['IPv4 in IPv6 in the header', proxy, '::ffff:203.0.113.5', '203.0.113.5'],
  ['IPv6 proxy and person', '2001:db8:ffff::1', '2001:db8::5', '2001:db8::5'],
  ['IPv6 written long', '2001:db8:ffff::1', '2001:0db8:0:0:0:0:0:5', '2001:db8::5'],
  ['spaces', proxy, '  203.0.113.5  ', '203.0.113.5'],
  ['the header twice, as a list', proxy, ['1.2.3.4', '203.0.113.5'], '203.0.113.5'],
  ['no socket any more', '', '203.0.113.5', ''],
]

describe('the address a request came from', () => {
  for (const [what, socket, forwarded, expected] of cases) {
    it(`is ${expected === '' ? 'unknown' : expected} for ${what}`, () => {
      expect(clientAddress(socket, forwarded, trusted)).to.equal(expected)
    })
  }

  it('is the socket’s for everybody when no proxy is trusted', () => {
    expect(clientAddress(proxy, '203.0.113.5', nobody)).to.equal(proxy)
    expect(clientAddress('127.0.0.1', '203.0.113.5', nobody)).to.equal('127.0.0.1')
  })

  it('is found at once in a header of any length', () => {
    const startedAt = performance.now()
    clientAddress(proxy, '10.1.1.1,'.repeat(100_000), trusted)
    expect(performance.now() - startedAt).to.be.below(50)
  })
})
