import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'
import { solve } from './solve.ts'
import { type Answer, behindProxy, openForm } from './support.ts'

/** A service at which ten names were tried from ten networks, more than its setting puts up with. */
async function underAttack() {
  const built = await stage(behindProxy)
  const { app, clock } = built
  await changeSetting(app, bySystem, 'lockout.alarm_failures_per_minute', 10)
  await changeSetting(app, bySystem, 'lockout.proof_difficulty', 8)
  const ann = await person(app)
  const client = await relyingParty(app)
  const guess = await openForm(client)
  const first = await guess({ login: ann.email, password: ann.password, ip: '192.0.2.1' })
  const spray = (block: number) => {
    clock.advance(60 - ((clock.now().getTime() / 1000) % 60)) // all in one minute
    const tried = Array.from({ length: 10 }, (_, n) => ({
      login: `x${n}@example.com`,
      ip: `10.${block}.${n}.1`,
    }))
    return Promise.all(tried.map(guess))
  }
  await spray(1)
  for (let turn = 0; turn < 50 && !(await app.db('lockout_alarm').first('raised_at')); turn++)
    await new Promise((resolve) => setTimeout(resolve, 100))
  const asked = async (login: string, ip: string) => challengeIn(await guess({ login, ip }))
  return { ...built, ann, guess, spray, asked, device: first.device ?? '' }
}

function challengeIn({ status, html }: Answer): string {
  expect(status).to.equal(401)
  expect(html).to.include('we ask for a little more')
  const [, challenge = ''] = /name="proof" value="([^"]+)" data-difficulty="8"/.exec(html) ?? []
  return challenge
}

describe('the alarm', () => {
  it('asks unknown devices for a proof of work, each for its own, and refuses nobody', async () => {
    const { app, ann, guess, asked, device } = await underAttack()
    const right = { login: ann.email, password: ann.password, ip: '203.0.113.1' }

    const challenge = challengeIn(await guess(right))
    const proof = solve(challenge, 8)
    expect((await guess({ ...right, login: 'nobody@example.com', proof })).status, 'of another').to.equal(401)
    expect((await guess({ ...right, proof })).status).to.equal(303)
    challengeIn(await guess({ ...right, proof })) // it was good once
    expect((await guess({ ...right, device })).status, 'a known device').to.equal(303)

    const wrong = await guess({
      login: ann.email,
      ip: '203.0.113.2',
      proof: solve(await asked(ann.email, '203.0.113.2'), 8),
    })
    expect([wrong.status, wrong.html.includes('is not right')]).to.deep.equal([401, true])
    expect(await app.db('outbox_events').where({ type: 'auth.alarm.raised' })).to.have.lengthOf(1)
    expect(await app.db('audit_records').where({ action: 'lockout.alarm_raised' })).to.have.lengthOf(1)
  })

  it('asks the same of everybody’s name and nobody’s', async () => {
    const { ann, guess } = await underAttack()
    const known = await guess({ login: ann.email, password: ann.password, ip: '203.0.113.3' })
    const unknown = await guess({ login: 'nobody@example.com', ip: '203.0.113.3' })
    const same = ({ html }: Answer) =>
      html
        .replaceAll(ann.email, 'X')
        .replaceAll('nobody@example.com', 'X')
        .replace(/name="proof" value="[^"]+"/, '')
    expect(same(known)).to.equal(same(unknown))
    expect([...known.headers.keys()]).to.deep.equal([...unknown.headers.keys()])
  })

  it('lets wait who has no script, one at a time from a network', async () => {
    const { ann, guess, clock, asked } = await underAttack()
    const right = { login: ann.email, password: ann.password, ip: '203.0.113.4' }
    const [one, two] = [await asked(ann.email, right.ip), await asked(ann.email, right.ip)]
    challengeIn(await guess({ ...right, proof: one }))
    clock.advance(15)
    const answers = await Promise.all([guess({ ...right, proof: one }), guess({ ...right, proof: two })])
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([303, 401])
  })

  it('goes off by itself ten minutes after the last bad minute, and is raised anew by the next', async () => {
    const { app, ann, guess, spray, clock } = await underAttack()
    const right = { login: ann.email, password: ann.password, ip: '203.0.113.5' }
    clock.advance(601)
    expect((await guess(right)).status).to.equal(303)
    await spray(2)
    const raised = () => app.db('outbox_events').where({ type: 'auth.alarm.raised' })
    for (let turn = 0; turn < 50 && (await raised()).length < 2; turn++)
      await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await raised()).to.have.lengthOf(2)
  })
})
