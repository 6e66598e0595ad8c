import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import knex, { type Knex } from 'knex'

import { emptyDatabase, freshDatabase } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { afterTest } from '../support/parts.ts'
import {
  answerOf,
  passwordIn,
  readiness,
  runToEnd,
  serve,
  someSecrets,
  type Variables,
} from '../support/process.ts'
import { openTestServer } from '../support/test-server.ts'
import { registered, signIn } from './support.ts'

/** What `start` says of these databases before it gives up. */
async function refusal(variables: Variables): Promise<string> {
  const port = String(await freePort())
  const { code, stdout, stderr } = await runToEnd(['start'], { PORT: port, ...someSecrets(), ...variables })
  expect(code).to.equal(1)
  expect(stdout).to.equal('')
  expect(stderr).to.match(/^[^\n]+\.\n$/)
  expect(stderr).not.to.include('hunter2')
  return stderr
}

function changed(url: string, change: (url: URL) => void): string {
  const next = new URL(url)
  change(next)
  return next.href
}

async function asSuperuser<Result>(url: string, work: (db: Knex) => Promise<Result>): Promise<Result> {
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } })
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

interface Roles {
  owner: string
  application: string
}

/** An empty database that belongs to one role and is used by another. */
async function twoRoles(): Promise<{ url: string } & Roles> {
  const { url, drop } = await emptyDatabase()
  const mark = randomUUID().slice(0, 8)
  const names = { owner: `owner_${mark}`, application: `app_${mark}` }
  await asSuperuser(url, async (db) => {
    for (const name of Object.values(names)) await db.raw(`create role ?? login password 'hunter2'`, [name])
    await db.raw('alter database ?? owner to ??', [new URL(url).pathname.slice(1), names.owner])
  })
  afterTest(async () => {
    await drop()
    await asSuperuser(await openTestServer(), async (db) => {
      for (const name of Object.values(names)) await db.raw('drop role ??', [name])
    })
  })
  const as = (name: string) => changed(url, (next) => ([next.username, next.password] = [name, 'hunter2']))
  return { url, owner: as(names.owner), application: as(names.application) }
}

