import { expect } from 'chai'
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  answerOf,
  passwordIn,
  readiness,
  runToEnd,
  serve,
  type Server,
  temporaryFolder,
  until,
} from '../support/process.ts'
import { freePort } from '../support/free-port.ts'
import { canRunAsNobody } from '../support/other-users.ts'
import { connect, registered, signIn } from './support.ts'

/** Milliseconds. Three and four times what is promised, since other work shares the machine; `npm run bench -- start` measures. */
const patience = { first: 15_000, later: 8_000, idleStop: 6_000 }

describe('starting on the embedded database', function () {
  this.timeout(120_000)

  it('greets once it is ready, in time on the first start and on a later one, and stops at once', async () => {
    const folder = temporaryFolder()
    const first = await serve({ DATA_DIR: folder })

    expect(await readiness(first.origin)).to.equal(200)
    const password = passwordIn(first.stdout())
    expect(first.stdout().split('\n')).to.deep.equal([
      '',
      '  Gatehouse is ready.',
      '',
      `    Issuer         http://localhost:${first.variables.PORT ?? ''}`,
      `    Try it         http://localhost:${first.variables.PORT ?? ''}/demo`,
      '    Fill it        npm run gatehouse -- demo-data',
      '    Administrator  root@localhost.test',
      `    Password       ${password ?? ''}`,
      `    Data           ${dataOf(first)}`,
      '',
      '    The password is shown this once. Lost? npm run gatehouse -- bootstrap-admin --reset',
      '',
      '',
    ])
    expect(dataOf(first)).to.match(/data$/)
    expect(first.readyAfter).to.be.below(patience.first)
    await signIn(await registered(first), 'root@localhost.test', password ?? '')
    expect(first.stderr()).not.to.include(password)
    const stopping = performance.now()
    expect(await first.stop()).to.equal(0)
    expect(performance.now() - stopping).to.be.below(patience.idleStop)

    const later = await serve({ DATA_DIR: folder })
    expect(later.readyAfter).to.be.below(patience.later)
    expect(later.stdout()).to.include('Gatehouse is ready.').and.not.include('Password')
    expect(await later.stop()).to.equal(0)
  })

  it('keeps what was acknowledged when program and database are killed, twice in a row', async () => {
    const folder = temporaryFolder()
    let server = await serve({ DATA_DIR: folder })
    const client = await registered(server)
    const known = { clientId: client.clientId, secret: client.secret ?? '' }
    const password = passwordIn(server.stdout()) ?? ''
    let tokens = await signIn(client, 'root@localhost.test', password)
    for (const round of [1, 2]) {
      const email = `round${round}@example.com`
      await answerOf(
        ['user', 'create', '--email', email, '--password', 'correct horse battery'],
        server.variables,
      )
      process.kill(postmasterOf(folder), 'SIGKILL')
      server.kill('SIGKILL')
      await server.ended

      server = await serve({ DATA_DIR: folder, PORT: server.variables.PORT ?? '' })
      await signIn(await connect(server, known), email, 'correct horse battery')
      const { sub } = await userinfo(server.origin, tokens.access_token)
      expect(sub).to.equal(tokens.claims()?.sub)
      tokens = await signIn(await connect(server, known), 'root@localhost.test', password)
    }
    expect(await server.stop()).to.equal(0)
  })

  it('goes on when the database is killed under it', async () => {
    const folder = temporaryFolder()
    const server = await serve({ DATA_DIR: folder })
    const before = postmasterOf(folder)

    process.kill(before, 'SIGKILL')
    await until(() => postmasterOf(folder) !== before)
    await until(async () => (await readiness(server.origin)) === 200)

    await signIn(await registered(server), 'root@localhost.test', passwordIn(server.stdout()) ?? '')
    expect(await server.stop()).to.equal(0)
  })

  it('refuses a second process on the same data in one sentence, and the first one goes on', async () => {
    const DATA_DIR = temporaryFolder()
    const server = await serve({ DATA_DIR })

    const second = await runToEnd(['start'], { DATA_DIR, PORT: String(await freePort()) })

    expect(second.code).to.equal(1)
    expect(second.stderr).to.match(
      /^The data folder .* is in use by another Gatehouse process \(pid \d+\): [^\n]+\.\n$/,
    )
    expect(await readiness(server.origin)).to.equal(200)
  })

  it('does not lose the one-time password to a port that is taken', async () => {
    const DATA_DIR = temporaryFolder()
    const taken = await serve({ DATA_DIR: temporaryFolder() })

    const refused = await runToEnd(['start'], { DATA_DIR, PORT: taken.variables.PORT ?? '' })

    expect(refused.code).to.equal(1)
    expect(refused.stderr).to.equal(
      `Another program already listens at 127.0.0.1:${taken.variables.PORT ?? ''}; stop it, or set PORT to another number.\n`,
    )
    const server = await serve({ DATA_DIR })
    expect(passwordIn(server.stdout())).to.be.a('string')
  })

  it('answers commands by their contract beside the running server and without it', async () => {
    const DATA_DIR = temporaryFolder()
    const server = await serve({ DATA_DIR })
    const create = [
      'client',
      'create',
      '--name',
      'App',
      '--redirect-uri',
      'https://a.example/cb',
      'https://b.example/cb',
    ]
    const user = ['user', 'create', '--password', 'correct horse battery', '--username']

    const beside = await answerOf<object>(
      [...create, '--post-logout-redirect-uri', 'https://a.example/bye'],
      server.variables,
    )
    expect(beside).to.have.all.keys('client_id', 'client_secret')
    const admin = [...user, 'ann', '--email', 'ann@example.com', '--role', 'admin', '--verified']
    expect(await answerOf(admin, server.variables)).to.have.all.keys('id')
    expect(await readiness(server.origin)).to.equal(200)
    await server.stop()

    expect(await answerOf<object>([...create, '--public'], server.variables)).to.have.all.keys('client_id')
    const without = await answerOf<object>(
      [...create, '--grant', 'authorization_code', '--no-pkce'],
      server.variables,
    )
    expect(without).to.have.all.keys('client_id', 'client_secret')
    expect(await answerOf([...user, 'bob', '--email', 'bob@example.com'], server.variables)).to.have.all.keys(
      'id',
    )
    const again = await runToEnd([...user, 'bob', '--email', 'bob@example.com', '--json'], server.variables)
    expect(again).to.include({ code: 1, stdout: '' })
  })

  it('says what to do about a data folder that cannot be written', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')

    const { code, stderr } = await runToEnd(['start'], {
      DATA_DIR: join(file, 'data'),
      PORT: String(await freePort()),
    })

    expect(code).to.equal(1)
    expect(stderr).to.match(/^The [^\n]*DATA_DIR[^\n]*\.\n$/)
  })

  it('makes secrets once, for this user alone, and prints none', async () => {
    const DATA_DIR = temporaryFolder()
    const server = await serve({ DATA_DIR, LOG_LEVEL: 'trace' })
    await server.stop()

    const secrets = JSON.parse(readFileSync(join(DATA_DIR, 'secrets.json'), 'utf8')) as Record<string, string>
    expect(Object.keys(secrets)).to.have.members(['KEY_ENCRYPTION_KEY', 'PASSWORD_PEPPER', 'COOKIE_KEYS'])
    for (const value of Object.values(secrets))
      expect(server.stdout() + server.stderr()).not.to.include(value)
  })

  it('runs as an ordinary user below a home that only they may enter', async function () {
    if (!canRunAsNobody()) this.skip() // not root: then every test here is that; or below a home only root may enter
    const home = temporaryFolder()
    mkdirSync(join(home, 'data'))
    for (const folder of [home, join(home, 'data')]) {
      chownSync(folder, 65_534, 65_534)
      chmodSync(folder, 0o700)
    }

    const server = await serve({ HOME: home, DATA_DIR: join(home, 'data') }, { uid: 65_534 })

    expect(await readiness(server.origin)).to.equal(200)
    expect(await server.stop()).to.equal(0)
  })
})

const dataOf = ({ stdout }: Server): string => /^ +Data +(.*)$/m.exec(stdout())?.[1] ?? ''

function postmasterOf(folder: string): number {
  try {
    return Number(readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0])
  } catch {
    return 0
  }
}

async function userinfo(origin: string, token: string): Promise<{ sub: string }> {
  const reply = await fetch(`${origin}/userinfo`, { headers: { authorization: `Bearer ${token}` } })
  return (await reply.json()) as { sub: string }
}
