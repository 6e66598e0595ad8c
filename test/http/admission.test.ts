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
  it('has a few of one class wait, sends others away at once with the time to come again, and lets other classes in', async () => {
    const refused: string[] = []
    const held: ServerResponse[] = []
    const admit = openAdmission(
      [
        {
          name: 'dear',
          open: 1,
          queue: 1,
          waitMs: 60_000,
          why: 'for the test',
          takes: (_method, path) => path === '/dear',
        },
        { name: 'cheap', open: 1, queue: 0, waitMs: 0, why: 'for the test', takes: () => true },
      ],
      (name) => refused.push(name),
    )
    let [arrived, gone] = [0, 0]
    const server = createServer((request, response) => {
      arrived++
      response.once('close', () => gone++)
      admit(request, response, () => {
        if (request.url === '/cheap') response.end()
        else request.resume().once('end', () => held.push(response))
      })
    })
    const port = await freePort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    afterTest(() => {
      server.closeAllConnections()
      server.close()
    })
    const ask = (path: string, signal?: AbortSignal) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        body: 'x'.repeat(9),
        signal: signal ?? null,
      })

    const slow = connect(port, '127.0.0.1') // its body never comes: it takes nobody's place
    slow.write('POST /dear?slow HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n')
    await until(() => arrived === 1)
    const first = ask('/dear?one')
    await until(() => held.length === 1)
    const hungUp = new AbortController()
    const impatient = ask('/dear?two', hungUp.signal).catch(() => 'hung up')
    await until(() => arrived === 3)
    hungUp.abort()
    expect(await impatient).to.equal('hung up')
    await until(() => gone === 1)
    const waiting = ask('/dear?three')
    await until(() => arrived === 4)
    const tooMany = await ask('/dear?four')
    const other = await ask('/cheap')
    expect(held).to.have.lengthOf(1)
    held[0]?.end()
    await until(() => held.length === 2)
    held[1]?.end()
    const answered = await Promise.all([first, waiting])
    slow.destroy()

    expect(answered.map(({ status }) => status)).to.deep.equal([200, 200])
    expect([tooMany.status, tooMany.headers.get('retry-after')]).to.deep.equal([503, '1'])
    expect(await tooMany.json()).to.include({
      type: 'urn:gatehouse:problem:unavailable',
      error: 'temporarily_unavailable',
    })
    expect(other.status).to.equal(200)
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
      'POST /interaction/abc/federation': 'elsewhere',
      'GET /auth/oauth/google/callback': 'elsewhere',
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
