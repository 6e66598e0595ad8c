import { expect } from 'chai'

import { completeReset } from '../../src/features/authentication/index.ts'
import { assignRole } from '../../src/features/authorization/index.ts'
import { completeFactorReset, jobs } from '../../src/features/factor-resets/index.ts'
import { removeFactor } from '../../src/features/factors/index.ts'
import { createLink } from '../../src/features/links/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { Problem } from '../../src/platform/errors.ts'
import { asks, codeIn, letterTo, offered } from '../authentication/by-mail/support.ts'
import { enrolled } from '../factors/support.ts'
import { openBrowser } from '../support/browser.ts'
import { keepSecret } from '../support/canary.ts'
import { linkIn, mailsTo, mailTo } from '../support/mailbox.ts'
import type { Me } from '../support/my-api.ts'
import type { Person } from '../support/people.ts'
import { stage, type Stage } from '../support/stage.ts'
import { atLoss, hours, recorded, resetsOf } from './support.ts'

const lettersTo = async ({ app }: Stage, { email }: Person): Promise<string[]> =>
  (await mailsTo(app, email))
    .map(({ letter }) => letter)
    .filter((letter) => letter.startsWith('factor-reset'))

const firstLetter = ({ app }: Stage, { email }: Person) => mailTo(app, email, 'factor-reset-requested')

/** Gives somebody a new password by a mailed link. */
async function resetByMail({ app }: Stage, { id: userId, email: address }: Person, password: string) {
  const link = { purpose: 'reset-password', userId, address } as const
  const { token } = await transaction(app.db, (tx) => createLink(tx, app.clock.now(), link))
  keepSecret(token, password)
  expect(
    await completeReset(app, { ...bySystem, actor: { type: 'anonymous', id: null } }, { token, password }),
  ).to.equal(null)
}

const stillAsked = async (opened: Stage, who: Me): Promise<boolean> =>
  (await opened.app.db('factors').where({ user_id: who.id })).length > 0

