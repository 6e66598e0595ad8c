import { expect } from 'chai'
import { Command } from 'commander'

import type { Gatehouse } from '../../src/app.ts'
import { commands } from '../../src/features/administration/index.ts'
import { assignRole } from '../../src/features/authorization/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { type Answer, problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { userRow } from './support.ts'

const said = (answer: Answer): [number, string] => [answer.status, problemOf(answer)]

/** Runs `gatehouse user …` in this process; what it prints. */
async function gatehouse(app: Gatehouse, ...words: string[]): Promise<string> {
  const program = new Command().exitOverride()
  commands(program, () => Promise.resolve(app))
  const write = process.stdout.write.bind(process.stdout)
  let out = ''
  process.stdout.write = (text) => Boolean((out += String(text)))
  try {
    await program.parseAsync(['user', ...words], { from: 'user' })
  } finally {
    process.stdout.write = write
  }
  return out
}

describe('merging by an administrator', () => {
  const shared = sharedStage()
  const reason = 'she wrote to us from both addresses'

  it('is no detour to rights that begin later, nor to an account of one’s own', async () => {
    const { app, clock } = shared()
    const acting = await person(app, { role: 'admin' })
    const admin = await signedIn(shared(), { as: acting })
    const [ann, puppet] = [await person(app), await person(app)]
    const principal = { type: 'user', id: ann.id } as const
    const startsAt = new Date(clock.now().getTime() + 3 * 24 * 3600 * 1000)
    await transaction(app.db, (tx) =>
      assignRole(app, tx, bySystem, { principal, role: 'root_admin', startsAt }),
    )
    const merge = (into: string) =>
      admin.call('POST', `/admin/users/${into}/merge`, { merged_user_id: puppet.id, reason })

    expect(said(await merge(ann.id))).to.deep.equal([403, 'role_beyond_own'])
    expect(said(await merge(acting.id))).to.deep.equal([403, 'merge_own_account'])
  })

  it('needs no password, but a reason, which stands in the history of both', async () => {
    const { app } = shared()
    const admin = await signedIn(shared(), { as: await person(app, { role: 'admin' }) })
    const [ann, bob] = [await person(app), await person(app)]
    const path = `/admin/users/${ann.id}/merge`
    expect(said(await admin.call('POST', path, { merged_user_id: bob.id }))).to.deep.equal([
      400,
      'invalid_input',
    ])

    const merged = await admin.call('POST', path, { merged_user_id: bob.id, reason })
    expect(merged.status).to.equal(200)
    const id = String(merged.body.id)
    const shown = { id, surviving_user_id: ann.id, merged_user_id: bob.id, proof: 'administrator' }
    expect(merged.body).to.deep.include({ ...shown, state: 'merged', undoable: true })
    for (const who of [ann, bob]) {
      const { body } = await admin.call('GET', `/admin/users/${who.id}/merges`)
      expect((body.items as object[])[0]).to.deep.include(shown)
    }
    const undone = await admin.call('POST', `/admin/merges/${id}/undo`, { reason: 'they are two' })
    expect(undone.body).to.deep.include({ state: 'undone' })
    expect(await userRow(app, bob.id)).to.include({ status: 'active' })
    const records = await app
      .db('audit_records')
      .select<object[]>('action', 'target_id', 'reason', 'actor_id')
      .whereLike('action', 'user.merge%')
      .whereIn('target_id', [ann.id, bob.id])
    expect(records).to.have.deep.members(
      [ann.id, bob.id].flatMap((target_id) => [
        { action: 'user.merged', target_id, reason, actor_id: admin.id },
        { action: 'user.merge_undone', target_id, reason: 'they are two', actor_id: admin.id },
      ]),
    )
  })

  it('is for who may do all that either person may do', async () => {
    const { app } = shared()
    const admin = await signedIn(shared(), { as: await person(app, { role: 'admin' }) })
    const root = await signedIn(shared(), { as: await person(app, { role: 'root_admin' }) })
    const [other, ann, bob] = [
      await person(app, { role: 'root_admin' }),
      await signedIn(shared()),
      await person(app),
    ]
    const merge = (by: typeof admin, into: string, from: string) =>
      by.call('POST', `/admin/users/${into}/merge`, { merged_user_id: from, reason })

    expect(said(await merge(ann, bob.id, ann.id))).to.deep.equal([403, 'not_allowed'])
    expect(said(await merge(admin, other.id, bob.id)), 'into somebody above').to.deep.equal([
      403,
      'role_beyond_own',
    ])
    expect(said(await merge(admin, bob.id, other.id)), 'somebody above').to.deep.equal([
      403,
      'role_beyond_own',
    ])
    expect(said(await merge(root, bob.id, other.id)), 'roles never move').to.deep.equal([
      409,
      'merge_role_held',
    ])
    expect(said(await merge(root, bob.id, bob.id))).to.deep.equal([409, 'merge_same_account'])
    expect(said(await merge(root, bob.id, crypto.randomUUID()))).to.deep.equal([404, 'user_not_found'])
    const done = await merge(root, other.id, bob.id)
    expect(done.status).to.equal(200)
    const undo = (by: typeof admin) =>
      by.call('POST', `/admin/merges/${String(done.body.id)}/undo`, { reason: 'test' })
    expect(said(await undo(ann))).to.deep.equal([403, 'not_allowed'])
    expect(said(await undo(admin))).to.deep.equal([403, 'role_beyond_own'])
    expect((await undo(root)).status).to.equal(200)
  })

  it('takes an offer of the person’s own for nothing of theirs', async () => {
    const { app } = shared()
    const root = await signedIn(shared(), { as: await person(app, { role: 'root_admin' }) })
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const { body } = await ann.call('POST', '/users/me/merges', { login: bob.email, password: bob.password })
    const refused = await root.call('POST', `/admin/merges/${String(body.id)}/undo`, { reason })
    expect(said(refused)).to.deep.equal([404, 'merge_not_found'])
  })

  it('works from the command line, by address or id, and back', async () => {
    const { app } = shared()
    const [ann, bob] = [await person(app), await person(app)]
    const out = await gatehouse(app, 'merge', bob.email, '--into', ann.id, '--reason', reason, '--json')
    const merged = JSON.parse(out) as Record<string, unknown>
    expect(merged).to.deep.include({
      surviving_user_id: ann.id,
      merged_user_id: bob.id,
      proof: 'command_line',
    })
    expect(await userRow(app, bob.id)).to.include({ status: 'disabled', status_reason: 'merged' })
    const refused = await gatehouse(app, 'enable', bob.id).catch((error: unknown) => error)
    expect(refused).to.have.property('code', 'user_merged')
    const back = await gatehouse(app, 'unmerge', String(merged.id), '--reason', 'they are two')
    expect(back).to.include(`${bob.id} is back`)
    expect(await userRow(app, bob.id)).to.include({ status: 'active' })
  })
})
