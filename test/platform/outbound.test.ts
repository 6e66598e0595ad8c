import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { expect } from 'chai'

import { isPublicAddress } from '../../src/platform/outbound/addresses.ts'
import { type Outbound, openOutbound } from '../../src/platform/outbound/index.ts'
import { afterTest } from '../support/parts.ts'

async function opened(allow: readonly string[] = []): Promise<Outbound> {
  const outbound = await openOutbound(allow)
  afterTest(() => outbound.close())
  return outbound
}

/** Another party's server on this machine; its URL and what it was asked for. */
async function otherParty(handle: RequestListener): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://localhost:${port}`, asked }
}

/** Counts who connects to 443 on this machine; null where this user may not listen there. */
async function watchHttps(): Promise<{ seen: number } | null> {
  const watch = { seen: 0 }
  const server = createSocketServer((socket) => {
    watch.seen++
    socket.destroy()
  })
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => {
      resolve(false)
    })
    server.listen(443, '::', () => {
      resolve(true)
    })
  })
  if (listening) afterTest(() => void server.close())
  return listening ? watch : null
}

const failure = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (error) {
    const told =
      error instanceof Error ? [error.message, error.cause instanceof Error ? error.cause.message : ''] : []
    return told.join(' ')
  }
  throw new Error('the call went out')
}

describe('an address', () => {
  const inside = [
    ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...[
      '100.64.0.1',
      '169.254.169.254',
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.1',
      '203.0.113.1',
    ],
    ...['224.0.0.1', '240.0.0.1', '255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1'],
    ...['fd00::1', 'fe80::1', 'ff02::1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', 'no address', ''],
  ]
  for (const ip of inside) {
    it(`${ip === '' ? '(nothing)' : ip} is none of the public internet`, () => {
      expect(isPublicAddress(ip)).to.equal(false)
    })
  }

  for (const ip of [
    '1.1.1.1',
    '93.184.215.14',
    '100.63.255.255',
    '172.32.0.1',
    '2606:4700::1111',
    '::ffff:1.1.1.1',
  ]) {
    it(`${ip} is public`, () => {
      expect(isPublicAddress(ip)).to.equal(true)
    })
  }
})

