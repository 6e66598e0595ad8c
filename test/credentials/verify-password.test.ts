import { expect } from 'chai'

import { createUser, type User } from '../../src/features/accounts/index.ts'
import {
  openPasswords,
  type Passwords,
  setPassword,
  verifyPassword,
  type WithPasswords,
} from '../../src/features/credentials/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { secret } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'

const password = 'correct horse battery staple'
const pepper = (id: string) => ({ id, bytes: Buffer.from(`a pepper of at least 32 characters, ${id}`) })

async function underPeppers(app: Parts, ...versions: string[]): Promise<Parts & WithPasswords> {
  const passwords = await openPasswords(
    { peppers: secret(versions.map(pepper)), breachedPasswords: null },
    app.log,
  )
  afterTest(() => passwords.close())
  return { ...app, passwords }
}

const create = (app: Parts, email: string): Promise<User> =>
  transaction(app.db, (tx) => createUser(app, tx, bySystem, { email }))

const give = (app: Parts & WithPasswords, user: User, text: string): Promise<boolean> =>
  transaction(app.db, (tx) => setPassword(app, tx, bySystem, user.id, text))

async function withAnn(): Promise<Parts & { passwords: Passwords; ann: User }> {
  const app = await underPeppers(await parts(), '1')
  const ann = await create(app, 'ann@example.com')
  await give(app, ann, password)
  return { ...app, ann }
}

const storedOf = (app: Parts) =>
  app
    .db('user_credentials')
    .select<{ hash: string; pepper_version: string; changed_at: Date; hashed_at: Date }[]>(
      'hash',
      'pepper_version',
      'changed_at',
      'hashed_at',
    )

describe('verifying a password', () => {
  it('accepts the person’s own and nothing else', async () => {
    const { ann, ...app } = await withAnn()
    const bob = await create(app, 'bob@example.com')

    expect(await verifyPassword(app, ann, password)).to.include({ ok: true })
    expect(await verifyPassword(app, ann, `${password}!`)).to.deep.equal({ ok: false, of: null })
    expect(await verifyPassword(app, bob, password)).to.deep.equal({ ok: false, of: null })
    expect(await verifyPassword(app, null, password)).to.deep.equal({ ok: false, of: null })
  })

  it('takes as long for nobody, and for somebody without a password, as for a wrong one', async () => {
    const { ann, ...app } = await withAnn()
    const bob = await create(app, 'bob@example.com')
    const classes = { wrong: ann, none: bob, nobody: null }
    const times: Record<keyof typeof classes, number[]> = { wrong: [], none: [], nobody: [] }
    for (let round = 0; round < 15; round++) {
      for (const name of ['wrong', 'none', 'nobody'] as const) {
        const began = performance.now()
        await verifyPassword(app, classes[name], 'not the password')
        times[name].push(performance.now() - began)
      }
    }
    const median = (list: number[]): number => list.sort((a, b) => a - b)[7] ?? 0
    expect(median(times.nobody) / median(times.wrong)).to.be.within(0.6, 1.7)
    expect(median(times.none) / median(times.wrong)).to.be.within(0.6, 1.7)
  })

  it('hashes anew under the newer pepper after a success, which is no change of the password', async () => {
    const { ann, ...app } = await withAnn()
    const [before] = await storedOf(app)
    app.clock.advance(60)
    const rotated = await underPeppers(app, '2', '1')

    expect(await verifyPassword(rotated, ann, 'wrong')).to.deep.equal({ ok: false, of: null })
    await rotated.passwords.close()
    expect(await storedOf(app)).to.deep.equal([before])

    expect(await verifyPassword(rotated, ann, password)).to.include({ ok: true })
    await rotated.passwords.close()
    const [after] = await storedOf(app)
    expect(after).to.include({ pepper_version: '2' })
    expect(after?.changed_at).to.deep.equal(before?.changed_at)
    expect(after?.hashed_at).not.to.deep.equal(before?.hashed_at)
    expect(await verifyPassword(await underPeppers(app, '2'), ann, password)).to.include({ ok: true })
  })

  it('does not undo a change of the password that came in between', async () => {
    const { ann, ...app } = await withAnn()
    const rotated = await underPeppers(app, '2', '1')
    const hashed = await rotated.passwords.hash('another horse battery staple')
    await verifyPassword(rotated, ann, password)
    await transaction(app.db, (tx) => setPassword(rotated, tx, bySystem, ann.id, hashed))
    await rotated.passwords.close()

    expect(await verifyPassword(rotated, ann, password)).to.deep.equal({ ok: false, of: null })
    expect(await verifyPassword(rotated, ann, 'another horse battery staple')).to.include({ ok: true })
  })
})

describe('setting a password', () => {
  it('replaces the old one, with a record and an event that hold nothing of it', async () => {
    const { ann, ...app } = await withAnn()
    await give(app, ann, 'another horse battery staple')

    expect(await verifyPassword(app, ann, password)).to.deep.equal({ ok: false, of: null })
    expect(await verifyPassword(app, ann, 'another horse battery staple')).to.include({ ok: true })
    const records = await app
      .db('audit_records')
      .where({ action: 'credential.password_set', target_id: ann.id })
    const events = await app.db('outbox_events').where({ type: 'auth.password.changed', subject: ann.id })
    expect([records.length, events.length]).to.deep.equal([2, 2])
    expect(JSON.stringify([records, events])).not.to.match(/horse|argon2/)
  })

  it('takes a hash made before the transaction began', async () => {
    const { ann, ...app } = await withAnn()
    const hashed = await app.passwords.hash('another horse battery staple')
    await transaction(app.db, (tx) => setPassword(app, tx, bySystem, ann.id, hashed))
    expect(await verifyPassword(app, ann, 'another horse battery staple')).to.include({ ok: true })
  })

  it('does not happen when the rest of the transaction fails', async () => {
    const { ann, ...app } = await withAnn()
    await transaction(app.db, async (tx) => {
      await setPassword(app, tx, bySystem, ann.id, 'another horse battery staple')
      throw new Error('something else went wrong')
    }).catch(() => undefined)
    expect(await verifyPassword(app, ann, password)).to.include({ ok: true })
  })

  it('never names the hash in an error', async () => {
    const { ann, ...app } = await withAnn()
    const nobody = { ...ann, id: '00000000-0000-0000-0000-000000000000' }
    const error: unknown = await give(app, nobody, password).catch((caught: unknown) => caught)
    expect(error).to.have.property('code', '23503')
    expect(String(error)).not.to.match(/argon2|horse/)
  })
})
