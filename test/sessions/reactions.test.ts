import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { visit } from '../oidc/authorize/ask.ts'
import { opens, pause, refresh } from '../oidc/tokens/requests.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { type Stage, stage } from '../support/stage.ts'

interface Row {
  ended_at: Date | null
}

/** The outbox delivers within a second or two. */
async function whenEnded({ app }: Stage, userId: string): Promise<Row[]> {
  for (let turn = 0; turn < 100; turn++) {
    const rows = await app.db('sessions').select<Row[]>('ended_at').where({ user_id: userId })
    if (rows.every(({ ended_at }) => ended_at !== null)) return rows
    await pause(100)
  }
  throw new Error('the sessions were not ended')
}

describe('the sessions of a person who was turned off', function () {
  this.timeout(30_000)

  for (const [status, reason] of [
    ['disabled', 'user_disabled'],
    ['deleted', 'user_deleted'],
  ] as const) {
    it(`end by themselves when they are ${status}: in the lists too, told with the reason`, async () => {
      const opened = await stage({ worker: true })
      const { app, issuer } = opened
      const client = await relyingParty(app)
      const [ann, bob] = [await person(app), await person(app)]
      await client.signIn(ann)
      await client.signIn(ann, { parameters: { scope: 'openid offline_access' } })
      const other = await client.signIn(bob)

      await setUserStatus(app, bySystem, ann.id, status, 'left the company')

      await whenEnded(opened, ann.id)
      const told = await app
        .db('outbox_events')
        .select<{ data: { reason: string } }[]>('data')
        .where({ type: 'auth.session.ended', subject: ann.id })
      expect(told.map(({ data }) => data.reason)).to.deep.equal([reason, reason])
      const live = await app.db('client_sessions').where({ user_id: ann.id }).whereNull('ended_at')
      expect(live).to.have.lengthOf(0)
      expect(await opens(issuer, other.tokens.access_token), 'of somebody else').to.equal(true)
      expect(await app.db('sessions').where({ user_id: bob.id }).whereNull('ended_at')).to.have.lengthOf(1)
    })
  }

  it('do not come back when the person is enabled again', async () => {
    const opened = await stage({ worker: true })
    const { app, issuer } = opened
    const client = await relyingParty(app)
    const ann = await person(app)
    const { browser, tokens } = await client.signIn(ann, { parameters: { scope: 'openid offline_access' } })
    await setUserStatus(app, bySystem, ann.id, 'disabled', 'test')
    await whenEnded(opened, ann.id)
    await setUserStatus(app, bySystem, ann.id, 'active', 'test')
    expect((await visit(browser, client, { prompt: 'none' })).answer).to.include({ error: 'login_required' })
    expect((await refresh(issuer, client, tokens.refresh_token)).body.error).to.equal('invalid_grant')
    expect(await opens(issuer, tokens.access_token)).to.equal(false)
    await pause(1_000)
    const again = await client.signIn(ann, { browser })
    expect(await opens(issuer, again.tokens.access_token), 'what they sign in for anew').to.equal(true)
  })

  it('stay when they are only locked: guesses of a stranger sign nobody out', async () => {
    const opened = await stage({ worker: true })
    const { app, issuer } = opened
    const client = await relyingParty(app)
    const ann = await person(app)
    const { tokens } = await client.signIn(ann)
    await setUserStatus(app, bySystem, ann.id, 'locked', 'too many guesses')
    await pause(1_500)
    expect(await opens(issuer, tokens.access_token)).to.equal(true)
    expect(await app.db('sessions').where({ user_id: ann.id }).whereNull('ended_at')).to.have.lengthOf(1)
  })
})