describe('starting on a database of one’s own', function () {
  this.timeout(90_000)

  it('serves, and is named in the greeting without its password', async () => {
    const { url, drop } = await emptyDatabase()
    afterTest(drop)
    const redis = process.env.TEST_REDIS_URL
    const server = await serve({
      DATABASE_URL: url,
      ...someSecrets(),
      ...(redis !== undefined && { REDIS_URL: redis }),
    })

    const { host, pathname } = new URL(url)
    expect(server.stdout()).to.include(`    Data           PostgreSQL at ${host}${pathname}\n`)
    await signIn(await registered(server), 'root@localhost.test', passwordIn(server.stdout()) ?? '')
    expect(await server.stop()).to.equal(0)
  })

  it('lets the owner migrate and a role with fewer rights serve', async () => {
    const { url, owner, application } = await twoRoles()
    const databases = { DATABASE_URL: application, MIGRATION_DATABASE_URL: owner }
    const server = await serve({
      ...databases,
      ...someSecrets(),
      ROOT_ADMIN_PASSWORD: 'correct horse battery',
    })

    await signIn(await registered(server), 'root@localhost.test', 'correct horse battery')
    await answerOf(
      ['user', 'create', '--email', 'ann@example.com', '--password', 'correct horse battery'],
      server.variables,
    )
    expect(await readiness(server.origin)).to.equal(200)
    await asSuperuser(url, async (db) => {
      // What was published is delivered: the queue, whose tables have row security, works under this role too.
      const waiting = async () => (await db('outbox_events').whereNull('delivered_at').select('id')).length
      const deadline = Date.now() + 15_000
      while ((await waiting()) > 0 && Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 100))
      expect(await waiting()).to.equal(0)
    })
    await asSuperuser(url, async (db) => {
      expect(await db('audit_chain').select('sequence'), 'the chain grows under this role').not.to.deep.equal(
        [],
      )
    })
    await asSuperuser(application, async (db) => {
      const refused = [
        'create table mine ()',
        'alter table users add column mine text',
        'drop table audit_records',
        `update audit_records set reason = 'forged'`,
        'delete from audit_records',
        'truncate audit_records',
        'delete from audit_records_governance_default',
        `update audit_chain set hash = '\\x00'`,
        'delete from audit_chain_sign_in',
        'delete from audit_checkpoints',
        'delete from knex_migrations',
        'alter table audit_records disable trigger append_only',
        'set role postgres',
      ]
      for (const statement of refused) {
        const error: unknown = await db.raw(statement).catch((cause: unknown) => cause)
        expect(error, statement).to.have.property('code', '42501')
        expect(error, statement)
          .to.have.property('message')
          .that.matches(/permission denied|must be owner/)
      }
    })
    expect(await server.stop()).to.equal(0)
    expect(server.stderr()).not.to.match(/"level":[56]0|hunter2/)
    const again = await serve({ ...server.variables, MIGRATION_DATABASE_URL: '' })
    expect(await readiness(again.origin)).to.equal(200)
  })

  it('says so when the role may not make tables', async () => {
    const { application } = await twoRoles()

    expect(await refusal({ DATABASE_URL: application })).to.match(
      /^The role "app_\w+" may not change the schema: set MIGRATION_DATABASE_URL /,
    )
  })

  it('says which database cannot be reached', async () => {
    const sentence = await refusal({ DATABASE_URL: 'postgres://gatehouse:hunter2@127.0.0.1:9/identity' })

    expect(sentence).to.equal(
      'DATABASE_URL: the database "identity" at 127.0.0.1:9, asked as role "gatehouse", cannot be reached; start it, or correct the address.\n',
    )
  })

  it('says what is wrong with a role, a database name or a password', async () => {
    const { url, drop } = await freshDatabase()
    afterTest(drop)
    const noRole = changed(url, (next) => ([next.username, next.password] = ['nobody_here', 'hunter2']))
    const noDatabase = changed(url, (next) => (next.pathname = '/nothing_here'))

    expect(await refusal({ DATABASE_URL: noRole })).to.match(
      /role "nobody_here", (does not let this role in|refuses the password)/,
    )
    expect(await refusal({ DATABASE_URL: noDatabase })).to.match(
      /the database "nothing_here" .* does not exist; create it/,
    )
    const direct = await refusal({ DATABASE_URL: url, DATABASE_DIRECT_URL: noDatabase })
    expect(direct).to.match(/^DATABASE_DIRECT_URL: the database "nothing_here"/)
    const application = await refusal({ DATABASE_URL: noDatabase, MIGRATION_DATABASE_URL: url })
    expect(application).to.match(/^DATABASE_URL: the database "nothing_here"/)
  })

  it('says that the password is wrong', async () => {
    const port = await fakeServer([passwordWanted, passwordRefused])

    expect(
      await refusal({ DATABASE_URL: `postgres://gatehouse:hunter2@127.0.0.1:${port}/identity` }),
    ).to.equal(
      `DATABASE_URL: the database "identity" at 127.0.0.1:${port}, asked as role "gatehouse", refuses the password; correct it.\n`,
    )
  })

  it('refuses a server older than it was tried with', async () => {
    const port = await fakeServer([welcome, versionIs('140012')])

    expect(await refusal({ DATABASE_URL: `postgres://gatehouse@127.0.0.1:${port}/identity` })).to.equal(
      'The database server is PostgreSQL 14 and Gatehouse needs 15 or newer; upgrade it.\n',
    )
  })

  it('refuses a database that a newer program has migrated', async () => {
    const { url, drop } = await freshDatabase()
    afterTest(drop)
    await asSuperuser(url, (db) =>
      db('knex_migrations').insert({ name: '20991231235959_accounts_fly.ts', batch: 9 }),
    )

    expect(await refusal({ DATABASE_URL: url })).to.match(
      /^The database is newer than this program \(it holds the migration 20991231235959_accounts_fly\.ts\); start the newer program/,
    )
  })
})

/** Answers each message of a client with the next of these: as much of a Postgres server as such a refusal needs. */
async function fakeServer(answers: readonly Buffer[]): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    const left = [...answers]
    socket.on('data', () => void socket.write(left.shift() ?? ''))
    socket.on('error', () => undefined)
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  afterTest(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return port
}

/** A message of the protocol (PostgreSQL, chapter "Frontend/Backend Protocol", Message Formats). */
function message(type: string, ...parts: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)),
  )
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

const int16 = (value: number): Buffer => int32(value).subarray(2)
const readyForQuery = message('Z', Buffer.from('I'))
const welcome = Buffer.concat([message('R', int32(0)), readyForQuery])
const passwordWanted = message('R', int32(3))
const passwordRefused = message('E', 'SFATAL', 'C28P01', 'Mpassword authentication failed', Buffer.from([0]))

function versionIs(version: string): Buffer {
  const column = [int16(1), 'version', int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]
  const row = [int16(1), int32(version.length), Buffer.from(version)]
  return Buffer.concat([
    message('T', ...column),
    message('D', ...row),
    message('C', 'SELECT 1'),
    readyForQuery,
  ])
}
