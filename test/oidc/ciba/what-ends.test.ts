import { expect } from 'chai'

import { setUserStatus } from '../../../src/features/accounts/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { type Me, signedIn } from '../../support/my-api.ts'
import type { RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { opens, refresh } from '../tokens/requests.ts'
import { asked, decides, poll, said, type Service, till } from './support.ts'

interface Held {
  me: Me
  client: RelyingParty
  service: Service
}

const endings: Record<string, (held: Held) => Promise<unknown>> = {
  'the person ends this session': async ({ me, client, service: { app } }) => {
    const row = await app
      .db('client_sessions')
      .where({ client_id: client.clientId, user_id: me.id })
      .first<{ session_uid: string }>()
    return me.call('DELETE', `/users/me/sessions/${row.session_uid}`)
  },
  'the person signs out everywhere': ({ me }) => me.call('DELETE', '/users/me/sessions?include_current=true'),
  'the person takes consent back': ({ me, client }) =>
    me.call('DELETE', `/users/me/consents/${client.clientId}`),
  'the person is disabled': ({ me, service: { app } }) =>
    setUserStatus(app, bySystem, me.id, 'disabled', 'left'),
}

describe('tokens that an application got behind somebody’s back', () => {
  const shared = sharedStage()

  for (const [what, end] of Object.entries(endings)) {
    it(`end at once when ${what} (JW-12)`, async () => {
      const { app, issuer } = shared()
      const [me, client] = [await signedIn(shared()), await till(app)]
      const first = await asked(issuer, client, me, { scope: 'openid offline_access' })
      await decides(shared(), me, 'approve')
      const { body } = await poll(issuer, client, first)
      expect(await opens(issuer, body.access_token)).to.equal(true)

      await end({ me, client, service: shared() })

      expect(await opens(issuer, body.access_token)).to.equal(false)
      expect(said(await refresh(issuer, client, body.refresh_token))).to.deep.equal([400, 'invalid_grant'])
    })

    it(`cannot be fetched after it was approved, when ${what} first`, async () => {
      const { app, issuer } = shared()
      const [me, client] = [await signedIn(shared()), await till(app)]
      const id = await asked(issuer, client, me)
      await decides(shared(), me, 'approve')
      await end({ me, client, service: shared() })
      expect(said(await poll(issuer, client, id))).to.deep.equal([400, 'invalid_grant'])
    })
  }

  it('stand in the person’s list of sessions, apart from the browser that approved', async () => {
    const { app, issuer } = shared()
    const [me, client] = [await signedIn(shared()), await till(app)]
    const id = await asked(issuer, client, me)
    const at = await decides(shared(), me, 'approve')
    const { body } = await poll(issuer, client, id)
    const { items } = (await me.call('GET', '/users/me/sessions')).body as {
      items: { clients: { client_id: string }[] }[]
    }
    const its = items.filter(({ clients }) => clients.some(({ client_id }) => client_id === client.clientId))
    expect(its.map(({ clients }) => clients.length)).to.deep.equal([1])
    await at.browser.go(`${issuer}/logout`)
    await at.browser.submit({ logout: 'yes' })
    expect(await opens(issuer, body.access_token), 'the browser signed out').to.equal(true)
  })
})
