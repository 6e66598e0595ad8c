import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { jobs } from '../../src/features/portal/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import type { Gatehouse } from '../../src/app.ts'
import { openBrowser } from '../support/browser.ts'
import { linkIn, mailTo } from '../support/mailbox.ts'
import { type Me, problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { type Stage, stage } from '../support/stage.ts'
import { atLogin, heading, visitor } from './support.ts'

const day = 24 * 3600

const rowOf = async (app: Gatehouse, id: string) =>
  app
    .db('users')
    .select<Record<string, unknown>[]>('status', 'status_reason', 'delete_at', 'email', 'username', 'name')
    .where({ id })
    .first()

/** Runs the job that deletes what is due, as the worker would. */
async function deleteDue(app: Gatehouse): Promise<void> {
  for (const { run } of jobs(app)) await run({})
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it never came to hold')
}

describe('deleting one’s own account', () => {
  const shared = sharedStage()

  it('signs out everywhere at once, lets nobody in any more, and says until when it can be undone', async () => {
    const { app, clock, issuer } = shared()
    const ann = await signedIn(shared(), { scope: 'openid offline_access' })
    const page = await visitor(shared(), { as: ann })

    const reply = await ann.call('DELETE', '/users/me')

    const deleteAt = new Date(clock.now().getTime() + 14 * day * 1000)
    expect(reply.status).to.equal(202)
    expect(reply.body.status).to.equal('pending')
    expect(new Date(String(reply.body.delete_at)).getTime()).to.be.closeTo(deleteAt.getTime(), 5000)
    expect((await ann.call('GET', '/users/me')).status).to.equal(401)
    expect((await ann.call('GET', '/userinfo')).status).to.equal(401)
    expect(atLogin(await page.go('/account'))).to.equal(true)
    const refused = await ann.client
      .refresh(ann.signedIn.tokens.refresh_token ?? '')
      .catch((error: unknown) => error)
    expect((refused as { error?: string }).error).to.equal('invalid_grant')
    const live = await app.db('sessions').select('uid').where({ user_id: ann.id }).whereNull('ended_at')
    expect(live).to.be.empty
    expect(await rowOf(app, ann.id)).to.include({ status: 'disabled', status_reason: 'deletion_requested' })
    expect(linkIn(await mailTo(app, ann.email, 'deletion-requested'))).to.include(
      `${issuer}/account/restore/`,
    )
  })

  it('tells who proves the password that the deletion is pending, and nobody else', async () => {
    const ann = await signedIn(shared())
    await ann.call('DELETE', '/users/me')
    const browser = openBrowser()
    await browser.go((await ann.client.begin()).url)
    const wrong = await browser.submit({ login: ann.email, password: 'not the password' })
    expect([wrong.status, wrong.html.includes('going to be deleted')]).to.deep.equal([401, false])
    const right = await browser.submit({ login: ann.email, password: ann.password })
    expect([right.status, right.html.includes('going to be deleted')]).to.deep.equal([403, true])
  })

  it('is undone by the link in the letter: looking changes nothing, and it works once', async () => {
    const { app } = shared()
    const ann = await signedIn(shared())
    await ann.call('DELETE', '/users/me')
    const link = linkIn(await mailTo(app, ann.email, 'deletion-requested'))
    const browser = openBrowser()

    expect(heading(await browser.go(link))).to.equal('Keep your account?')
    expect(await rowOf(app, ann.id)).to.include({ status: 'disabled' })
    expect(heading(await browser.submit({}))).to.equal('Your account is back')

    expect(await rowOf(app, ann.id)).to.include({ status: 'active', delete_at: null, email: ann.email })
    expect((await browser.go(link)).status).to.equal(403)
    expect((await ann.call('GET', '/users/me')).status, 'what was ended stays ended').to.equal(401)
    await ann.client.signIn(ann)
    await mailTo(app, ann.email, 'account-restored')
    const records = await app
      .db('audit_records')
      .select('action')
      .where({ target_id: ann.id })
      .whereLike('action', 'user.deletion%')
    expect(records).to.have.deep.members([
      { action: 'user.deletion_requested' },
      { action: 'user.deletion_withdrawn' },
    ])
  })

  it('is not undone by its owner when an administrator has disabled the account meanwhile', async () => {
    const { app } = shared()
    const ann = await signedIn(shared())
    await ann.call('DELETE', '/users/me')
    const browser = openBrowser()
    await browser.go(linkIn(await mailTo(app, ann.email, 'deletion-requested')))

    expect(await setUserStatus(app, bySystem, ann.id, 'disabled', 'under suspicion')).to.equal(true)

    expect((await browser.submit({})).status).to.equal(403)
    const row = await rowOf(app, ann.id)
    expect(row).to.include({ status: 'disabled', status_reason: 'under suspicion' })
    expect(row?.delete_at, 'the wish stands').to.be.instanceOf(Date)
  })

  it('is forgotten when an administrator turns the account on again', async () => {
    const { app } = shared()
    const ann = await signedIn(shared())
    await ann.call('DELETE', '/users/me')
    await setUserStatus(app, bySystem, ann.id, 'active', 'by mistake')
    expect(await rowOf(app, ann.id)).to.include({ status: 'active', delete_at: null })
  })

  it('takes a password that is given again, and refuses a wrong one', async () => {
    const ann = await signedIn(shared())
    const wrong = await ann.call('DELETE', '/users/me', { password: 'not the password' })
    expect([wrong.status, problemOf(wrong)]).to.deep.equal([403, 'wrong_password'])
    const odd = await ann.call('DELETE', '/users/me', { sure: true })
    expect([odd.status, problemOf(odd)]).to.deep.equal([400, 'invalid_input'])
    expect((await ann.call('DELETE', '/users/me', { password: ann.password })).status).to.equal(202)
  })

  it('is refused to another party’s client', async () => {
    const partner = await relyingParty(shared().app, { firstParty: false })
    const there = await signedIn(shared(), { client: partner })
    const reply = await there.call('DELETE', '/users/me')
    expect([reply.status, problemOf(reply)]).to.deep.equal([403, 'not_allowed'])
  })

  it('counts once of ten requests at the same moment', async () => {
    const { app } = shared()
    const ann = await signedIn(shared())
    const replies = await Promise.all(Array.from({ length: 10 }, () => ann.call('DELETE', '/users/me')))
    expect(replies.filter(({ status }) => status === 202)).to.have.lengthOf(1)
    expect(replies.filter(({ status }) => status >= 500)).to.be.empty
    const events = await app
      .db('outbox_events')
      .select('id')
      .where({ type: 'auth.user.disabled', subject: ann.id })
    expect(events).to.have.lengthOf(1)
  })

  it('works as pages alone, and wants to be sure', async () => {
    const ann = await visitor(shared(), { path: '/account/delete' })
    const unsure = await ann.browser.submit({})
    expect([unsure.status, unsure.html.includes('Tick the box')]).to.deep.equal([409, true])
    const gone = await ann.browser.submit({ sure: 'yes' })
    expect([gone.status, heading(gone)]).to.deep.equal([200, 'You are signed out everywhere'])
    expect(atLogin(await ann.go('/account'))).to.equal(true)
  })
})

describe('the last root administrator', () => {
  const problem = 'last_root_admin'
  it('AD-05: cannot delete their account, by JSON or page; with another one they can', async () => {
    const opened = await stage()
    const root = await person(opened.app, { role: 'root_admin' })
    const me = await signedIn(opened, { as: root })
    const refused = await me.call('DELETE', '/users/me')
    expect([refused.status, problemOf(refused)]).to.deep.equal([409, problem])
    const page = await visitor(opened, { as: root, path: '/account/delete' })
    expect((await page.browser.submit({ sure: 'yes' })).html).to.include(
      'You are the last root administrator',
    )

    const other = await signedIn(opened, { as: await person(opened.app, { role: 'root_admin' }) })
    const replies = await Promise.all([me, other].map((one) => one.call('DELETE', '/users/me')))
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([202, 409])
  })
})

/** Everything in the database in which a value stands, as table names. */
async function tablesWith(app: Gatehouse, value: string): Promise<string[]> {
  const { rows } = await app.db.raw<{ rows: { name: string }[] }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind = 'r'`,
  )
  const found = await Promise.all(
    rows.map(async ({ name }) => {
      const hit = await app.db.raw<{ rows: object[] }>(
        `select 1 from ?? as t where position(? in t::text) > 0 limit 1`,
        [name, value],
      )
      return hit.rows.length > 0 ? name : null
    }),
  )
  return found.filter((name) => name !== null)
}

describe('erasing a deleted person', () => {
  async function deletedAnn(opened: Stage): Promise<Me> {
    const { app } = opened
    const ann = await signedIn(opened, { as: await person(app, { name: 'Wolfeschlegelstein' }) })
    await ann.call('PATCH', '/profile/me', {
      phone_number: '+441134960123',
      address: { locality: 'Uniquetown' },
    })
    const partner = await relyingParty(app, { firstParty: false })
    await signedIn(opened, { as: ann, client: partner, scope: 'openid email' })
    await ann.call('PUT', '/users/me/email', { email: `second-${ann.username}@example.com` })
    return ann
  }

  const owners = [
    'profiles',
    'user_identities',
    'user_credentials',
    'passkeys',
    'passkey_challenges',
    'factors',
    'recovery_codes',
    'factor_tries',
    'factor_resets',
    'sessions',
    'client_sessions',
    'consents',
    'links',
    'mails',
    'devices',
    'login_events',
    'sign_in_attempts',
  ]
  async function expectErased({ app }: Stage, ann: Me): Promise<void> {
    await until(
      async () => (await app.db('outbox_events').select('id').where({ type: 'auth.user.erased' })).length > 0,
    )
    for (const table of owners) {
      expect(await app.db(table).select('user_id').where({ user_id: ann.id }), table).to.be.empty
    }
    expect(await app.db('oidc_payloads').select('id').where({ account_id: ann.id })).to.be.empty
    expect(await rowOf(app, ann.id)).to.deep.equal({
      status: 'deleted',
      status_reason: null,
      delete_at: null,
      email: null,
      username: null,
      name: null,
    })
    expect(await app.db('subjects').select('subject').where({ user_id: ann.id })).to.deep.equal([
      { subject: ann.id },
    ])
  }

  it('begins when the days are over, not before, and leaves nothing but the id', async () => {
    const opened = await stage({ worker: true })
    const { app, clock } = opened
    const ann = await deletedAnn(opened)
    const bob = await person(app)
    expect((await ann.call('DELETE', '/users/me')).status).to.equal(202)

    clock.advance(14 * day - 60)
    await deleteDue(app)
    expect(await rowOf(app, ann.id)).to.include({ status: 'disabled', email: ann.email })
    clock.advance(61)
    await Promise.all([deleteDue(app), deleteDue(app), deleteDue(app)])

    await expectErased(opened, ann)
    const deleted = await app.db('outbox_events').select('id').where({ type: 'auth.user.deleted' })
    expect(deleted, 'announced once').to.have.lengthOf(1)
    for (const value of [ann.email, ann.username, 'Wolfeschlegelstein', '+441134960123', 'Uniquetown'])
      expect(await tablesWith(app, value), value).to.deep.equal([])
    expect(await rowOf(app, bob.id)).to.include({ email: bob.email })
    const again = await person(app, { email: ann.email, username: ann.username })
    expect(again.id).not.to.equal(ann.id)
  })

  it('happens at once where there are no days, and when an administrator deletes', async () => {
    const opened = await stage({ worker: true })
    await changeSetting(opened.app, bySystem, 'account.deletion_grace_days', 0)
    const ann = await deletedAnn(opened)
    const reply = await ann.call('DELETE', '/users/me')
    expect(reply.body).to.deep.equal({ status: 'deleted', delete_at: null })
    expect((await ann.call('GET', '/users/me')).status).to.equal(401)
    await expectErased(opened, ann)

    const bob = await deletedAnn(opened)
    await setUserStatus(opened.app, bySystem, bob.id, 'deleted', 'left the company')
    await until(async () => (await rowOf(opened.app, bob.id))?.email === null)
  })
})
