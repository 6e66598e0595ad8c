import { expect } from 'chai'

import {
  createUser,
  findUser,
  findUserByLogin,
  findUserBySubject,
  setUserStatus,
  subjectOf,
  type User,
} from '../../src/features/accounts/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { type Parts, parts } from '../support/parts.ts'

async function withAnn(): Promise<Parts & { ann: User }> {
  const app = await parts()
  const input = { email: 'ann@bücher.example', username: 'ann.martin' }
  const ann = await transaction(app.db, (tx) => createUser(app, tx, bySystem, input))
  return { ...app, ann }
}

describe('looking somebody up by what they typed', () => {
  it('finds them by every spelling of their address or name, and nobody by anything else', async () => {
    const { db, ann } = await withAnn()
    const theirs = [
      'ann@bücher.example',
      'ANN@BÜCHER.EXAMPLE',
      'ann@xn--bcher-kva.example',
      'Ann.Martin',
      'ａｎｎ.martin',
    ]
    const nobodys = [
      'ann',
      'annmartin',
      'ann.martin ',
      'ann.martin.',
      'ann\u200b.martin',
      'ann.martin\0',
      '@',
      '',
      "' or 1=1--",
    ]

    for (const login of theirs) expect(await findUserByLogin(db, login), login).to.deep.equal(ann)
    for (const login of nobodys) expect(await findUserByLogin(db, login), login).to.equal(null)
  })

  it('does not find a deleted account, whose id still tells what became of it', async () => {
    const { ann, ...app } = await withAnn()
    await setUserStatus(app, bySystem, ann.id, 'deleted', 'asked for')

    expect(await findUserByLogin(app.db, 'ann.martin')).to.equal(null)
    expect(await findUser(app.db, ann.id)).to.have.property('status', 'deleted')
    expect(await findUserBySubject(app.db, ann.id)).to.have.property('status', 'deleted')
  })
})

describe('looking somebody up by id or subject', () => {
  it('answers null for what cannot be one', async () => {
    const { db } = await withAnn()
    for (const id of ['', 'ann', '\0', '1'.repeat(100_000), '00000000-0000-0000-0000-000000000000']) {
      expect(await findUser(db, id)).to.equal(null)
      expect(await findUserBySubject(db, id)).to.equal(null)
    }
  })

  it('knows each client’s own subject, else the default one', async () => {
    const { db, ann, clock } = await withAnn()
    const pairwise = { subject: 'pairwise-1', user_id: ann.id, client_id: 'shop', created_at: clock.now() }
    await db('subjects').insert(pairwise)

    expect(await subjectOf(db, ann.id)).to.equal(ann.id)
    expect(await subjectOf(db, ann.id, 'shop')).to.equal('pairwise-1')
    expect(await subjectOf(db, ann.id, 'other')).to.equal(ann.id)
    expect(await findUserBySubject(db, 'pairwise-1')).to.deep.equal({ ...ann, subject: 'pairwise-1' })
  })

  it('has no subject for nobody', async () => {
    const { db } = await withAnn()
    const refused = await subjectOf(db, 'ann').catch((error: unknown) => error)
    expect(refused).to.include({ code: 'user_not_found', status: 404 })
  })

  it('lets no one have two default subjects', async () => {
    const { db, ann, clock } = await withAnn()
    const second = { subject: 'another', user_id: ann.id, client_id: null, created_at: clock.now() }
    const refused: unknown = await db('subjects')
      .insert(second)
      .then(
        () => null,
        (error: unknown) => error,
      )
    expect(refused).to.have.property('code', '23505')
  })
})
