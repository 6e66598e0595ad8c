import { expect } from 'chai'

import { createUser, setUserStatus } from '../../src/features/accounts/index.ts'
import { ensureRootAdministrator, resetRootAdministrator } from '../../src/features/administration/index.ts'
import { byCommandLine } from '../../src/platform/command.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { cookieHeader } from '../oidc/authorize/ask.ts'
import { eventually, get, bearer, opens, refresh } from '../oidc/tokens/requests.ts'
import { person, type Person } from '../support/people.ts'
import { relyingParty, type RelyingParty } from '../support/relying-party.ts'
import { type Stage, stage } from '../support/stage.ts'

const email = 'root@localhost.test'

const rootsOf = ({ app }: Stage) =>
  app
    .db('assignments')
    .where({ role: 'root_admin' })
    .whereNull('revoked_at')
    .select<{ principal_id: string }[]>('principal_id')

const auditOf = ({ app }: Stage, action: string) =>
  app
    .db('audit_records')
    .where({ action })
    .select<{ actor_type: string; target_id: string }[]>('actor_type', 'target_id')

const asPerson = (password: string): Person => ({ id: '', email, username: '', password })

const signsIn = (client: RelyingParty, password: string): Promise<boolean> =>
  client.signIn(asPerson(password)).then(
    () => true,
    () => false,
  )

describe('the root administrator', function () {
  this.timeout(30_000)

  it('is made once by ten starts at the same moment on two processes; one is told the password', async () => {
    const opened = await stage()
    const second = await opened.replica()
    const starts = Array.from({ length: 10 }, (_, turn) =>
      ensureRootAdministrator(turn % 2 ? opened.app : second.app),
    )

    const made = (await Promise.all(starts)).filter((root) => root !== null)

    expect(made).to.have.lengthOf(1)
    expect(made[0]?.email).to.equal(email)
    expect(made[0]?.oneTimePassword).to.match(/^[\w-]{24}$/)
    expect(await rootsOf(opened)).to.have.lengthOf(1)
    expect(await opened.app.db('users').where({ email })).to.have.lengthOf(1)
    expect(await auditOf(opened, 'administrator.bootstrapped')).to.have.lengthOf(1)
    expect(await ensureRootAdministrator(opened.app), 'a later start').to.equal(null)
  })

  it('signs in again after a reset, although somebody had disabled them', async () => {
    const { app } = await stage()
    await ensureRootAdministrator(app)
    const client = await relyingParty(app)
    const [root] = await app.db('users').where({ email }).select<{ id: string }[]>('id')
    await setUserStatus(app, bySystem, root?.id ?? '', 'disabled', 'by mistake')

    const reset = await resetRootAdministrator(app, byCommandLine)

    expect(await signsIn(client, reset.oneTimePassword ?? '')).to.equal(true)
  })

  it('signs in with the password that was shown, as root_admin', async () => {
    const { app, issuer } = await stage()
    const root = await ensureRootAdministrator(app)
    const client = await relyingParty(app)
    const { tokens } = await client.signIn(asPerson(root?.oneTimePassword ?? ''))
    const me = await get(`${issuer}/users/me`, bearer(tokens.access_token))
    expect(me.body).to.include({ email, role: 'root_admin', email_verified: true })
  })

  it('has the password of ROOT_ADMIN_PASSWORD where one is given, which nobody is shown', async () => {
    const variables = {
      ROOT_ADMIN_EMAIL: 'boss@example.com',
      ROOT_ADMIN_PASSWORD: 'a password of the operator',
    }
    const { app } = await stage({ variables })
    const root = await ensureRootAdministrator(app)
    expect(root).to.deep.equal({ email: 'boss@example.com', oneTimePassword: null })
    const client = await relyingParty(app)
    const { tokens } = await client.signIn({
      ...asPerson(variables.ROOT_ADMIN_PASSWORD),
      email: 'boss@example.com',
    })
    expect(tokens.claims()?.email).to.equal('boss@example.com')
  })

  it('is not made beside one that has another address', async () => {
    const opened = await stage()
    await person(opened.app, { role: 'root_admin' })
    expect(await ensureRootAdministrator(opened.app)).to.equal(null)
    expect(await opened.app.db('users').where({ email })).to.have.lengthOf(0)
  })

  it('takes over an account of that address, whose old password is gone', async () => {
    const opened = await stage()
    const ann = await person(opened.app, { email })
    const root = await ensureRootAdministrator(opened.app)
    expect((await rootsOf(opened)).map(({ principal_id }) => principal_id)).to.deep.equal([ann.id])
    const client = await relyingParty(opened.app)
    expect(await signsIn(client, ann.password)).to.equal(false)
    expect(await signsIn(client, root?.oneTimePassword ?? '')).to.equal(true)
  })
})

