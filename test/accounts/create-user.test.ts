import { inspect } from 'node:util'
import { expect } from 'chai'

import {
  createUser,
  findUser,
  type NewAccount,
  setUserStatus,
  type User,
} from '../../src/features/accounts/index.ts'
import { type App, bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { parts } from '../support/parts.ts'

type Machinery = Pick<App, 'db' | 'clock'>

const create = (app: Machinery, input: NewAccount): Promise<User> =>
  transaction(app.db, (tx) => createUser(app, tx, bySystem, input))

const refusal = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'it was accepted',
    (error: unknown) => error,
  )

describe('creating an account', () => {
  it('gives it an id, a subject and a native identity, records and announces it', async () => {
    const app = await parts()

    const user = await create(app, {
      email: 'Ann@Example.com',
      username: 'Ann',
      name: 'Ann Martin',
      locale: 'en',
    })

    expect(user).to.include({
      status: 'active',
      email: 'ann@example.com',
      emailVerified: false,
      username: 'ann',
    })
    expect(user).to.include({ name: 'Ann Martin', locale: 'en' })
    expect(await findUser(app.db, user.id)).to.deep.equal(user)
    expect(await app.db('users').select('email_entered', 'username_entered')).to.deep.equal([
      { email_entered: 'Ann@Example.com', username_entered: 'Ann' },
    ])
    expect(await app.db('subjects').select('subject', 'user_id', 'client_id')).to.deep.equal([
      { subject: user.id, user_id: user.id, client_id: null },
    ])
    expect(await app.db('user_identities').select('user_id', 'issuer', 'subject')).to.deep.equal([
      { user_id: user.id, issuer: 'urn:gatehouse:native', subject: user.id },
    ])
    expect(await app.db('audit_records').select('action', 'target_id')).to.deep.equal([
      { action: 'user.created', target_id: user.id },
    ])
    expect(await app.db('outbox_events').select('type', 'subject')).to.deep.equal([
      { type: 'auth.user.created', subject: user.id },
    ])
  })

  it('keeps personal data out of the record and the event', async () => {
    const app = await parts()
    await create(app, { email: 'ann@example.com', username: 'annmartin', name: 'Ann Martin' })

    const written = [await app.db('audit_records').select(), await app.db('outbox_events').select()]

    expect(JSON.stringify(written)).not.to.match(/example\.com|martin/i)
  })

  it('takes nothing from the input but what it knows', async () => {
    const app = await parts()
    const wanted = {
      id: '00000000-0000-7000-8000-000000000000',
      created_at: '2001-01-01',
      createdAt: new Date(0),
    }
    const input = {
      email: 'ann@example.com',
      role: 'root_admin',
      is_admin: true,
      email_verified: true,
      ...wanted,
    }

    const user = await create(app, input)

    expect(user.id).not.to.equal(wanted.id)
    expect(user.emailVerified).to.equal(false)
    expect(user.createdAt.getFullYear()).to.be.greaterThan(2020)
  })

  const refused: [what: string, input: NewAccount, code: string][] = [
    ['an address that is none', { email: 'ann' }, 'email_invalid'],
    [
      'a user name that is somebody’s address',
      { email: 'eve@example.com', username: 'ann@example.com' },
      'username_invalid',
    ],
    ['an address in another spelling', { email: 'ＡＮＮ＠EXAMPLE.com' }, 'email_taken'],
    ['a user name in another spelling', { email: 'eve@example.com', username: 'ＡＮＮ' }, 'username_taken'],
  ]
  for (const [what, input, code] of refused) {
    it(`refuses ${what} and leaves nothing behind`, async () => {
      const app = await parts()
      await create(app, { email: 'ann@example.com', username: 'ann' })

      const error = await refusal(create(app, input))

      expect(error).to.have.property('code', code)
      expect(inspect(error, { depth: 9 })).not.to.match(/example\.com/i)
      for (const table of ['users', 'subjects', 'user_identities', 'audit_records', 'outbox_events']) {
        expect(await app.db(table), table).to.have.lengthOf(1)
      }
    })
  }

  const spellings = ['ann@example.com', 'Ann@Example.com', 'ANN@EXAMPLE.COM', 'ａｎｎ@example.com']
  it('has one winner of fifty at once with one address in mixed case', async () => {
    const app = await parts()
    const attempts = Array.from({ length: 50 }, (_, n) =>
      refusal(create(app, { email: spellings[n % spellings.length] ?? '', username: `name${n}` })),
    )

    const results = await Promise.all(attempts)

    expect(results.filter((result) => result === 'it was accepted')).to.have.lengthOf(1)
    const codes = results.map((result) => (result as { code?: string }).code)
    expect(codes.filter((code) => code === 'email_taken')).to.have.lengthOf(49)
    expect(await app.db('users')).to.have.lengthOf(1)
  })

  it('has one winner of fifty at once with one user name in mixed case', async () => {
    const app = await parts()
    const attempts = Array.from({ length: 50 }, (_, n) =>
      refusal(create(app, { email: `ann${n}@example.com`, username: n % 2 ? 'ann' : 'ANN' })),
    )

    const results = await Promise.all(attempts)

    expect(results.filter((result) => result === 'it was accepted')).to.have.lengthOf(1)
    expect(await app.db('users')).to.have.lengthOf(1)
  })

  it('gives the address and name of a deleted account to the next', async () => {
    const app = await parts()
    const before = await create(app, { email: 'ann@example.com', username: 'ann' })
    await setUserStatus(app, bySystem, before.id, 'deleted', 'asked for')

    const after = await create(app, { email: 'ann@example.com', username: 'ann' })

    expect(after.id).not.to.equal(before.id)
  })
})
