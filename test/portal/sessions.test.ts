import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { callApi, type Me, problemOf, signedIn } from '../support/my-api.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { atLogin, visitor } from './support.ts'

interface Session {
  id: string
  current: boolean
  browser: string | null
  place: string
  signed_out: boolean
  clients: { client_id: string; name: string; offline: boolean }[]
}

const sessionsOf = async (me: Me): Promise<Session[]> =>
  (await me.call('GET', '/users/me/sessions')).body.items as Session[]

describe('one’s own sessions', () => {
  const shared = sharedStage()

  it('are listed with place, browser and what they reached; the one that asks is marked', async () => {
    const ann = await signedIn(shared())
    const phone = await signedIn(shared(), {
      as: ann,
      client: await relyingParty(shared().app, { name: 'Phone' }),
    })

    const seen = await sessionsOf(ann)
    expect(seen).to.have.lengthOf(2)
    expect(seen.filter(({ current }) => current)).to.have.lengthOf(1)
    const other = seen.find(({ current }) => !current)
    expect(other).to.deep.include({ place: '127.0.0.1', signed_out: false })
    expect(other?.clients).to.deep.equal([
      { client_id: phone.client.clientId, name: 'Phone', offline: false },
    ])
    expect((await sessionsOf(phone)).find(({ current }) => current)?.id).to.equal(other?.id)
  })

  it('end one by one, with all they gave, on every replica within a second', async () => {
    const { replica, issuer } = shared()
    const second = await replica()
    const ann = await signedIn(shared())
    const phone = await signedIn(shared(), { as: ann, scope: 'openid offline_access' })
    const id = (await sessionsOf(phone)).find(({ current }) => current)?.id ?? ''

    expect((await ann.call('DELETE', `/users/me/sessions/${id}`)).status).to.equal(204)

    await new Promise((resolve) => setTimeout(resolve, 1000))
    for (const origin of [issuer, second.origin])
      for (const path of ['/users/me', '/profile/me', '/userinfo']) {
        const reply = await callApi(origin + path, { method: 'GET', token: phone.token })
        expect(reply.status, origin + path).to.equal(401)
      }
    const refused = await phone.client
      .refresh(phone.signedIn.tokens.refresh_token ?? '')
      .catch((error: unknown) => error)
    expect((refused as { error?: string }).error).to.equal('invalid_grant')
    expect(await sessionsOf(ann)).to.have.lengthOf(1)
    const again = await ann.call('DELETE', `/users/me/sessions/${id}`)
    expect([again.status, problemOf(again)]).to.deep.equal([404, 'session_not_found'])
  })

  it('SE-04: hide those of others, with the very answer to an id that never was', async () => {
    const [ann, bob] = [await signedIn(shared()), await signedIn(shared())]
    const [theirs] = await sessionsOf(bob)
    const replies = await Promise.all(
      [theirs?.id ?? '', 'AAAAAAAAAAAAAAAAAAAAA'].map((id) => ann.call('DELETE', `/users/me/sessions/${id}`)),
    )
    for (const { status } of replies) expect(status).to.equal(404)
    const [one, other] = replies.map(({ body }) => ({ ...body, request_id: null }))
    expect(one).to.deep.equal(other)
    expect((await bob.call('GET', '/users/me')).status).to.equal(200)
  })

  it('end all but the one that asks, or all', async () => {
    const ann = await signedIn(shared())
    const others = [await signedIn(shared(), { as: ann }), await signedIn(shared(), { as: ann })]

    expect((await ann.call('DELETE', '/users/me/sessions')).status).to.equal(204)
    for (const other of others) expect((await other.call('GET', '/users/me')).status).to.equal(401)
    expect(await sessionsOf(ann)).to.have.lengthOf(1)

    expect((await ann.call('DELETE', '/users/me/sessions?include_current=true')).status).to.equal(204)
    expect((await ann.call('GET', '/users/me')).status).to.equal(401)
  })

  it('end once of any number of requests at the same moment', async () => {
    const [ann] = [await signedIn(shared())]
    const phone = await signedIn(shared(), { as: ann })
    const id = (await sessionsOf(phone)).find(({ current }) => current)?.id ?? ''
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => ann.call('DELETE', `/users/me/sessions/${id}`)),
    )
    expect(replies.filter(({ status }) => status === 204)).to.have.lengthOf(1)
    expect(replies.filter(({ status }) => status === 404)).to.have.lengthOf(9)
  })

  it('are neither seen nor ended by another party’s client', async () => {
    const partner = await relyingParty(shared().app, { firstParty: false })
    const there = await signedIn(shared(), { client: partner })
    for (const [method, path] of [
      ['GET', '/users/me/sessions'],
      ['DELETE', '/users/me/sessions'],
      ['DELETE', '/users/me/sessions/any'],
      ['GET', '/users/me/devices'],
      ['GET', '/users/me/events'],
      ['GET', '/users/me/export'],
    ] as const) {
      const reply = await there.call(method, path)
      expect([reply.status, problemOf(reply)], `${method} ${path}`).to.deep.equal([403, 'not_allowed'])
    }
  })

  it('are listed and ended on a page', async () => {
    const ann = await visitor(shared(), { path: '/account/sessions' })
    const phone = await visitor(shared(), { as: ann, path: '/account/sessions' })
    const tablet = await visitor(shared(), { as: ann, path: '/account/sessions' })
    const shown = await ann.go('/account/sessions')
    expect(shown.html.match(/This browser/g)).to.have.lengthOf(1)
    const [, end = ''] = /name="end" value="([^"]+)"/.exec(shown.html) ?? []

    const one = await ann.browser.submit({ end })
    expect(one.html).to.include('It has no access any more')
    const rest = await ann.browser.submit({ end: 'others' })
    expect(rest.html).to.include('You are signed out everywhere else')
    expect(rest.html.match(/id="session-/g)).to.have.lengthOf(1)
    for (const { go } of [phone, tablet]) expect(atLogin(await go('/account'))).to.equal(true)

    const gone = await ann.browser.submit({ end: 'nothing' })
    expect(gone.status).to.equal(404)
  })
})

