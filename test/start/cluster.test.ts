import { expect } from 'chai'
import { readdirSync, readFileSync } from 'node:fs'

import { emptyDatabase } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { afterTest } from '../support/parts.ts'
import {
  passwordIn,
  readiness,
  runToEnd,
  serve,
  type Server,
  someSecrets,
  temporaryFolder,
  until,
} from '../support/process.ts'
import { registered, signIn } from './support.ts'

/** The processes this one has started, PostgreSQL aside. */
function workersOf({ pid }: Server): number[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return processes.filter((name) => isWorkerOf(name, pid)).map(Number)
}

function isWorkerOf(name: string, parent: number): boolean {
  try {
    const [, after = ''] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')
    const [state, parentId] = after.split(' ')
    return (
      state !== 'Z' &&
      Number(parentId) === parent &&
      readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('gatehouse.js')
    )
  } catch {
    return false // it ended meanwhile
  }
}

describe('several processes on one port', function () {
  this.timeout(120_000)
  before(function () {
    if (process.platform !== 'linux') this.skip() // looks for processes in /proc
  })

  it('serve on the embedded database behind one greeting, and stop together', async () => {
    const server = await serve({ DATA_DIR: temporaryFolder(), WEB_CONCURRENCY: '2' })

    expect(server.stdout().match(/Gatehouse is ready/g)).to.have.lengthOf(1)
    const workers = workersOf(server)
    expect(workers).to.have.lengthOf(2)
    await signIn(await registered(server), 'root@localhost.test', passwordIn(server.stdout()) ?? '')
    expect(await server.stop()).to.equal(0)
    expect(workers.filter((pid) => readdirSync('/proc').includes(String(pid)))).to.deep.equal([])
    expect(server.stderr()).not.to.match(/"level":[56]0/)
  })

  it('replace one that dies, while the others answer', async () => {
    const { url, drop } = await emptyDatabase()
    afterTest(drop)
    const server = await serve({
      DATABASE_URL: url,
      ...someSecrets(),
      WEB_CONCURRENCY: '2',
      LOG_LEVEL: 'warn',
    })
    const [victim = 0] = workersOf(server)

    process.kill(victim, 'SIGKILL')
    await until(() => !workersOf(server).includes(victim))
    expect(await readiness(server.origin)).to.equal(200)
    await until(() => workersOf(server).length === 2, server)

    expect(server.stderr()).to.include('a worker ended; starting another')
    expect(await server.stop()).to.equal(0)
  })

  it('say once what keeps them from starting', async () => {
    const taken = await serve({ DATA_DIR: temporaryFolder() })
    const port = taken.variables.PORT ?? ''

    const { code, stdout, stderr } = await runToEnd(['start'], {
      DATA_DIR: temporaryFolder(),
      WEB_CONCURRENCY: '2',
      PORT: port,
    })

    expect(code).to.equal(1)
    expect(stdout).to.equal('')
    expect(stderr).to.equal(
      `Another program already listens at 127.0.0.1:${port}; stop it, or set PORT to another number.\n` +
        'The service did not start: the lines above say why.\n',
    )
  })

  it('are gone with the primary, however it ended', async () => {
    const { url, drop } = await emptyDatabase()
    afterTest(drop)
    const server = await serve({
      DATABASE_URL: url,
      ...someSecrets(),
      WEB_CONCURRENCY: '2',
      LOG_LEVEL: 'fatal',
    })
    const workers = workersOf(server)

    server.kill('SIGKILL')

    await until(() => workers.every((pid) => !readdirSync('/proc').includes(String(pid))))
    expect(workers).to.have.lengthOf(2)
  })
})

describe('health apart from the public port', function () {
  this.timeout(60_000)

  it('is answered at MANAGEMENT_PORT alone', async () => {
    const { url, drop } = await emptyDatabase()
    afterTest(drop)
    const managementPort = String(await freePort())
    const server = await serve({ DATABASE_URL: url, ...someSecrets(), MANAGEMENT_PORT: managementPort })

    for (const path of ['/health', '/health/live', '/health/ready', '/metrics']) {
      expect((await fetch(server.origin + path)).status, path).to.equal(404)
      expect((await fetch(`http://127.0.0.1:${managementPort}${path}`)).status, path).to.equal(200)
    }
    for (const path of ['/', '/token', '/.well-known/openid-configuration', '/users/me'])
      expect((await fetch(`http://127.0.0.1:${managementPort}${path}`)).status, path).to.equal(404)
    expect(await server.stop()).to.equal(0)
  })

  it('says which setting names a port that is taken', async () => {
    const { url, drop } = await emptyDatabase()
    afterTest(drop)
    const taken = await serve({ DATABASE_URL: url, ...someSecrets() })
    const variables = {
      ...taken.variables,
      PORT: String(await freePort()),
      MANAGEMENT_PORT: taken.variables.PORT ?? '',
    }

    const { code, stderr } = await runToEnd(['start'], variables)

    expect(code).to.equal(1)
    expect(stderr).to.match(
      /^Another program already listens at [\d.:]+; stop it, or set MANAGEMENT_PORT to another number\.\n$/,
    )
  })
})