describe('an outbound call', () => {
  /** URLs somebody may register; none may make this machine talk to itself or its neighbours. */
  const hostile = [
    ...[
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[::ffff:7f00:1]/',
      'https://0/',
    ],
    ...[
      'https://2130706433/',
      'https://0x7f.1/',
      'https://017700000001/',
      'https://127.1/',
      'https://127.0.0.1./',
    ],
    ...[
      'https://169.254.169.254/latest/meta-data',
      'https://[fd00::1]/',
      'https://10.0.0.1/',
      'https://100.64.0.1/',
    ],
    ...[
      'https://192.168.0.1/',
      'https://[fe80::1]/',
      'https://[64:ff9b::7f00:1]/',
      'https://localhost/',
      'https://LOCALHOST/',
    ],
    ...['https://①②⑦.⓪.⓪.①/', 'https://example.com:22/', 'https://example.com:6379/'],
    ...[
      'https://example.com:8443/',
      'http://example.com/',
      'file:///etc/passwd',
      'gopher://example.com/',
      'ftp://example.com/',
    ],
    ...[
      'data:text/plain,x',
      'https://user:pass@example.com/',
      'https://user@example.com/',
      'https://example.com@127.0.0.1/',
    ],
  ]
  for (const url of hostile) {
    it(`is not made to ${url}`, async () => {
      const outbound = await opened()
      const watch = await watchHttps()

      const message = await failure(outbound.fetch(url))

      expect(message).to.include('outbound call refused')
      if (watch) expect(watch.seen).to.equal(0)
    })
  }

  it('is not made to a name nobody knows, or to no URL at all', async () => {
    const outbound = await opened()
    const watch = await watchHttps()
    for (const url of [
      'https://localhost./',
      'https://metadata.internal/',
      'https://nothing.invalid/',
      '/relative',
      '',
    ]) {
      expect(await failure(outbound.fetch(url)), url).not.to.equal('')
    }
    if (watch) expect(watch.seen).to.equal(0)
  })

  for (const url of [
    ...hostile,
    'https://localhost./',
    'https://metadata.internal/',
    'https://intranet/',
    '',
    '/',
  ]) {
    it(`is refused when somebody registers ${url || '(nothing)'}`, async () => {
      const outbound = await opened()
      const watch = await watchHttps()

      expect(await outbound.check(url)).to.include({ outcome: 'refused' })

      if (watch) expect(watch.seen).to.equal(0)
    })
  }

  it('may be registered to a public address, to what OUTBOUND_ALLOW names, and to a name that nobody knows yet', async () => {
    const outbound = await opened(['localhost', '10.0.0.0/8'])
    for (const url of ['https://1.1.1.1/', 'http://localhost:8080/x', 'http://10.1.2.3/'])
      expect(await outbound.check(url), url).to.deep.equal({ outcome: 'fine' })
    expect(await outbound.check('https://nothing.invalid/')).to.deep.equal({ outcome: 'unresolved' })
    expect(await outbound.check('http://127.0.0.1/')).to.include({ outcome: 'refused' })
  })

  it('reaches a host that OUTBOUND_ALLOW names, and no other', async () => {
    const { url, asked } = await otherParty((_request, response) => response.end('hello'))
    const byName = await opened(['localhost'])
    const byNetwork = await opened(['127.0.0.0/8'])

    expect(await (await byName.fetch(`${url}/a`)).text()).to.equal('hello')
    expect(await (await byNetwork.fetch(url.replace('localhost', '127.0.0.1') + '/b')).text()).to.equal(
      'hello',
    )
    expect(await failure(byName.fetch(url.replace('localhost', '127.0.0.1')))).to.include('refused')
    expect(await failure(byName.fetch('https://user:x@localhost/'))).to.include('credentials')
    expect(await failure(byName.fetch('file://localhost/etc/passwd'))).to.include('refused')
    expect(asked).to.deep.equal(['/a', '/b'])
  })

  it('follows no redirect', async () => {
    const inner = await otherParty((_request, response) => response.end('secret'))
    const outer = await otherParty((_request, response) =>
      response.writeHead(302, { location: inner.url }).end(),
    )
    const outbound = await opened(['localhost'])

    const reply = await outbound.fetch(outer.url)

    expect(reply.status).to.equal(302)
    expect(await reply.text()).to.equal('')
    expect(inner.asked).to.deep.equal([])
  })

  it('stops at half a megabyte, announced or not', async () => {
    const big = Buffer.alloc(64 * 1024, 'x')
    const endless = await otherParty((_request, response) => {
      const more = () => {
        while (response.write(big));
        response.once('drain', more)
      }
      more()
    })
    const announced = await otherParty((_request, response) => response.end(Buffer.alloc(600 * 1024)))
    const fitting = await otherParty((_request, response) => response.end(Buffer.alloc(500 * 1024)))
    const outbound = await opened(['localhost'])

    for (const { url } of [endless, announced])
      await failure(outbound.fetch(url).then((reply) => reply.arrayBuffer()))
    const reply = await outbound.fetch(fitting.url)
    expect((await reply.arrayBuffer()).byteLength).to.equal(500 * 1024)
  })

  it('waits two and a half seconds, for an answer or for its trickling end', async () => {
    const silent = await otherParty(() => undefined)
    const trickling = await otherParty((_request, response) => {
      const timer = setInterval(() => response.write('x'), 100)
      response.once('close', () => {
        clearInterval(timer)
      })
    })
    const outbound = await opened(['localhost'])

    for (const { url } of [silent, trickling]) {
      const startedAt = performance.now()
      await failure(outbound.fetch(url).then((reply) => reply.text()))
      expect(performance.now() - startedAt).to.be.within(2_000, 4_500)
    }
  })
})

describe('an outbound call to this program itself', () => {
  it('goes out below the address it was opened with, and nowhere beside it', async () => {
    const { url, asked } = await otherParty((_request, response) => response.end('ok'))
    const outbound = await openOutbound([], `${url}/demo/`)
    afterTest(() => outbound.close())
    const reply = await outbound.fetch(`${url}/demo/go-dark/notes/logout`, { method: 'POST', body: 'x' })
    expect(await reply.text()).to.equal('ok')
    expect(await outbound.check(`${url}/demo/x`)).to.deep.equal({ outcome: 'fine' })
    const port = new URL(url).port
    const beside = [
      `${url}/demo`,
      `${url}/demonstration/`,
      `${url}/demo/../users/me`,
      `${url}/demo/%2e%2e/users/me`,
      `${url}/demo/..\\users/me`,
      `http://user:pass@localhost:${port}/demo/x`,
      `http://localhost.evil.test:${port}/demo/x`,
      `http://127.0.0.1:${port}/demo/x`,
      `https://localhost:${port}/demo/x`,
    ]
    for (const address of beside) {
      expect(await failure(outbound.fetch(address)), address).to.include('refused')
      expect((await outbound.check(address)).outcome, address).to.equal('refused')
    }
    expect(asked).to.deep.equal(['/demo/go-dark/notes/logout'])
  })
})
