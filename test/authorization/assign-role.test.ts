import { expect } from 'chai'

import { accessOf, decideFor, demandAuthorityOver, rolesOf } from '../../src/features/authorization/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import { type By, bySystem } from '../../src/platform/app.ts'
import { byUser, outcome, stage } from './support.ts'

const user = (id: string) => ({ type: 'user', id }) as const

describe('giving a role', () => {
  it('counts at once, is recorded with who and announced', async () => {
    const { app, person, assign } = await stage()
    const [root, ann] = [await person('root_admin'), await person()]
    expect(await rolesOf(app.db, user(ann), app.clock.now())).to.deep.equal(['user'])

    expect(await assign(ann, 'admin', byUser(root))).to.equal(true)

    expect(await rolesOf(app.db, user(ann), app.clock.now())).to.have.members(['admin', 'user'])
    const access = await accessOf(app.db, user(ann), app.clock.now())
    expect(access.role).to.equal('admin')
    expect(access.permissions.has('users:read:any')).to.equal(true)
    expect(access.permissions.has('keys:rotate:any')).to.equal(false)
    const records = await app
      .db('audit_records')
      .where({ target_id: ann, action: 'role.assigned' })
      .select('actor_id', 'details')
    expect(records).to.deep.equal([{ actor_id: root, details: { role: 'admin', endsAt: null } }])
    expect(
      await app.db('outbox_events').where({ type: 'auth.role.assigned', subject: ann }),
    ).to.have.lengthOf(1)
  })

  it('happens once, however often it is asked for', async () => {
    const { app, person, assign } = await stage()
    const ann = await person()
    const changed = await Promise.all([assign(ann, 'admin'), assign(ann, 'admin'), assign(ann, 'admin')])
    expect(changed.filter(Boolean)).to.have.lengthOf(1)
    expect(await app.db('audit_records').where({ action: 'role.assigned' })).to.have.lengthOf(1)
  })

  it('for a while begins and ends by itself', async () => {
    const { app, person, assign } = await stage()
    const ann = await person()
    const now = app.clock.now()
    await assign(ann, 'admin', bySystem, { startsAt: secondsAfter(now, 60), endsAt: secondsAfter(now, 120) })
    const roles = () => rolesOf(app.db, user(ann), app.clock.now())
    const may = async () => (await decideFor(app, user(ann), 'users:read:any')).reason

    expect([await roles(), await may()]).to.deep.equal([['user'], 'not_granted'])
    app.clock.advance(90)
    expect([await roles(), await may()]).to.deep.equal([['admin', 'user'], 'granted'])
    app.clock.advance(60)
    expect([await roles(), await may()]).to.deep.equal([['user'], 'not_granted'])
    expect(await assign(ann, 'admin')).to.equal(true)
  })

  it('of another length replaces the one before', async () => {
    const { app, person, assign } = await stage()
    const ann = await person('admin')
    await assign(ann, 'admin', bySystem, { endsAt: secondsAfter(app.clock.now(), 60) })
    app.clock.advance(61)
    expect(await rolesOf(app.db, user(ann), app.clock.now())).to.deep.equal(['user'])
  })

  it('refuses roles that do not exist and times that are none', async () => {
    const { app, person, assign } = await stage()
    const ann = await person()
    const now = app.clock.now()
    expect(await outcome(assign(ann, 'superuser'))).to.equal('unknown_role')
    expect(await outcome(assign(ann, 'admin', bySystem, { endsAt: now }))).to.equal('assignment_window_empty')
    const backwards = { startsAt: secondsAfter(now, 60), endsAt: secondsAfter(now, 30) }
    expect(await outcome(assign(ann, 'admin', bySystem, backwards))).to.equal('assignment_window_empty')
  })

  it('says "user" of everybody and never needs a row for it', async () => {
    const { app, person, assign, remove } = await stage()
    const ann = await person()
    expect(await assign(ann, 'user')).to.equal(false)
    expect(await remove(ann, 'user')).to.equal(false)
    expect(await app.db('assignments').select('id')).to.deep.equal([])
  })
})

describe('who may give and take roles', () => {
  const cases: [
    who: string,
    actor: string[],
    verb: 'assign' | 'remove',
    role: string,
    target: string[],
    then: string,
  ][] = [
    ['a root', ['root_admin'], 'assign', 'root_admin', [], 'done'],
    ['a root', ['root_admin'], 'remove', 'root_admin', ['root_admin'], 'done'],
    ['an administrator', ['admin'], 'assign', 'admin', [], 'done'],
    ['an administrator', ['admin'], 'remove', 'admin', ['admin'], 'done'],
    ['an administrator', ['admin'], 'assign', 'root_admin', [], 'role_beyond_own'],
    ['an administrator', ['admin'], 'remove', 'root_admin', ['root_admin'], 'role_beyond_own'],
    ['an administrator', ['admin'], 'assign', 'admin', ['root_admin'], 'role_beyond_own'],
    ['an administrator', ['admin'], 'remove', 'admin', ['root_admin', 'admin'], 'role_beyond_own'],
    ['a user', [], 'assign', 'admin', [], 'role_beyond_own'],
    ['a user', [], 'assign', 'user', [], 'role_beyond_own'],
    ['a user', [], 'remove', 'admin', ['admin'], 'role_beyond_own'],
  ]
  for (const [who, actor, verb, role, target, then] of cases) {
    it(`${who} may ${verb} ${role} of ${target.join(' and ') || 'a user'}: ${then}`, async () => {
      const { person, ...change } = await stage()
      await person('root_admin')
      const [me, other] = [await person(...actor), await person(...target)]
      expect(await outcome(change[verb](other, role, byUser(me)))).to.equal(then)
    })
  }

  it('nobody gives themselves more', async () => {
    const { person, assign } = await stage()
    const ann = await person('admin')
    expect(await outcome(assign(ann, 'root_admin', byUser(ann)))).to.equal('role_beyond_own')
  })

  it('a stranger gives nothing', async () => {
    const { person, assign } = await stage()
    const stranger: By = { actor: { type: 'anonymous', id: null }, origin: null }
    expect(await outcome(assign(await person(), 'admin', stranger))).to.equal('role_beyond_own')
  })

  it('a denial takes the right to give away', async () => {
    const { app, person, assign } = await stage()
    const ann = await person('admin')
    const [given] = await app.db('assignments').where({ principal_id: ann }).select<object[]>('*')
    const denial = {
      id: '01a20000-0000-7000-8000-000000000000',
      role: null,
      permission: 'roles:assign:any',
      effect: 'deny',
    }
    await app.db('assignments').insert({ ...given, ...denial })
    expect(await outcome(assign(await person(), 'admin', byUser(ann)))).to.equal('role_beyond_own')
  })

  it('acting on someone takes all that they may do', async () => {
    const { app, person } = await stage()
    const [root, admin, ann] = [await person('root_admin'), await person('admin'), await person()]
    const over = (actor: string, target: string) =>
      outcome(demandAuthorityOver(app.db, app.clock.now(), byUser(actor), user(target)))
    expect([
      await over(admin, root),
      await over(root, admin),
      await over(admin, ann),
      await over(ann, admin),
    ]).to.deep.equal(['role_beyond_own', 'done', 'done', 'role_beyond_own'])
  })
})
