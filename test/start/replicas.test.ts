import { expect } from 'chai'
import knex, { type Knex } from 'knex'

import { emptyDatabase } from '../support/database.ts'
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
import { registered, signIn } from './support.ts'

/** RUN_LONG: as many as CASES asks for. */
const replicas = process.env.RUN_LONG === undefined ? 8 : 20

async function emptyOne(): Promise<{ db: Knex; variables: Variables }> {
  const { url, drop } = await emptyDatabase()
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } })
  afterTest(async () => {
    await db.destroy()
    await drop()
  })
  return { db, variables: { DATABASE_URL: url, ...someSecrets() } }
}

const count = async (db: Knex, table: string, where: object): Promise<number> =>
  (await db(table).where(where).select(db.raw('1'))).length

describe('replicas started at once on an empty database', function () {
  this.timeout(240_000)

  it('make one administrator, print one password, make one set of keys, migrate once, and all become ready', async () => {
    const { db, variables } = await emptyOne()

    const servers = await Promise.all(Array.from({ length: replicas }, () => serve(variables)))

    const passwords = servers
      .map(({ stdout }) => passwordIn(stdout()))
      .filter((password) => password !== undefined)
    expect(passwords).to.have.lengthOf(1)
    expect(await Promise.all(servers.map(({ origin }) => readiness(origin)))).to.deep.equal(
      servers.map(() => 200),
    )
    expect(await count(db, 'assignments', { role: 'root_admin' })).to.equal(1)
    expect(await count(db, 'users', {})).to.equal(1)
    expect(await count(db, 'audit_records', { action: 'administrator.bootstrapped' })).to.equal(1)
    const keys = await db('signing_keys').select<{ algorithm: string; state: string }[]>('algorithm', 'state')
    expect(keys.map(({ algorithm, state }) => `${algorithm} ${state}`).sort()).to.deep.equal(
      ['ES256', 'EdDSA', 'RS256'].flatMap((algorithm) => [`${algorithm} active`, `${algorithm} published`]),
    )
    expect(await db('knex_migrations').distinct('batch')).to.deep.equal([{ batch: 1 }])
    const [one, other] = servers
    const jwks = await Promise.all(
      [one, other].map(async (server) =>
        (await fetch(`${server?.origin ?? ''}/.well-known/jwks.json`)).text(),
      ),
    )
    expect(jwks[0]).to.equal(jwks[1])
    if (one) await signIn(await registered(one), 'root@localhost.test', passwords[0] ?? '')
    expect(await Promise.all(servers.map((server) => server.stop()))).to.deep.equal(servers.map(() => 0))
    for (const { stderr } of servers) expect(stderr()).not.to.match(/"level":[56]0/)
  })
})

describe('a lost root password', function () {
  this.timeout(120_000)

  it('is replaced by bootstrap-admin --reset: the old one is void, its sessions are over, and it is audited', async () => {
    const { db, variables } = await emptyOne()
    const server = await serve(variables)
    const client = await registered(server)
    const old = passwordIn(server.stdout()) ?? ''
    const { access_token } = await signIn(client, 'root@localhost.test', old)

    const reset = await answerOf<{ email: string; password: string }>(
      ['bootstrap-admin', '--reset'],
      server.variables,
    )

    expect(reset).to.have.all.keys('email', 'password').and.property('email', 'root@localhost.test')
    expect(reset.password).to.have.lengthOf.at.least(20).and.not.equal(old)
    await signIn(client, reset.email, reset.password)
    const refused: unknown = await signIn(client, reset.email, old).catch((error: unknown) => error)
    expect(refused).to.be.an('error')
    const reply = await fetch(`${server.origin}/userinfo`, {
      headers: { authorization: `Bearer ${access_token}` },
    })
    expect(reply.status).to.equal(401)
    expect(
      await count(db, 'audit_records', { action: 'administrator.reset', actor_id: 'command-line' }),
    ).to.equal(1)
    expect(server.stderr()).not.to.include(reset.password)
  })

  it('is not made anew without --reset', async () => {
    const { variables } = await emptyOne()
    const first = await answerOf<{ email: string; password: string }>(['bootstrap-admin'], variables)

    expect(first.password).to.be.a('string')
    expect(await answerOf(['bootstrap-admin'], variables)).to.deep.equal({ email: null, password: null })
    const { stdout } = await runToEnd(['bootstrap-admin'], variables)
    expect(stdout).to.equal('There is a root administrator already; --reset gives a new password.\n')
  })
})
