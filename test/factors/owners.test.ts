import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { deleteAccount } from '../../src/features/accounts/index.ts'
import { removeAllFactors, verifyTotp } from '../../src/features/factors/index.ts'
import { acrNamed, missingAcr } from '../../src/features/admission/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { operator, told } from '../administration/support.ts'
import { offer } from '../merging/support.ts'
import { mailTo } from '../support/mailbox.ts'
import { problemOf, signedIn } from '../support/my-api.ts'
import { until } from '../support/process.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { enrol, enrolled, strong } from './support.ts'

const tables = ['factors', 'recovery_codes', 'factor_tries']

const rowsOf = async ({ db }: Gatehouse, userId: string): Promise<number[]> =>
  Promise.all(tables.map(async (table) => (await db(table).where({ user_id: userId })).length))

describe('whose second factors are', () => {
  const shared = sharedStage(undefined, { worker: true })
  const now = () => shared().clock.now()

  it('decides the level that a change of them wants', () => {
    expect(missingAcr({ ownLevel: 'none' }, null)).to.equal(null)
    expect(missingAcr({ ownLevel: 'two-step' }, acrNamed('password'))).to.equal(acrNamed('two-step'))
    expect(missingAcr({ ownLevel: 'two-step' }, acrNamed('mfa'))).to.equal(null)
    expect(missingAcr({ ownLevel: 'mfa' }, acrNamed('two-step'))).to.equal(acrNamed('mfa'))
    expect(missingAcr({ ownLevel: 'mfa' }, acrNamed('mfa'))).to.equal(null)
  })

  it('administrators see what there is, without anything to sign in with', async () => {
    const { app } = shared()
    const [ann, admin, bob] = [await enrolled(shared()), await operator(app, 'admin'), await operator(app)]
    const path = `/admin/users/${ann.id}/factors`

    const list = await told(await admin.call('GET', path))

    expect(list.recovery_codes_left).to.equal(10)
    const [item] = list.items as Record<string, unknown>[]
    expect(item).to.include({ id: ann.factorId, kind: 'totp', name: 'Phone' })
    expect(Object.keys(item ?? {}).sort()).to.deep.equal(['created_at', 'id', 'kind', 'last_used_at', 'name'])
    expect((await bob.call('GET', path)).status).to.equal(403)
    expect((await admin.call('GET', `/admin/users/${crypto.randomUUID()}/factors`)).status).to.equal(404)
  })

  it('stand in the copy of one’s data, without what is secret of them', async () => {
    const ann = await strong(shared())
    const { factorId } = await enrol(shared(), ann)
    const { body } = await ann.call('GET', '/users/me/export')
    const { items, recovery_codes_left: left } = body.second_factors as Record<string, unknown>
    expect(left).to.equal(10)
    expect((items as object[])[0]).to.include({ id: factorId, kind: 'totp', name: 'Phone' })
    expect(JSON.stringify(body)).not.to.match(/seed|sealed|last_step|code_hash/)
  })

  it('all go at once where somebody may take them, each told', async () => {
    const { app, clock } = shared()
    const ann = await strong(shared())
    await enrol(shared(), ann)
    await enrol(shared(), ann)
    await verifyTotp(app, { userId: ann.id, code: '' })

    await transaction(app.db, (tx) => removeAllFactors(tx, clock.now(), bySystem, ann.id, 'lost'))

    expect(await rowsOf(app, ann.id)).to.deep.equal([0, 0, 0])
    const where = { action: 'factor.removed', target_id: ann.id, reason: 'lost' }
    expect(await app.db('audit_records').where(where)).to.have.lengthOf(2)
    await mailTo(app, ann.email, 'factor-removed')
  })

  it('are forgotten with the person', async () => {
    const { app } = shared()
    const ann = await enrolled(shared())
    await verifyTotp(app, { userId: ann.id, code: '' })
    await transaction(app.db, (tx) => deleteAccount(tx, now(), bySystem, ann.id))
    await until(async () => (await rowsOf(app, ann.id)).every((rows) => rows === 0))
  })

  it('move with a merge and go back, and each account keeps its own recovery codes', async () => {
    const { app } = shared()
    const [ann, other] = [await signedIn(shared()), await enrolled(shared())]

    const admin = await operator(app, 'admin')
    const asked = { merged_user_id: other.id, reason: 'one person' }
    const merge = await told(await admin.call('POST', `/admin/users/${ann.id}/merge`, asked))

    expect(await rowsOf(app, ann.id)).to.deep.equal([1, 0, 0])
    expect(await rowsOf(app, other.id)).to.deep.equal([0, 10, 0])
    const proven = await verifyTotp(app, { userId: ann.id, code: other.app.codeAt(now()) })
    expect(proven).to.deep.include({ kind: 'totp', userId: ann.id, factorId: other.factorId })

    const undone = await admin.call('POST', `/admin/merges/${String(merge.id)}/undo`, {
      reason: 'two people',
    })
    expect(undone.status).to.equal(200)
    expect((await rowsOf(app, ann.id))[0]).to.equal(0)
    expect((await rowsOf(app, other.id)).slice(0, 2)).to.deep.equal([1, 10])
  })

  it('are more than a password proves: an account with one is not merged by its password', async () => {
    const [ann, other] = [await signedIn(shared()), await enrolled(shared())]
    const refused = await offer(ann, other)
    expect([refused.status, problemOf(refused)]).to.deep.equal([409, 'merge_factor_held'])
  })
})
