import { hashSync } from '@node-rs/bcrypt'
import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { factorsOf } from '../../src/features/factors/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { operator, problem, told as body } from '../administration/support.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { imported, lines, send } from './support.ts'

const password = 'a harbour that was quiet'

/** The first row that somebody has in a table. */
const rowOf = async (
  { db }: Gatehouse,
  table: string,
  column: string,
  id: unknown,
): Promise<Record<string, unknown>> =>
  (await db<object, Record<string, unknown>[]>(table).where({ [column]: id as string }))[0] ?? {}

describe('people from a file', () => {
  const shared = sharedStage(async ({ app, issuer }) => {
    const fields = {
      team: { type: 'enum', values: ['red', 'blue'], required: true, read: 'user' },
      floor: { type: 'number' },
    }
    await changeSetting(app, bySystem, 'users.custom_fields', fields)
    return { app, issuer, by: await operator(app, 'admin') }
  })

  it('are made with what they had elsewhere, and sign in with the password and sub they had there', async () => {
    const { app, by } = shared()
    const row = {
      sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
      email: 'Ada.Import@Example.com',
      email_verified: true,
      username: 'ada.import',
      name: 'Ada',
      given_name: 'Ada',
      phone_number: '+493012345',
      phone_number_verified: true,
      address: { country: 'DE' },
      locale: 'de',
      created_at: '2020-01-02T03:04:05Z',
      password_hash: hashSync(password, 4),
      custom: { team: 'red', floor: 3 },
    }
    const { told, report } = await imported(shared(), lines(row))

    expect(told).to.include({ state: 'done', rows: 1, created: 1, failed: 0 })
    const id = report[0]?.user_id ?? ''
    const shown = await body(await by.call('GET', `/admin/users/${id}`))
    expect(shown).to.deep.include({
      email: 'ada.import@example.com',
      email_verified: true,
      username: 'ada.import',
      status: 'active',
    })
    expect(shown.created_at).to.equal('2020-01-02T03:04:05.000Z')
    const { tokens } = await by.client.signIn({
      id,
      email: 'ada.import@example.com',
      username: row.username,
      password,
    })
    expect(tokens.claims()?.sub).to.equal(row.sub)
    for (let tries = 0; tries < 100; tries++) {
      const [stored] = await app
        .db<object, object[]>('user_credentials')
        .select<{ hash: string }[]>('hash')
        .where({ user_id: id })
      if (stored?.hash.startsWith('$argon2id$') === true) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error('the hash was not made anew')
  })

  it('bring the authenticator app they have, sealed', async () => {
    const { app } = shared()
    const { report } = await imported(
      shared(),
      lines({ email: 'totp@import.example', totp_secret: 'JBSW Y3DP EHPK 3PXP', custom: { team: 'red' } }),
    )
    const id = report[0]?.user_id ?? ''
    expect((await factorsOf(app.db, id)).kinds).to.deep.equal(['totp'])
    const { seed_sealed: sealed } = await rowOf(app, 'factors', 'user_id', id)
    expect(sealed)
      .to.be.instanceOf(Buffer)
      .with.lengthOf(12 + 16 + 10) // nonce, tag and the seed itself
  })

  it('are read from CSV, empty cells saying nothing', async () => {
    const { app } = shared()
    const csv =
      '\ufeffemail,name,email_verified,address.country,custom.team,custom.floor,username\r\n' +
      'csv1@import.example,"Doe, Jane ""J""",true,FR,blue,7,\r\n' +
      'csv2@import.example,,false,,red,,csv2\r\n'
    const { told, report } = await imported(shared(), csv, { type: 'text/csv' })
    expect(told).to.include({ created: 2, failed: 0 })
    const rows = await app
      .db('users')
      .select('name', 'email_verified_at')
      .whereIn(
        'id',
        report.map((row) => row.user_id),
      )
      .orderBy('email')
    expect(rows.map(({ name }: { name: string }) => name)).to.deep.equal(['Doe, Jane "J"', null])
    const custom = await rowOf(app, 'custom_fields', 'user_id', report[0]?.user_id)
    expect(custom).to.deep.include({ fields: { team: 'blue', floor: 7 } })
  })

  it('are told row by row what is wrong, without what stood there, and the others are made (MA-02)', async () => {
    const good = { email: 'good@import.example', custom: { team: 'red' } }
    const wrong: [object | string, string][] = [
      [{ email: 'no address', custom: { team: 'red' } }, 'email'],
      [{ name: 'Nobody' }, 'email'],
      [{ email: 'w1@import.example', custom: { team: 'green' } }, 'custom.team'],
      [{ email: 'w2@import.example' }, 'custom.team'],
      [{ email: 'w3@import.example', custom: { team: 'red', admin: true } }, 'custom.admin'],
      [{ email: 'w4@import.example', permissions: ['all'], custom: { team: 'red' } }, 'permissions'],
      [{ email: 'w5@import.example', password_hash: 'swordfish!', custom: { team: 'red' } }, 'password_hash'],
      [
        {
          email: 'w6@import.example',
          password_hash: hashSync('x', 4).replace('$04$', '$31$'),
          custom: { team: 'red' },
        },
        'password_hash',
      ],
      [{ email: 'w7@import.example', totp_secret: 'short', custom: { team: 'red' } }, 'totp_secret'],
      [{ email: 'w8@import.example', sub: 'with a space', custom: { team: 'red' } }, 'sub'],
      [
        '{"email":"w9@import.example","__proto__":{"roles":["root_admin"]},"custom":{"team":"red"}}',
        '__proto__',
      ],
      ['{"email":"w10@import.example","custom":{"team":"red","__proto__":{"x":1}}}', 'custom.__proto__'],
      [{ email: 'w12@import.example', sub: 'gh_client', custom: { team: 'red' } }, 'sub'],
      [
        { email: 'w13@import.example', created_at: '0000-01-01T00:00:00Z', custom: { team: 'red' } },
        'created_at',
      ],
      [{ email: 'w14@import.example', website: 'https://a.example/\u0000', custom: { team: 'red' } }, ''],
      [{ email: 'w15@import.example', custom: { team: 'red', 'x\ud800': 1 } }, ''],
      [{ email: 'w16@import.example', custom: { team: 'red', 'x y': 1 } }, 'custom.x?y'],
      [{ email: 'w11@import.example', name: 'a\u202eb', custom: { team: 'red' } }, 'name'],
      [{ email: 'good@import.example', custom: { team: 'red' } }, 'email'], // twice in the file
    ]
    const file =
      lines(good) + wrong.map(([row]) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('')

    const { told, report } = await imported(shared(), file)

    expect(told).to.include({ created: 1, failed: wrong.length })
    expect(report.slice(1).map(({ problems }) => problems[0]?.field)).to.deep.equal(
      wrong.map(([, field]) => field),
    )
    expect(report.at(-1)?.problems[0]?.detail).to.equal('stands in line 1 too')
    expect(JSON.stringify(report)).not.to.include('swordfish')
    expect(Object.prototype).not.to.have.property('roles')
  })

  it('who are there already are left out, changed but for what they sign in with, or counted as failed', async () => {
    const { app } = shared()
    const ann = await person(app, { email: 'known@import.example' })
    const row = {
      email: 'KNOWN@import.example',
      name: 'Renamed',
      given_name: 'New',
      password_hash: hashSync('x', 4),
      custom: { floor: 9 },
    }
    const hashOf = async () => app.db('user_credentials').select('hash').where({ user_id: ann.id })
    const before = await hashOf()
    for (const [choice, outcome] of [
      ['fail', 'failed'],
      ['skip', 'skipped'],
      ['update', 'updated'],
    ] as const) {
      const { report } = await imported(shared(), lines(row), { query: `?on_conflict=${choice}` })
      expect(report[0], choice).to.deep.include({ outcome, user_id: ann.id })
    }
    const user = await rowOf(app, 'users', 'id', ann.id)
    expect(user).to.include({ name: 'Renamed', email: 'known@import.example' })
    expect(await hashOf()).to.deep.equal(before)
  })

  it('are only looked at in a dry run', async () => {
    const { app } = shared()
    const row = { email: 'dry@import.example', custom: { team: 'red' } }
    const { told, report } = await imported(shared(), lines(row, row), { query: '?dry_run=true' })
    expect(told).to.include({ created: 1, failed: 1, dry_run: true })
    expect(report[0]).to.include({ outcome: 'created', user_id: null })
    expect(await app.db('users').where({ email: 'dry@import.example' })).to.deep.equal([])
  })

  it('AD-03: get no role above whoever imports, nor are people changed who may do more', async () => {
    const { app } = shared()
    const root = await person(app, { role: 'root_admin', email: 'root@import.example' })
    const { report } = await imported(
      shared(),
      lines(
        { email: 'r1@import.example', roles: ['root_admin'], custom: { team: 'red' } },
        { email: 'r2@import.example', roles: ['support', 'root_admin'], custom: { team: 'red' } },
        { email: 'r3@import.example', roles: ['nonsense'], custom: { team: 'red' } },
        { email: 'r4@import.example', roles: ['support'], custom: { team: 'red' } },
        { email: 'root@import.example', name: 'Taken over' },
      ),
      { query: '?on_conflict=update' },
    )
    expect(report.map(({ outcome }) => outcome)).to.deep.equal([
      'failed',
      'failed',
      'failed',
      'created',
      'failed',
    ])
    expect(report[0]?.problems).to.deep.equal([{ field: 'roles', detail: 'role_beyond_own' }])
    const held = await app.db('assignments').select('role').where({ principal_id: report[3]?.user_id })
    expect(held).to.deep.equal([{ role: 'support' }])
    expect(await app.db('users').select('name').where({ id: root.id })).to.deep.equal([
      { name: 'Ann Example' },
    ])
  })

  it('are refused as a whole where the file cannot be read, with the line', async () => {
    const { by, issuer, app } = shared()
    const csv = 'text/csv'
    const json = 'application/x-ndjson'
    const cases: [string | Buffer, string, string, RegExp][] = [
      ['email,password\na@b.example,x\n', csv, 'import_unknown_column', /password/],
      ['email,name\na@b.example\n', csv, 'import_unreadable', /Line 2 has another number of cells/],
      ['email,name\na@b.example,"open\n', csv, 'import_unreadable', /not closed/],
      ['email,email\na@b.example,b@b.example\n', csv, 'import_unreadable', /same name/],
      [`email,name\na@b.example,${'x'.repeat(70_000)}\n`, csv, 'import_unreadable', /more than 65536/],
      [Buffer.from('email\nj\xe9@b.example\n', 'latin1'), csv, 'import_unreadable', /not UTF-8/],
      ['email\n', csv, 'import_empty', /^$/],
      ['', json, 'import_empty', /^$/],
      ['{"email":"a@b.example"}\n{"email":\n', json, 'import_unreadable', /Line 2 is not JSON/],
      [`{\n${'{"email":"a@b.example"}\n'.repeat(200_000)}`, json, 'import_unreadable', /Line 1 is not JSON/], // megabytes to come
      ['["a@b.example"]\n', json, 'import_unreadable', /Line 1 is no JSON object/],
      ['{"email":"a@b.example","email":"c@b.example"}\n', json, 'import_unreadable', /twice in line 1/],
      [`{"email":"${'x'.repeat(70_000)}"}\n`, json, 'import_unreadable', /more than 65536/],
    ]
    for (const [file, type, code, detail] of cases) {
      const reply = await send(by, issuer, file, { type })
      const answer = await body(reply)
      expect(answer, String(file).slice(0, 40)).to.include({ type: problem(code), status: 400 })
      expect((answer.detail as string | undefined) ?? '').to.match(detail)
    }
    expect((await send(by, issuer, '{}', { type: 'application/json' })).status).to.equal(415)
    expect((await send(by, issuer, 'email\n', { type: 'text/csv; charset=iso-8859-1' })).status).to.equal(415)
    expect((await send(by, issuer, lines({}), { query: '?evil=1' })).status).to.equal(400)
    expect(await app.db('user_import_batches')).to.deep.equal([])
  })

  it('are brought in by whoever may, and by nobody else', async () => {
    const { app, issuer, by } = shared()
    for (const role of [undefined, 'support', 'auditor']) {
      const other = await operator(app, role)
      expect((await send(other, issuer, lines({}))).status, role).to.equal(403)
      expect((await other.call('GET', '/admin/imports')).status, role).to.equal(403)
    }
    for (const path of ['/admin/imports/x', `/admin/imports/${by.id}`, `/admin/imports/${by.id}/report`])
      expect((await by.call('GET', path)).status, path).to.equal(404)
  })
})
