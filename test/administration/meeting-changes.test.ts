import { AsyncLocalStorage } from 'node:async_hooks'

import { expect } from 'chai'
import type { Knex } from 'knex'

import { changeEmail, requestDeletion } from '../../src/features/accounts/index.ts'
import { assignRole, createRole } from '../../src/features/authorization/index.ts'
import { rememberConsent } from '../../src/features/consents/index.ts'
import { createLink, findLink } from '../../src/features/links/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { eventually } from '../oidc/tokens/requests.ts'
import { mailsTo, mailTo } from '../support/mailbox.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { operator, problem, told } from './support.ts'

/** How many wait for a lock of somebody else's. */
const waiting = async (db: Knex): Promise<number> =>
  (
    await db('pg_stat_activity')
      .select('pid')
      .where({ wait_event_type: 'Lock', datname: db.raw('current_database()') })
  ).length

/**
 * Runs `begun` while `held` has its locks, and lets go once each of them is done or waits for a lock: whichever order the code
 * takes, it has been taken by then.
 */
async function meanwhile<Result>(
  db: Knex,
  held: (tx: Knex) => Promise<unknown>,
  begun: (() => Promise<Result>)[],
): Promise<Result[]> {
  const running: Promise<Result>[] = []
  const outside = AsyncLocalStorage.snapshot() // a transaction lets nothing inside it ask for a second connection
  let done = 0
  await transaction(db, async (tx) => {
    await held(tx)
    for (const begin of begun) running.push(outside(begin).finally(() => done++))
    await outside(() => eventually(async () => done + (await waiting(db)) >= begun.length))
  })
  return Promise.all(running)
}

describe('acts of an administrator that meet another change', () => {
  const shared = sharedStage(async ({ app }) => ({ app, admin: await operator(app, 'admin') }))

  /** Makes a root administrator of somebody. */
  const raise = (id: string) => (tx: Knex) =>
    assignRole(shared().app, tx, bySystem, { principal: { type: 'user', id }, role: 'root_admin' })

  it('are refused where the person rises at this moment: sessions, lockouts, bounces', async () => {
    const { app, admin } = shared()
    const ann = await operator(app)
    const [session] = await app.db('sessions').where({ user_id: ann.id }).pluck<string[]>('uid')
    const acts = [
      ['POST', `/admin/sessions/${session}/revoke`, undefined],
      ['POST', '/admin/lockouts/lift', { login: ann.email }],
      ['POST', '/admin/mail/bounces', { address: ann.email, reason: 'bounced' }],
    ] as const

    const replies = await meanwhile(
      app.db,
      raise(ann.id),
      acts.map(
        ([method, path, body]) =>
          () =>
            admin.call(method, path, body),
      ),
    )

    for (const reply of replies)
      expect(await told(reply), reply.url).to.include({ type: problem('role_beyond_own') })
  })

  it('take a consent back in one with the question whether they may', async () => {
    const { app, admin } = shared()
    const ann = await person(app)
    const { clientId } = admin.client
    const pair = { userId: ann.id, clientId }
    await transaction(app.db, (tx) => rememberConsent(app, tx, bySystem, { ...pair, scopes: ['openid'] }))
    const order: string[] = []

    await meanwhile<unknown>(
      app.db,
      (tx) => tx('consents').where({ user_id: ann.id, client_id: clientId }).forUpdate(),
      [
        async () => {
          const path = `/admin/users/${ann.id}/consents?client_id=${encodeURIComponent(clientId)}`
          expect((await admin.call('DELETE', path)).status).to.equal(204)
          order.push('withdrawn')
        },
        async () => {
          await eventually(async () => (await waiting(app.db)) > 0)
          await transaction(app.db, raise(ann.id))
          order.push('risen')
        },
      ],
    )

    expect(order).to.deep.equal(['withdrawn', 'risen'])
  })

  it('tell the address that a person has by then, not the one they had', async () => {
    const { app, admin } = shared()
    const ann = await person(app)
    const own = `own-${ann.email}`

    const [reply] = await meanwhile(
      app.db,
      (tx) => changeEmail(tx, app.clock.now(), bySystem, { userId: ann.id, email: own, verified: true }),
      [() => admin.call('PATCH', `/admin/users/${ann.id}`, { email: `new-${ann.email}` })],
    )

    expect(reply?.status).to.equal(200)
    expect((await mailTo(app, own, 'email-changed')).to).to.equal(own)
    expect(await mailsTo(app, ann.email)).to.be.empty
  })

  it('call a deletion off only where they may delete, and its link dies with it', async () => {
    const { app, admin } = shared()
    await createRole(app, bySystem, {
      name: 'doorkeeper',
      description: 'Disables and enables.',
      permissions: ['users:read:any', 'users:write:any', 'users:disable:any'],
    })
    const [keeper, ann] = [await operator(app, 'doorkeeper'), await person(app)]
    const { token } = await transaction(app.db, async (tx) => {
      const [at, userId] = [app.clock.now(), ann.id]
      await requestDeletion(tx, at, bySystem, { userId, deleteAt: new Date(at.getTime() + 86_400_000) })
      return createLink(tx, at, { purpose: 'restore-account', userId, address: ann.email })
    })
    const path = `/admin/users/${ann.id}`

    const refused = await keeper.call('PATCH', path, { status: 'active' })
    expect([refused.status, (await told(refused)).type]).to.deep.equal([403, problem('role_beyond_own')])
    expect(await told(await keeper.call('GET', path))).to.include({ status: 'disabled' })
    expect(await findLink(app, 'restore-account', token)).not.to.equal(null)

    expect((await admin.call('PATCH', path, { status: 'active' })).status).to.equal(200)
    expect(await findLink(app, 'restore-account', token)).to.equal(null)
    expect((await keeper.call('PATCH', path, { status: 'disabled' })).status).to.equal(200)
    expect((await keeper.call('PATCH', path, { status: 'active' })).status).to.equal(200)
  })
})
