import { expect } from 'chai'
import { createServer, type ServerResponse } from 'node:http'
import { connect } from 'node:net'

import { admitted } from '../../src/admitted.ts'
import { openAdmission } from '../../src/platform/http/index.ts'
import { freePort } from '../support/free-port.ts'
import { afterTest } from '../support/parts.ts'
import { until } from '../support/process.ts'

const classOf = (method: string, path: string) => admitted.find(({ takes }) => takes(method, path))?.name

describe('admission of requests by class', () => {
  it('sends away who is too many of one class, at once and with the time to come again, and nobody else', async () => {
    const refused: string[] = []
    const held: ServerResponse[] = []
    const admits = openAdmission(
      [
        { name: 'dear', open: 1, why: 'for the test', takes: (_method, path) => path === '/dear' },
        { name: 'cheap', open: 1, why: 'for the test', takes: () => true },
      ],
      (name) => refused.push(name),
    )
    const server = createServer((request, response) => {
      if (!admits(request, response)) return
      if (request.url === '/cheap') response.end()
      else request.resume().once('end', () => held.push(response))
    })
    const port = await freePort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    afterTest(() => {
      server.closeAllConnections()
      server.close()
    })
    const ask = (path: string) =>
      fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: 'x'.repeat(9) })

    const slow = connect(port, '127.0.0.1') // its body never comes: it takes nobody's place
    slow.write('POST /dear?slow HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n')
    await new Promise((resolve) => server.once('request', resolve))
    const first = ask('/dear?one')
    await until(() => held.length === 1)
    const second = await ask('/dear?two')
    const other = await ask('/cheap')
    held[0]?.end()
    await (await first).text()
    const third = ask('/dear?three')
    await until(() => held.length === 2)
    held[1]?.end()
    slow.destroy()

    expect([second.status, second.headers.get('retry-after')]).to.deep.equal([503, '1'])
    expect(await second.json()).to.include({
      type: 'urn:gatehouse:problem:unavailable',
      error: 'temporarily_unavailable',
    })
    expect([other.status, (await third).status]).to.deep.equal([200, 200])
    expect(refused).to.deep.equal(['dear'])
  })

  it('knows what each request costs', () => {
    const expected: Record<string, string> = {
      'GET /health/ready': 'always',
      'GET /.well-known/jwks.json': 'always',
      'POST /auth/login': 'passwords',
      'POST /interaction/abc/login': 'passwords',
      'GET /interaction/abc/login': 'other',
      'POST /auth/password/reset': 'passwords',
      'GET /admin/users/export': 'exports',
      'GET /admin/users': 'other',
      'POST /token': 'protocol',
      'POST /auth/refresh': 'protocol',
      'GET /tokens': 'other',
      'GET /': 'other',
    }
    for (const [request, name] of Object.entries(expected)) {
      const [method = '', path = ''] = request.split(' ')
      expect(classOf(method, path), request).to.equal(name)
    }
  })
})