describe('somebody who lost all second factors', () => {
  it('(PW-06) asks in the sign-in, waits, signs in again and goes on without them', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const first = await atLoss(opened, ann)
    expect(first.page.html).to.include('You then wait 72 hours')

    const asked = await first.act('ask')

    expect(asked.html).to.include('We have your request')
    const letter = await firstLetter(opened, ann)
    expect(letter.text)
      .to.match(/Takes effect: .*\n/)
      .and.to.include('/lost-factor/cancel/')
    expect(await stillAsked(opened, ann)).to.equal(true)

    opened.clock.advance(hours(72) + 60)
    const second = await atLoss(opened, ann)
    const landing = await second.act('remove')

    const tokens = await second.client.finish(second.begun, landing.url)
    expect(tokens.claims()).to.include({ acr: 'urn:gatehouse:acr:password' })
    for (const table of ['factors', 'recovery_codes'])
      expect(await opened.app.db(table).where({ user_id: ann.id }), table).to.deep.equal([])
    expect(await lettersTo(opened, ann)).to.include('factor-reset-completed')
    expect((await recorded(opened, ann)).map(({ action }) => action)).to.deep.equal([
      'factor_reset.requested',
      'factor_reset.completed',
    ])
    const events = await opened.app.db('outbox_events').where({ subject: ann.id }).pluck<string[]>('type')
    expect(events).to.include.members(['auth.factor_reset.requested', 'auth.factor_reset.completed'])
    expect((await ann.call('GET', '/users/me')).status, 'other sessions have ended').to.equal(401)
  })

  it('cannot carry it out before the time, nor by a proof from before the request', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const { app, clock } = opened
    const before = clock.now()
    clock.advance(5)
    await (await atLoss(opened, ann)).act('ask')
    const self = { actor: { type: 'user', id: ann.id }, origin: null } as const
    const carryOut = async (provenAt: Date) => {
      try {
        await completeFactorReset(app, self, { userId: ann.id, provenAt }, () => Promise.resolve())
        return 'done'
      } catch (error) {
        return error instanceof Problem ? error.code : 'something else'
      }
    }

    clock.advance(hours(72) - 600)
    expect((await atLoss(opened, ann)).page.html).to.include('We have your request')
    expect(await carryOut(clock.now())).to.equal('factor_reset_not_ready')
    clock.advance(700)
    expect(await carryOut(before)).to.equal('factor_reset_not_ready')
    expect(await stillAsked(opened, ann)).to.equal(true)
    expect(await carryOut(clock.now())).to.equal('done')
  })

  it('changes nothing by asking again, and is told when the time comes', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    await (await atLoss(opened, ann)).act('ask')
    const [{ ready_at: readyAt } = { ready_at: null }] = await resetsOf(opened, ann)
    opened.clock.advance(hours(5))

    const again = await atLoss(opened, ann)

    expect(again.page.html).to.include('We have your request')
    const resets = await resetsOf(opened, ann)
    expect(resets.map((one) => one.ready_at)).to.deep.equal([readyAt])
    expect(await lettersTo(opened, ann)).to.deep.equal(['factor-reset-requested'])
  })

  it('makes one request of many at one moment, and one removal', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const tabs = [await atLoss(opened, ann), await atLoss(opened, ann), await atLoss(opened, ann)]
    await Promise.all(tabs.map((tab) => tab.act('ask')))
    expect(await resetsOf(opened, ann)).to.have.lengthOf(1)
    expect(await lettersTo(opened, ann)).to.have.lengthOf(1)

    opened.clock.advance(hours(73))
    const later = [await atLoss(opened, ann), await atLoss(opened, ann), await atLoss(opened, ann)]
    const landings = await Promise.all(later.map((tab) => tab.act('remove')))

    const done = later.filter(({ client }, index) => landings[index]?.url.startsWith(client.redirectUri))
    expect(done).to.have.lengthOf(1)
    const completed = (await recorded(opened, ann)).filter(
      ({ action }) => action === 'factor_reset.completed',
    )
    expect(completed).to.have.lengthOf(1)
  })

  it('is stopped by the link in the letter, once, which nobody need be signed in for (MF-11)', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    await (await atLoss(opened, ann)).act('ask')
    const url = linkIn(await firstLetter(opened, ann))
    const owner = openBrowser()

    await owner.go(url) // looking stops nothing
    expect((await resetsOf(opened, ann))[0]?.cancelled_because).to.equal(null)
    await owner.go(url)
    const stopped = await owner.submit({})

    expect(stopped.html).to.include('It was stopped').and.to.include('href="/recovery"')
    expect((await resetsOf(opened, ann))[0]?.cancelled_because).to.equal('by_link')
    expect(await lettersTo(opened, ann)).to.include('factor-reset-cancelled')
    expect((await owner.go(url)).status).to.equal(403)
    opened.clock.advance(hours(73))
    const later = await atLoss(opened, ann)
    expect(later.page.html).to.include('Ask to remove them')
  })

  it('(PW-06) is stopped by a sign-in with a second factor', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const tab = await atLoss(opened, ann)
    await tab.act('ask')
    opened.clock.advance(120)
    const until = (url: string) => url.startsWith(tab.client.redirectUri)
    const page = await tab.browser.go(tab.page.url.replace(/lost-factor$/, 'second-factor'))
    expect(page.html).to.include('I have lost all of these')
    const code = ann.app.codeAt(opened.clock.now())
    const form = tab.browser.forms().findIndex(({ action }) => action.endsWith('/second-factor'))
    const landing = await tab.browser.submit({ code }, { form, until })

    expect(until(landing.url)).to.equal(true)
    expect((await resetsOf(opened, ann))[0]?.cancelled_because).to.equal('factor_used')
    expect(await lettersTo(opened, ann)).to.include('factor-reset-cancelled')
  })

  it('is stopped by a change of the factors', async () => {
    const opened = await stage({ worker: true })
    const ann = await enrolled(opened)
    const { app, clock } = opened
    await (await atLoss(opened, ann)).act('ask')
    clock.advance(1)
    const by = { actor: { type: 'user', id: ann.id }, origin: null } as const
    await transaction(app.db, (tx) =>
      removeFactor(opened.app, tx, clock.now(), by, { userId: ann.id, id: ann.factorId }),
    )

    await mailTo(app, ann.email, 'factor-reset-cancelled')
    expect((await resetsOf(opened, ann))[0]?.cancelled_because).to.equal('factors_changed')
  })

  it('(HARD-ITEMS 6) waits anew after a password was reset by mail: a mailbox alone shortens nothing', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    await (await atLoss(opened, ann)).act('ask')
    opened.clock.advance(hours(70))
    const password = 'a very quiet harbour at dawn'
    await resetByMail(opened, ann, password)
    expect(await lettersTo(opened, ann)).to.include('factor-reset-restarted')

    opened.clock.advance(hours(3))
    const early = await atLoss(opened, { ...ann, password })
    expect(early.page.html).to.include('We have your request')

    opened.clock.advance(hours(70))
    const late = await atLoss(opened, { ...ann, password })
    const landing = await late.act('remove')
    expect(landing.url).to.include(late.client.redirectUri)
  })

  it('(HARD-ITEMS 6) cannot ask after a sign-in by mail', async () => {
    const opened = await offered()
    const ann = await enrolled(opened)
    const { client, app } = opened
    const waiting = await asks({ client }, ann.email)
    const code = codeIn(await letterTo(app, ann))
    const form = waiting.browser.forms().findIndex(({ fields }) => 'code' in fields)
    const landing = await waiting.browser.submit({ code }, { form: Math.max(form, 0) })
    expect(landing.url).to.match(/second-factor$/)

    const page = await waiting.browser.go(landing.url.replace(/second-factor$/, 'lost-factor'))

    expect(page.html).to.include('whoever reads your mail could do that')
    expect(page.html).not.to.include('value="ask"')
    expect(await resetsOf(opened, ann)).to.deep.equal([])
  })

  it('is sent to another administrator who may do more than with their own account', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const { app } = opened
    const principal = { type: 'user', id: ann.id } as const
    const tab = await atLoss(opened, ann)
    await transaction(app.db, (tx) =>
      assignRole(app, tx, bySystem, { principal, role: 'admin', reason: 'x' }),
    )

    const refused = await tab.act('ask')

    expect([refused.status, refused.html.includes('Ask another administrator')]).to.deep.equal([403, true])
    expect(await resetsOf(opened, ann)).to.deep.equal([])
  })

  it('who has become an administrator meanwhile cannot carry it out', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const { app } = opened
    await (await atLoss(opened, ann)).act('ask')
    opened.clock.advance(hours(73))
    const tab = await atLoss(opened, ann)
    const principal = { type: 'user', id: ann.id } as const
    await transaction(app.db, (tx) =>
      assignRole(app, tx, bySystem, { principal, role: 'admin', reason: 'x' }),
    )

    expect((await tab.act('remove')).status).to.equal(403)
    expect(await stillAsked(opened, ann)).to.equal(true)
  })

  it('is reminded half-way and a day before, and not of what was called off', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const { app, clock } = opened
    await (await atLoss(opened, ann)).act('ask')
    const queued = await app
      .db('graphile_worker.jobs')
      .where({ task_identifier: 'factor-resets.remind' })
      .orderBy('run_at')
      .select<{ run_at: Date }[]>('run_at')
    const [reset] = await resetsOf(opened, ann)
    if (!reset) throw new Error('nothing is under way')
    expect(
      queued.map(({ run_at: at }) => (reset.ready_at.getTime() - at.getTime()) / 3_600_000),
    ).to.deep.equal([36, 24])
    const payload = { id: reset.id, userId: ann.id, readyAt: reset.ready_at.toISOString() }
    const remind = async () =>
      jobs(app)
        .find(({ name }) => name === 'factor-resets.remind')
        ?.run(payload)

    clock.advance(hours(36))
    await remind()
    const letter = await mailTo(app, ann.email, 'factor-reset-pending')
    const owner = openBrowser()
    await owner.go(linkIn(letter))
    await owner.submit({})
    await remind()

    expect((await lettersTo(opened, ann)).filter((one) => one === 'factor-reset-pending')).to.have.lengthOf(1)
    expect((await resetsOf(opened, ann))[0]?.cancelled_because).to.equal('by_link')
  })

  it('has two weeks to carry it out, and asks anew after that', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const { app, clock } = opened
    await (await atLoss(opened, ann)).act('ask')
    clock.advance(hours(72 + 14 * 24) + 60)
    const tab = await atLoss(opened, ann)
    expect(tab.page.html).to.include('Ask to remove them')
    await tab.act('ask')
    expect((await resetsOf(opened, ann)).map((one) => one.cancelled_because)).to.deep.equal(['lapsed', null])

    clock.advance(hours(72 + 14 * 24) + 60)
    await jobs(app)
      .find(({ name }) => name === 'factor-resets.sweep')
      ?.run({})
    expect((await resetsOf(opened, ann)).map((one) => one.cancelled_because)).to.deep.equal([
      'lapsed',
      'lapsed',
    ])
  })

  it('waits as long as the setting says', async () => {
    const opened = await stage()
    await changeSetting(opened.app, bySystem, 'mfa.recovery_wait_hours', 24)
    const ann = await enrolled(opened)
    const tab = await atLoss(opened, ann)
    expect(tab.page.html).to.include('You then wait 24 hours')
    await tab.act('ask')
    opened.clock.advance(hours(24) + 1)
    expect((await atLoss(opened, ann)).page.html).to.include('Remove my second factors now')
  })

  it('is led to set up a new one where everybody needs one', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    await changeSetting(opened.app, bySystem, 'mfa.policy', 'required')
    await (await atLoss(opened, ann)).act('ask')
    opened.clock.advance(hours(73))

    const landing = await (await atLoss(opened, ann)).act('remove')

    expect(landing.url).to.match(/\/enrol$/)
  })

  it('goes nowhere by a form that was made for another sign-in, and the page leads who owes nothing on', async () => {
    const opened = await stage()
    const ann = await enrolled(opened)
    const tab = await atLoss(opened, ann)
    const form = tab.browser.forms().findIndex(({ action }) => action.endsWith('/lost-factor'))
    const refused = await tab.browser.submit({ csrf: 'x', act: 'ask' }, { form })
    expect(refused.status).to.equal(403)
    expect(await resetsOf(opened, ann)).to.deep.equal([])

    const fresh = openBrowser()
    const begun = await tab.client.begin()
    const login = await fresh.go(begun.url)
    const elsewhere = await fresh.go(login.url.replace(/login$/, 'lost-factor'))
    expect(elsewhere.url).to.match(/\/login$/)
  })
})
