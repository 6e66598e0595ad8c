import { expect } from 'chai'

import { listDevicesOf } from '../../src/features/devices/index.ts'
import { listSessionsOf } from '../../src/features/sessions/index.ts'
import { visit } from '../oidc/authorize/ask.ts'
import { refresh } from '../oidc/tokens/requests.ts'
import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'

const hour = 3600

/** Until what is written down once a second has been. */
const written = () => new Promise((resolve) => setTimeout(resolve, 1_300))

async function opened() {
  const built = await stage()
  const client = await relyingParty(built.app)
  const ann = await person(built.app)
  const list = () => listSessionsOf(built.app, ann.id)
  return { ...built, client, ann, list }
}

describe('the list of a person’s sessions', () => {
  it('says where each was begun, on which device, at which clients, and no other person’s', async () => {
    const { app, client, ann, list } = await opened()
    const other = await relyingParty(app)
    const { browser } = await client.signIn(ann)
    await visit(browser, other)
    await client.signIn(ann, { browser: openBrowser() })
    await client.signIn(await person(app))

    const sessions = await list()

    const devices = await listDevicesOf(app.db, ann.id)
    expect(sessions.map(({ deviceId }) => deviceId)).to.have.members(devices.map(({ id }) => id))
    const reached = sessions.map(({ clients }) => clients.map(({ clientId }) => clientId))
    expect(reached).to.have.deep.members([[client.clientId], [client.clientId, other.clientId]])
    for (const session of sessions) {
      expect(session).to.include({ ip: '127.0.0.1', signedOut: false })
      expect(session.lastUsedAt.getTime()).to.be.at.least(session.startedAt.getTime())
      expect(session.clients[0]?.startedAt).to.be.instanceOf(Date)
    }
  })

  it('says when each was last used, to the minute: at a client, and by a refresh', async () => {
    const { clock, issuer, client, ann, list } = await opened()
    const { browser, tokens } = await client.signIn(ann)
    const last = async () => (await list())[0]?.lastUsedAt.getTime() ?? 0
    const started = await last()

    clock.advance(30)
    await visit(browser, client)
    await written()
    expect(await last(), 'not within the minute').to.equal(started)
    clock.advance(31)
    await visit(browser, client)
    await written()
    expect((await last()) - started).to.be.within(61_000, 70_000)
    clock.advance(hour)
    expect((await refresh(issuer, client, tokens.refresh_token)).status).to.equal(200)
    await written()
    expect((await last()) - started).to.be.within(3_661_000, 3_670_000)
  })

  it('leaves out what ended or ran out, and keeps what has offline access left', async () => {
    const { app, clock, client, ann, list } = await opened()
    await client.signIn(ann)
    const kept = await client.signIn(ann, { parameters: { scope: 'openid offline_access' } })
    const out = await kept.browser.go(
      `${app.config.issuer}/logout?id_token_hint=${kept.tokens.id_token ?? ''}`,
    )
    if (out.html.includes('/logout/confirm')) await kept.browser.submit({ logout: 'yes' })
    expect((await list()).map(({ signedOut, clients }) => [signedOut, clients.length])).to.have.deep.members([
      [false, 1],
      [true, 1],
    ])
    clock.advance(14 * 24 * hour - 10)
    expect(await list(), 'an application’s refresh token would still work').to.have.lengthOf(2)
    clock.advance(20)
    expect(await list()).to.deep.equal([])
  })
})