describe('resetting the root administrator', function () {
  this.timeout(30_000)

  it('gives a new password, ends every session on every replica, and is audited', async () => {
    const opened = await stage()
    const { app, issuer } = opened
    const second = await opened.replica()
    const root = await ensureRootAdministrator(app)
    const client = await relyingParty(app)
    const old = root?.oneTimePassword ?? ''
    const { browser, tokens } = await client.signIn(asPerson(old), {
      parameters: { scope: 'openid offline_access' },
    })
    const cookie = cookieHeader(browser)

    const reset = await resetRootAdministrator(app, byCommandLine)

    expect(reset.email).to.equal(email)
    expect(reset.oneTimePassword).to.match(/^[\w-]{24}$/)
    expect(reset.oneTimePassword).not.to.equal(old)
    for (const origin of [issuer, second.origin]) {
      expect(await eventually(async () => !(await opens(origin, tokens.access_token)))).to.be.below(1_000)
      expect((await refresh(origin, client, tokens.refresh_token)).body.error).to.equal('invalid_grant')
      const { search } = new URL((await client.begin({ prompt: 'none' })).url)
      const reply = await fetch(`${origin}/authorize${search}`, { headers: cookie, redirect: 'manual' })
      expect(reply.headers.get('location')).to.include('login_required')
    }
    expect(await signsIn(client, old)).to.equal(false)
    expect(await signsIn(client, reset.oneTimePassword ?? '')).to.equal(true)
    const [holder] = await rootsOf(opened)
    expect(await auditOf(opened, 'administrator.reset')).to.deep.equal([
      { actor_type: 'system', target_id: holder?.principal_id },
    ])
  })

  it('leaves no password in any table', async () => {
    const { app } = await stage()
    await ensureRootAdministrator(app)
    const { oneTimePassword } = await resetRootAdministrator(app, byCommandLine)
    const tables = await app.db.raw<{ rows: { name: string }[] }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'graphile_worker')`,
    )
    for (const { name } of tables.rows) {
      const found = await app.db.raw<{ rows: { text: string }[] }>(`select t::text as text from ${name} t`)
      for (const { text } of found.rows) expect(text, name).not.to.include(oneTimePassword)
    }
  })

  it('picks the one with the configured address, else the oldest', async () => {
    const { app } = await stage()
    const oldest = await person(app, { role: 'root_admin' })
    await person(app, { role: 'root_admin' })
    expect((await resetRootAdministrator(app, byCommandLine)).email).to.equal(oldest.email)
    await person(app, { role: 'root_admin', email })
    expect((await resetRootAdministrator(app, byCommandLine)).email).to.equal(email)
  })

  it('gives nobody else the password: an account of the configured address without the role stays as it is', async () => {
    const { app } = await stage()
    const root = await person(app, { role: 'root_admin' })
    const ann = await person(app, { email })
    expect((await resetRootAdministrator(app, byCommandLine)).email).to.equal(root.email)
    expect(await signsIn(await relyingParty(app), ann.password)).to.equal(true)
  })

  it('says what to do where there is none yet', async () => {
    const { app } = await stage()
    const refusal = await resetRootAdministrator(app, byCommandLine).catch((error: unknown) => error)
    expect(refusal).to.include({ code: 'no_root_administrator', status: 404 })
    await transaction(app.db, (tx) => createUser(app, tx, bySystem, { email, emailVerified: true }))
    const again = await resetRootAdministrator(app, byCommandLine).catch((error: unknown) => error)
    expect(again, 'an ordinary account of that address').to.include({ code: 'no_root_administrator' })
  })
})
