import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { removeRole } from '../../src/features/authorization/index.ts'
import { endSessionsOfUser } from '../../src/features/sessions/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { atLogin, heading, operator } from './support.ts'

const stateOf = async (app: Pick<Stage['app'], 'db'>, id: string) =>
  (await app.db('users').select<{ status: string }[]>('status').where({ id }).first())?.status

describe('the console refuses', () => {
  const shared = sharedStage()

  it('a stranger, who is asked to sign in and led back', async () => {
    const { app, issuer } = shared()
    const browser = openBrowser()
    const root = await person(app, { role: 'root_admin' })
    expect(atLogin(await browser.go(`${issuer}/console/people?search=ann`))).to.equal(true)
    const back = await browser.submit({ login: root.email, password: root.password })
    expect([back.status, back.url]).to.deep.equal([200, `${issuer}/console/people?search=ann`])
  })

  it('somebody without a role, kindly and on every page, and writes that down nowhere as a reading', async () => {
    const { app } = shared()
    const ann = await operator(shared())
    for (const path of [
      '',
      '/people',
      `/people/${ann.id}/disable`,
      '/keys',
      '/audit',
      '/settings',
      '/clients',
    ]) {
      const landing = await ann.go(`/console${path}`)
      expect([landing.status, heading(landing), path]).to.deep.equal([
        403,
        'This is for administrators',
        path,
      ])
    }
    const read = await app.db('audit_records').where({ actor_id: ann.id, action: 'access.read' })
    expect(read).to.be.empty
  })

  it('AZ-05: support and auditors what their roles leave out, and does not show that there is more', async () => {
    const { app } = shared()
    const [support, auditor] = [
      await operator(shared(), { role: 'support' }),
      await operator(shared(), { role: 'auditor' }),
    ]
    const somebody = await person(app)
    const home = await support.go('/console')
    for (const hidden of ['/console/clients', '/console/keys', '/console/audit', '/console/settings'])
      expect(home.html).not.to.include(`href="${hidden}"`)
    const shown = await support.go(`/console/people/${somebody.id}`)
    expect(shown.html)
      .to.include('End all sessions')
      .and.not.to.include(`/console/people/${somebody.id}/disable`)
    expect((await support.go(`/console/people/${somebody.id}/disable`)).status).to.equal(403)
    expect((await auditor.go('/console/audit')).status).to.equal(200)
    expect((await auditor.go('/console/clients/new')).status).to.equal(403)
    expect((await auditor.go(`/console/people/${somebody.id}/end-sessions`)).status).to.equal(403)
  })

  it('a form with the token of another session, of another page, or none, and one from another site', async () => {
    const { app } = shared()
    const [root, other] = [
      await operator(shared(), { role: 'root_admin' }),
      await operator(shared(), { role: 'root_admin' }),
    ]
    const somebody = await person(app)
    const path = `/console/people/${somebody.id}/disable`
    const csrfIn = (html: string) => /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
    const tokens = [csrfIn((await other.go(path)).html), csrfIn((await root.go('/account/profile')).html), '']
    for (const csrf of tokens) {
      await root.go(path)
      expect((await root.browser.submit({ csrf }, { form: 1 })).status).to.equal(403)
    }
    await root.go(path)
    const headers = { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' }
    expect((await root.browser.submit({}, { form: 1, headers })).status).to.equal(403)
    expect(await stateOf(app, somebody.id)).to.equal('active')
    await root.go(path)
    await root.browser.submit({}, { form: 1 })
    expect(await stateOf(app, somebody.id)).to.equal('disabled')
  })

  it('SE-09: whoever is disabled, signed out everywhere, or loses the role, at the next request', async () => {
    const { app } = shared()
    const principal = (id: string) => ({ type: 'user', id }) as const
    const ends: { end(id: string): Promise<unknown>; then: 'sign-in' | 'forbidden' }[] = [
      { end: (id) => setUserStatus(app, bySystem, id, 'disabled', 'test'), then: 'sign-in' },
      {
        end: (id) =>
          transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, id, 'ended_by_administrator')),
        then: 'sign-in',
      },
      {
        end: (id) =>
          transaction(app.db, (tx) =>
            removeRole(app, tx, bySystem, { principal: principal(id), role: 'admin' }),
          ),
        then: 'forbidden',
      },
    ]
    for (const { end, then } of ends) {
      const admin = await operator(shared(), { role: 'admin' })
      const ask = `/console/people/${admin.id}/end-sessions`
      expect((await admin.go(ask)).status).to.equal(200)
      await end(admin.id)
      const sent = await admin.browser.submit({}, { form: 1 })
      expect(then === 'sign-in' ? atLogin(sent) : sent.status === 403, then).to.equal(true)
      const landing = await admin.go('/console/people')
      expect(then === 'sign-in' ? atLogin(landing) : landing.status === 403, then).to.equal(true)
    }
  })

  it('an administrator who acts on somebody above them, and says so', async () => {
    const { app } = shared()
    const admin = await operator(shared(), { role: 'admin' })
    const root = await person(app, { role: 'root_admin' })
    await admin.go(`/console/people/${root.id}/disable`)
    const refused = await admin.browser.submit({ reason: 'test' }, { form: 1 })
    expect(refused.status).to.equal(403)
    expect(refused.html).to.include('You may only give, take and touch what your own role includes.')
    expect(refused.html).to.include('value="test"')
    expect(await stateOf(app, root.id)).to.equal('active')
  })

  it('an answer to a sign-in that this browser did not begin, a cookie somebody made, and unknown things', async () => {
    const { issuer } = shared()
    const root = await operator(shared(), { role: 'root_admin' })
    const strange = await root.go('/console/callback?code=x&state=y')
    expect([strange.status, heading(strange)]).to.deep.equal([401, 'You are not signed in'])
    expect((await root.go('/console/people')).status).to.equal(200)
    for (const path of ['people/none', 'clients/none', 'settings/none', 'roles/none'])
      expect((await root.go(`/console/${path}`)).status, path).to.equal(404)
    expect((await root.go('/console/people?after=made-up')).status).to.equal(400)
    const browser = openBrowser()
    browser.setCookies(
      root.browser
        .cookies()
        .filter(({ name }) => name === 'gatehouse_console')
        .map((one) => ({ ...one, value: `${one.value.slice(0, -4)}AAAA` })),
    )
    expect(atLogin(await browser.go(`${issuer}/console`))).to.equal(true)
  })
})
