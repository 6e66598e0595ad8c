import { expect } from 'chai'

import {
  createUser,
  findUser,
  type NextStatus,
  setUserStatus,
  type User,
  type UserStatus,
} from '../../src/features/accounts/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { type Parts, parts } from '../support/parts.ts'

async function withUser(status: UserStatus): Promise<Parts & { user: User }> {
  const app = await parts()
  const user = await transaction(app.db, (tx) => createUser(app, tx, bySystem, { email: 'ann@example.com' }))
  await app.db('users').update({ status })
  return { ...app, user: { ...user, status } }
}

const attempt = (app: Parts, id: string, to: NextStatus): Promise<unknown> =>
  setUserStatus(app, bySystem, id, to, 'because').catch((error: unknown) => (error as { code?: string }).code)

const yes = true
const same = false
const not = 'user_status_refused'
const none = 'user_not_found'
const table: Record<UserStatus, Record<NextStatus, boolean | string>> = {
  pending: { active: yes, locked: yes, disabled: yes, deleted: yes },
  active: { active: same, locked: yes, disabled: yes, deleted: yes },
  locked: { active: yes, locked: same, disabled: yes, deleted: yes },
  disabled: { active: yes, locked: not, disabled: same, deleted: yes },
  deleted: { active: none, locked: none, disabled: none, deleted: same },
}

describe('the state of an account', () => {
  for (const [from, row] of Object.entries(table) as [UserStatus, Record<NextStatus, boolean | string>][]) {
    it(`goes from ${from} only where it may`, async () => {
      const app = await withUser(from)
      for (const [to, expected] of Object.entries(row) as [NextStatus, boolean | string][]) {
        await app.db('users').update({ status: from })
        expect(await attempt(app, app.user.id, to), to).to.equal(expected)
        expect(await findUser(app.db, app.user.id)).to.have.property('status', expected === yes ? to : from)
      }
    })
  }

  it('ends the access of a disabled person under every subject, with a record and an event', async () => {
    const app = await withUser('active')
    const { id } = app.user
    await app
      .db('subjects')
      .insert({ subject: 'pairwise', user_id: id, client_id: 'shop', created_at: app.clock.now() })

    await setUserStatus(app, bySystem, id, 'disabled', 'left the organization')

    const revoked = await app.db('revocations').select('kind', 'key').orderBy('key')
    expect(revoked).to.have.deep.members([
      { kind: 'subject', key: id },
      { kind: 'subject', key: 'pairwise' },
    ])
    const records = await app
      .db('audit_records')
      .select('target_id', 'reason', 'changes')
      .where({ action: 'user.disabled' })
    expect(records).to.deep.equal([
      {
        target_id: id,
        reason: 'left the organization',
        changes: { before: { status: 'active' }, after: { status: 'disabled' } },
      },
    ])
    expect(await app.db('outbox_events').where({ type: 'auth.user.disabled', subject: id })).to.have.lengthOf(
      1,
    )
  })

  it('leaves a locked person’s sessions alone: whoever guesses passwords must not sign the owner out', async () => {
    const app = await withUser('active')
    await setUserStatus(app, bySystem, app.user.id, 'locked', 'too many wrong passwords')
    expect(await app.db('revocations')).to.have.lengthOf(0)
  })

  it('is changed once, however many ask at the same moment', async () => {
    const app = await withUser('active')
    const all = await Promise.all(Array.from({ length: 20 }, () => attempt(app, app.user.id, 'disabled')))

    expect(all.filter((changed) => changed === true)).to.have.lengthOf(1)
    expect(all.filter((changed) => changed === false)).to.have.lengthOf(19)
    expect(await app.db('outbox_events').where({ type: 'auth.user.disabled' })).to.have.lengthOf(1)
  })

  it('cannot be changed of nobody', async () => {
    const app = await withUser('active')
    expect(await attempt(app, 'no-such-id', 'disabled')).to.equal('user_not_found')
  })
})
