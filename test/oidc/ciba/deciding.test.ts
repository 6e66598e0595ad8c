import { expect } from 'chai'

import { disableClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { enrol } from '../../factors/support.ts'
import { typesCode } from '../../authentication/second-factor-support.ts'
import { openBrowser } from '../../support/browser.ts'
import { problemOf, signedIn } from '../../support/my-api.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { atLogin, visitor } from '../../portal/support.ts'
import { decodeJwt } from 'jose'
import { eventually } from '../tokens/requests.ts'
import { asked, decides, poll, said, till } from './support.ts'

const list = '/users/me/authentication-requests'
const mfa = 'urn:gatehouse:acr:mfa'

interface Listed {
  items: {
    id: string
    client_name: string
    scopes: string[]
    binding_message: string | null
    place: string
  }[]
}

describe('deciding what an application asks behind one’s back', () => {
  const shared = sharedStage()

  it('the link of the letter approves nothing, and demands a sign-in', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app)]
    const id = await asked(issuer, client, ann)
    expect(atLogin(await openBrowser().go(`${issuer}/account/requests`))).to.equal(true)
    await visitor(shared(), { as: ann, path: '/account/requests' })
    expect(said(await poll(issuer, client, id))).to.deep.equal([400, 'authorization_pending'])
  })

  it('an unproven address gets no letter; the request waits on the page', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app)]
    await app.db('users').where({ id: ann.id }).update({ email_verified_at: null })
    await asked(issuer, client, ann)
    expect(await app.db('mails').where({ user_id: ann.id })).to.deep.equal([])
    expect(await app.db('backchannel_requests').where({ user_id: ann.id })).to.have.lengthOf(1)
  })

  it('a form without the page’s token, or of another session, decides nothing (AZ-13)', async () => {
    const { app, issuer } = shared()
    const [ann, bob, client] = [await person(app), await person(app), await till(app)]
    const id = await asked(issuer, client, ann)
    const at = await visitor(shared(), { as: ann, path: '/account/requests' })
    await at.go('/account/requests')
    const [form] = at.browser.forms()
    expect((await at.browser.submit({ csrf: 'x', decision: 'approve' })).status).to.equal(403)
    const other = await visitor(shared(), { as: bob, path: '/account/requests' })
    await other.go('/account/profile')
    const sent = { id: form?.fields.id ?? '', decision: 'approve', csrf: form?.fields.csrf ?? '' }
    const foreign = await fetch(`${issuer}/account/requests`, {
      method: 'POST',
      headers: {
        cookie: other.browser
          .cookies()
          .map((one) => `${one.name}=${one.value}`)
          .join('; '),
        origin: issuer,
        'sec-fetch-site': 'same-origin',
      },
      body: new URLSearchParams(sent),
    })
    expect(foreign.status).to.equal(403)
    expect(said(await poll(issuer, client, id))).to.deep.equal([400, 'authorization_pending'])
  })

  it('an application of ours lists, approves and denies; each once, and only one’s own', async () => {
    const { app, issuer } = shared()
    const [ann, bob, client] = [await signedIn(shared()), await signedIn(shared()), await till(app)]
    const first = await asked(issuer, client, ann, { binding_message: 'W4', scope: 'openid email' })
    const second = await asked(issuer, client, ann)
    const { items } = (await ann.call('GET', list)).body as unknown as Listed
    expect(items).to.have.lengthOf(2)
    expect(items[1]).to.deep.include({
      client_name: 'Harbour Till',
      scopes: ['openid', 'email'],
      binding_message: 'W4',
      place: '127.0.0.1',
    })
    expect(((await bob.call('GET', list)).body as unknown as Listed).items).to.deep.equal([])
    const [latest, earliest] = items.map(({ id }) => id)
    const foreign = await bob.call('POST', `${list}/${earliest}/approve`)
    expect([foreign.status, problemOf(foreign)]).to.deep.equal([404, 'authentication_request_not_found'])
    expect((await bob.call('POST', `${list}/${earliest}/deny`)).status).to.equal(404)

    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        ann.call('POST', `${list}/${earliest}/${n % 2 ? 'approve' : 'deny'}`),
      ),
    )
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([204, 404, 404, 404, 404, 404])
    expect((await ann.call('POST', `${list}/${latest}/deny`)).status).to.equal(204)
    expect(said(await poll(issuer, client, second))).to.deep.equal([400, 'access_denied'])
    expect(said(await poll(issuer, client, first))[1]).to.be.oneOf(['tokens', 'access_denied'])
  })

  it('an application of somebody else may not', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await person(app), await till(app)]
    await asked(issuer, client, ann)
    const theirs = await relyingParty(app, { firstParty: false })
    const there = await signedIn(shared(), { as: ann, client: theirs })
    expect((await there.call('GET', list)).status).to.equal(403)
    expect((await there.call('POST', `${list}/${crypto.randomUUID()}/approve`)).status).to.equal(403)
  })

  it('requests of a disabled application are not shown, and cannot be approved', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await signedIn(shared()), await till(app)]
    await asked(issuer, client, ann)
    const { items } = (await ann.call('GET', list)).body as unknown as Listed
    await disableClient(app, bySystem, client.clientId)
    await eventually(async () => ((await ann.call('GET', list)).body as unknown as Listed).items.length === 0)
    expect((await ann.call('POST', `${list}/${items[0]?.id}/approve`)).status).to.equal(404)
  })

  it('section 7.1: acr_values is demanded by stepping up, on the page and of an application; acr, amr and auth_time say so', async () => {
    const { app, issuer, clock } = shared()
    const [me, client] = [await signedIn(shared()), await till(app)]
    const id = await asked(issuer, client, me, { acr_values: mfa })
    const { items } = (await me.call('GET', list)).body as unknown as Listed
    const refused = await me.call('POST', `${list}/${items[0]?.id}/approve`)
    expect(refused.status).to.equal(401)
    expect(refused.headers.get('www-authenticate'))
      .to.include('insufficient_user_authentication')
      .and.to.include(mfa)

    const factor = await enrol(shared(), me)
    const at = await visitor(shared(), { as: me, browser: me.browser, path: '/account/requests' }).catch(
      () => null,
    )
    expect(at, 'still in the session from before').not.to.equal(null)
    await me.browser.go(`${issuer}/account/requests`)
    const stepUp = await me.browser.submit({ decision: 'approve' })
    expect(stepUp.url).to.match(/\/second-factor$/)
    const back = await typesCode({ browser: me.browser, until: () => false }, factor.app.codeAt(clock.now()))
    expect(back.url).to.equal(`${issuer}/account/requests`)
    expect(said(await poll(issuer, client, id)), 'nothing was approved by it').to.deep.equal([
      400,
      'authorization_pending',
    ])
    expect((await me.browser.submit({ decision: 'approve' })).url).to.include('done=approved')
    const { body } = await poll(issuer, client, id)
    const claims = decodeJwt(String(body.id_token))
    expect(claims.acr).to.equal(mfa)
    expect(claims.amr).to.include('otp')
    expect(decodeJwt(String(body.access_token))).to.deep.include({ acr: mfa, auth_time: claims.auth_time })
  })

  it('what is asked, approved and denied is in the audit log, and among the person’s own events', async () => {
    const { app, issuer } = shared()
    const [ann, client] = [await signedIn(shared()), await till(app)]
    await asked(issuer, client, ann)
    await asked(issuer, client, ann)
    await decides(shared(), ann, 'approve')
    await decides(shared(), ann, 'deny')
    const records = await app
      .db('audit_records')
      .select('action', 'actor_type')
      .where('action', 'like', 'authentication_request.%')
      .whereRaw('(target_id = ? or actor_id = ?)', [ann.id, ann.id])
    expect(records.map(({ action, actor_type: by }) => `${String(action)} by ${String(by)}`)).to.have.members(
      [
        'authentication_request.asked by client',
        'authentication_request.asked by client',
        'authentication_request.approved by user',
        'authentication_request.denied by user',
      ],
    )
    const { items } = (await ann.call('GET', '/users/me/events')).body as { items: { action: string }[] }
    expect(items.map(({ action }) => action)).to.include.members([
      'authentication_request.asked',
      'authentication_request.approved',
    ])
  })
})