describe('one’s own devices', () => {
  const shared = sharedStage()
  const devicesOf = async (me: Me) =>
    (await me.call('GET', '/users/me/devices')).body.items as { id: string; place: string }[]

  it('are listed, and forgotten by their owner alone', async () => {
    const [ann, bob] = [await signedIn(shared()), await signedIn(shared())]
    const [device] = await devicesOf(ann)
    expect(device).to.include({ place: '127.0.0.1' })
    const path = `/users/me/devices/${device?.id ?? ''}`

    const others = await bob.call('DELETE', path)
    expect([others.status, problemOf(others)]).to.deep.equal([404, 'device_not_found'])
    expect((await ann.call('DELETE', path)).status).to.equal(204)
    expect((await ann.call('DELETE', path)).status).to.equal(404)
    expect((await ann.call('DELETE', '/users/me/devices/x')).status).to.equal(400)
    expect(await devicesOf(ann)).to.deep.equal([])
  })
})

describe('what ends sessions', () => {
  it('SE-04: wants a recent sign-in', async () => {
    const opened = await stage()
    await changeSetting(opened.app, bySystem, 'token.access_seconds', 3600)
    const ann = await signedIn(opened)
    opened.clock.advance(16 * 60)
    for (const path of ['/users/me/sessions', '/users/me/sessions/any', '/users/me/export']) {
      const method = path.endsWith('export') ? 'GET' : 'DELETE'
      const reply = await ann.call(method, path)
      expect(reply.status, path).to.equal(401)
      expect(reply.headers.get('www-authenticate')).to.include(
        'Bearer error="insufficient_user_authentication", max_age="900"',
      )
    }
    expect(await sessionsOf(ann)).to.have.lengthOf(1)
  })

  it('SE-03: leaves out of the list what has run out by itself', async () => {
    const opened = await stage()
    const ann = await signedIn(opened)
    opened.clock.advance(14 * 24 * 3600 + 60)
    const later = await visitor(opened, { as: ann, path: '/account/sessions' })
    const shown = await later.go('/account/sessions')
    expect(shown.html.match(/id="session-/g)).to.have.lengthOf(1)
  })
})
