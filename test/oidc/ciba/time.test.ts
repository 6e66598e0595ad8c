import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { authenticationRequestJobs } from '../../../src/features/oidc/index.ts'
import { signedIn } from '../../support/my-api.ts'
import { person } from '../../support/people.ts'
import { stage } from '../../support/stage.ts'
import { atLogin, visitor } from '../../portal/support.ts'
import { ask, asked, decides, poll, said, till } from './support.ts'

const run = (app: Gatehouse, name: string): Promise<void> =>
  authenticationRequestJobs(app)
    .find((job) => job.name === name)
    ?.run({}) ?? Promise.reject(new Error(name))

const pending = [400, 'authorization_pending']
const slow = [400, 'slow_down']

describe('OpenID Connect CIBA Core 1.0: how often, and until when', () => {
  it('section 11: slow_down for whoever comes too soon, at any replica, and five seconds more each time (DV-02)', async () => {
    const { app, issuer, clock, replica } = await stage()
    const { origin } = await replica()
    const [ann, client, other] = [await person(app), await till(app), await till(app)]
    const id = await asked(issuer, client, ann)

    expect(said(await poll(issuer, client, id))).to.deep.equal(pending)
    expect(said(await poll(issuer, other, id)), 'somebody else does not count').to.deep.equal([
      400,
      'invalid_grant',
    ])
    clock.advance(5)
    expect(said(await poll(origin, client, id))).to.deep.equal(pending)
    clock.advance(2)
    expect(said(await poll(issuer, client, id))).to.deep.equal(slow)
    clock.advance(6)
    expect(said(await poll(origin, client, id)), 'five seconds are not enough any more').to.deep.equal(slow)
    clock.advance(15)
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) => poll(n % 2 ? issuer : origin, client, id)),
    )
    expect(all.filter(({ body }) => body.error === 'authorization_pending')).to.have.lengthOf(1)
    expect(all.filter(({ body }) => body.error === 'slow_down')).to.have.lengthOf(19)

    await decides({ app, issuer }, ann, 'approve')
    expect(
      said(await poll(issuer, client, id)),
      'it says that nothing is decided, and now it is',
    ).to.deep.equal([200, 'tokens'])
  })

  it('section 11: expired_token once the time is over, decided or not; what was not used leaves no session', async () => {
    const { app, issuer, clock } = await stage()
    const [me, client] = [await signedIn({ app, issuer }), await till(app)]
    const open = await asked(issuer, client, me, { requested_expiry: '60' })
    const approved = await asked(issuer, client, me, { requested_expiry: '60' })
    const list = () => me.call('GET', '/users/me/authentication-requests')
    const { items } = (await list()).body as { items: { id: string }[] }
    expect(
      (await me.call('POST', `/users/me/authentication-requests/${items[0]?.id}/approve`)).status,
    ).to.equal(204)

    clock.advance(61)
    expect(said(await poll(issuer, client, open))).to.deep.equal([400, 'expired_token'])
    expect(said(await poll(issuer, client, approved))).to.deep.equal([400, 'expired_token'])
    expect((await list()).body).to.deep.equal({ items: [] })
    expect(
      (await me.call('POST', `/users/me/authentication-requests/${items[1]?.id}/approve`)).status,
    ).to.equal(404)

    await Promise.all([run(app, 'authentication-requests.close'), run(app, 'authentication-requests.close')])
    const records = await app
      .db('audit_records')
      .where({ action: 'authentication_request.expired' })
      .orderBy('reason')
    expect(records.map(({ reason }) => String(reason))).to.deep.equal([
      'approved, and never fetched',
      'not answered',
    ])
    const live = await app.db('client_sessions').where({ client_id: client.clientId }).whereNull('ended_at')
    expect(live).to.deep.equal([])
    expect(said(await poll(issuer, client, approved))).to.deep.equal([400, 'expired_token'])

    clock.advance(25 * 3600)
    await run(app, 'authentication-requests.sweep')
    for (const table of ['backchannel_requests', 'oidc_polls']) expect(await app.db(table)).to.deep.equal([])
  })

  it('approving wants a sign-in of the last quarter of an hour, and denying does not', async () => {
    const { app, issuer, clock } = await stage()
    const [ann, client] = [await person(app), await till(app)]
    const at = await visitor({ app, issuer }, { as: ann, path: '/account/requests' })
    clock.advance(16 * 60)
    const [first, second] = [await asked(issuer, client, ann), await asked(issuer, client, ann)]
    await at.go('/account/requests')
    expect(atLogin(await at.browser.submit({ decision: 'approve' }))).to.equal(true)
    for (const id of [first, second]) expect(said(await poll(issuer, client, id))).to.deep.equal(pending)
    await decides({ app, issuer }, ann, 'deny', { visitor: at })
    expect(said(await poll(issuer, client, second)), 'the newest stands first').to.deep.equal([
      400,
      'access_denied',
    ])
  })

  it('a person is not flooded: two wait of one application, five of all, whoever asks at the same moment', async () => {
    const { app, issuer } = await stage()
    const ann = await person(app)
    const clients = await Promise.all(Array.from({ length: 4 }, () => till(app)))
    const answers = await Promise.all(
      clients.flatMap((client) =>
        Array.from({ length: 5 }, () => ask(issuer, client, { login_hint: ann.email })),
      ),
    )
    const heard = answers.filter(({ status }) => status === 200)
    expect(heard.length).to.be.within(1, 5)
    for (const { status, body, headers } of answers.filter(({ status }) => status !== 200)) {
      expect([status, body.error]).to.be.deep.oneOf([
        [429, 'temporarily_unavailable'],
        [503, 'temporarily_unavailable'],
      ])
      expect(Number(headers.get('retry-after'))).to.be.greaterThan(0)
    }
    const rows = await app.db('backchannel_requests').select<{ client_id: string }[]>('client_id')
    expect(rows).to.have.lengthOf(heard.length)
    for (const client of clients)
      expect(rows.filter((row) => row.client_id === client.clientId).length).to.be.at.most(2)
    expect(await app.db('mails').where({ letter: 'authentication-requested' })).to.have.lengthOf(heard.length)
  })

  it('nor is one who answers: six in half an hour of one application', async () => {
    const { app, issuer } = await stage()
    const [me, client] = [await signedIn({ app, issuer }), await till(app)]
    const statuses: number[] = []
    for (let n = 0; n < 8; n++) {
      statuses.push((await ask(issuer, client, { login_hint: me.email })).status)
      const { body } = await me.call('GET', '/users/me/authentication-requests')
      for (const { id } of (body as { items: { id: string }[] }).items)
        await me.call('POST', `/users/me/authentication-requests/${id}/deny`)
    }
    expect(statuses).to.deep.equal([200, 200, 200, 200, 200, 200, 429, 429])
    const [bob, stranger] = [await person(app), await till(app)]
    expect((await ask(issuer, client, { login_hint: bob.email })).status).to.equal(200)
    expect((await ask(issuer, stranger, { login_hint: me.email })).status).to.equal(200)
  })
})
