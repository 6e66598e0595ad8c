import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { setUserStatus } from '../../src/features/accounts/index.ts'
import { hasWayIn } from '../../src/features/federation/identities/ways-in.ts'
import { bySystem } from '../../src/platform/app.ts'
import { operator, problem, told } from '../administration/support.ts'
import { mergeInto, undo } from '../merging/support.ts'
import { openAuthenticator } from '../support/authenticator.ts'
import { openBrowser } from '../support/browser.ts'
import { linkIn, mailTo } from '../support/mailbox.ts'
import { problemOf, signedIn } from '../support/my-api.ts'
import { until } from '../support/process.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { type Stage, stage } from '../support/stage.ts'
import { type Keyed, keyed, opens, register } from './support.ts'

const withClient = async (opened: Stage) => ({ ...opened, client: await relyingParty(opened.app) })

const passkeysOf = async ({ db }: Gatehouse, userId: string): Promise<string[]> => {
  const rows = await db('passkeys').select<{ id: string }[]>('id').where({ user_id: userId })
  return rows.map(({ id }) => id)
}

const takePassword = ({ db }: Gatehouse, { id }: Keyed) =>
  db('user_credentials').where({ user_id: id }).delete()

const remove = (me: Keyed, id = me.passkeyId) => me.call('DELETE', `/users/me/passkeys/${id}`)

describe('a passkey as a way in', () => {
  const shared = sharedStage(withClient, { worker: true })

  it('opens an account by itself, whatever else is there', () => {
    const nothing = { hasPassword: false, hasLogin: false, hasPasskey: false, identities: [] }
    expect(hasWayIn(nothing)).to.equal(false)
    expect(hasWayIn({ ...nothing, hasPasskey: true })).to.equal(true)
  })

  it('is deleted by its owner, and by nobody else', async () => {
    const { app, client } = shared()
    const [ann, bob] = [await keyed(shared()), await signedIn(shared())]
    const others = await bob.call('DELETE', `/users/me/passkeys/${ann.passkeyId}`)
    expect([others.status, problemOf(others)]).to.deep.equal([404, 'passkey_not_found'])

    const statuses = (await Promise.all([remove(ann), remove(ann)])).map(({ status }) => status)

    expect(statuses.sort()).to.deep.equal([204, 404])
    expect(await opens(client, ann.device)).to.equal(false)
    const record = { action: 'passkey.removed', target_id: ann.id }
    expect(await app.db('audit_records').where(record)).to.have.lengthOf(1)
  })

  it('is not deleted when nothing else opens the account, which the list says', async () => {
    const { app, client } = shared()
    const ann = await keyed(shared())
    await takePassword(app, ann)
    const list = (await ann.call('GET', '/users/me/passkeys')).body
    expect(JSON.stringify(list)).to.include('"last_way_in":true')

    const reply = await remove(ann)

    expect([reply.status, problemOf(reply)]).to.deep.equal([409, 'last_way_in'])
    expect(await opens(client, ann.device)).to.equal(true)
  })

  it('leaves one of two that are deleted at the same moment', async () => {
    const { app, issuer } = shared()
    const ann = await keyed(shared())
    const second = await register(ann, openAuthenticator({ origin: issuer }))
    await takePassword(app, ann)

    const replies = await Promise.all([remove(ann), remove(ann, String(second.body.id))])

    expect(replies.map(({ status }) => status).sort()).to.deep.equal([204, 409])
    expect(await passkeysOf(app, ann.id)).to.have.lengthOf(1)
  })

  it('lets the last account elsewhere be disconnected, and counts as a way in beside it', async () => {
    const { app, clock } = shared()
    const ann = await keyed(shared())
    await takePassword(app, ann)
    const identity = { id: crypto.randomUUID(), issuer: 'https://gone.example', subject: ann.id }
    await app.db('user_identities').insert({ ...identity, user_id: ann.id, created_at: clock.now() })

    const list = (await ann.call('GET', '/users/me/identities')).body
    expect(JSON.stringify(list)).to.include('"last_way_in":false')
    expect((await ann.call('DELETE', `/users/me/identities/${identity.id}`)).status).to.equal(204)
    expect((await remove(ann)).status, 'now it is the last').to.equal(409)
  })

  it('is seen and taken by administrators with a reason, the last one too', async () => {
    const { app, client } = shared()
    const ann = await keyed(shared())
    await takePassword(app, ann)
    const admin = await operator(app, 'admin')
    const at = `/admin/users/${ann.id}/passkeys`

    const list = await told(await admin.call('GET', at))
    expect((list.items as { id: string }[]).map(({ id }) => id)).to.deep.equal([ann.passkeyId])
    expect(JSON.stringify(list)).not.to.match(/public_key|credential/)
    const reply = await admin.call('DELETE', `${at}/${ann.passkeyId}?reason=stolen`)

    expect([reply.status, await told(reply)]).to.deep.equal([200, { way_in_left: false }])
    expect(await opens(client, ann.device)).to.equal(false)
    const record = await app
      .db('audit_records')
      .select<{ actor_id: string; reason: string }[]>('actor_id', 'reason')
      .where({ action: 'passkey.removed', target_id: ann.id })
      .first()
    expect(record).to.include({ actor_id: admin.id, reason: 'stolen' })
    const again = await admin.call('DELETE', `${at}/${ann.passkeyId}`)
    expect([again.status, (await told(again)).type]).to.deep.equal([404, problem('passkey_not_found')])
  })

  it('is nothing for other people, nor for administrators who stand below', async () => {
    const { app } = shared()
    const [ann, bob] = [await keyed(shared()), await operator(app)]
    const admin = await operator(app, 'admin')
    const root = await operator(app, 'root_admin')
    const at = `/admin/users/${ann.id}/passkeys`
    for (const [method, path] of [
      ['GET', at],
      ['DELETE', `${at}/${ann.passkeyId}`],
    ] as const)
      expect((await bob.call(method, path)).status).to.equal(403)
    const above = await admin.call('DELETE', `/admin/users/${root.id}/passkeys/${ann.passkeyId}`)
    expect([above.status, (await told(above)).type]).to.deep.equal([403, problem('role_beyond_own')])
    expect(await passkeysOf(app, ann.id)).to.have.lengthOf(1)
  })

  it('survives a new password by mail where the address was proven', async () => {
    const { app, client } = shared()
    const ann = await keyed(shared())
    await resetByMail(shared(), ann.email)
    expect(await opens(client, ann.device)).to.equal(true)
    expect(await passkeysOf(app, ann.id)).to.have.lengthOf(1)
  })

  it('RG-05: dies when the address is first proven by somebody who may not have made it', async () => {
    const { app, client } = shared()
    const eve = await keyed(shared())
    await app.db('users').where({ id: eve.id }).update({ email_verified_at: null })

    await resetByMail(shared(), eve.email)

    expect(await opens(client, eve.device)).to.equal(false)
    expect(await passkeysOf(app, eve.id)).to.be.empty
    const record = { action: 'passkey.removed', target_id: eve.id, reason: 'address_proven' }
    expect(await app.db('audit_records').where(record)).to.have.lengthOf(1)
  })

  it('moves with a merge and goes back with it; one made since stays', async () => {
    const { app, client, issuer } = shared()
    const [ann, bob] = [await signedIn(shared()), await keyed(shared())]

    const id = await mergeInto(ann, bob)
    expect(await passkeysOf(app, ann.id)).to.deep.equal([bob.passkeyId])
    expect(await opens(client, bob.device), 'now it opens the one that is left').to.equal(true)
    const since = await register(ann, openAuthenticator({ origin: issuer }))

    expect((await undo(ann, id)).status).to.equal(200)
    expect(await passkeysOf(app, bob.id)).to.deep.equal([bob.passkeyId])
    expect(await passkeysOf(app, ann.id)).to.deep.equal([since.body.id])
  })

  it('is in the copy of a person’s data, without keys', async () => {
    const ann = await keyed(shared())
    const { passkeys } = (await ann.call('GET', '/users/me/export')).body
    const [one] = passkeys as Record<string, unknown>[]
    expect(one).to.have.all.keys(
      ...['id', 'purpose', 'name', 'aaguid', 'transports', 'backed_up'],
      ...['created_at', 'last_used_at', 'counter_reversed_at'],
    )
  })
})

/** Asks for a new password, and chooses it by the link that was mailed. */
async function resetByMail({ app, issuer }: Stage, email: string): Promise<void> {
  const browser = openBrowser()
  await browser.go(`${issuer}/recovery`)
  await browser.submit({ login: email })
  await browser.go(linkIn(await mailTo(app, email, 'reset-password')))
  const chosen = await browser.submit({ password: 'a quiet harbour at dawn' })
  if (chosen.status !== 200) throw new Error(`no new password: ${chosen.html.slice(0, 500)}`)
}

describe('what a person hears of their passkeys, and what is left of them', () => {
  it('writes of each that is added or deleted, and erases all with the account', async () => {
    const opened = await stage({ worker: true })
    const { app } = opened
    const ann = await keyed(opened)
    await mailTo(app, ann.email, 'passkey-added')
    expect((await remove(ann)).status).to.equal(204)
    await mailTo(app, ann.email, 'passkey-removed')
    const again = await register(ann, openAuthenticator({ origin: opened.issuer }))
    expect(again.status).to.equal(201)

    await setUserStatus(app, bySystem, ann.id, 'deleted', 'asked for')
    await until(async () => (await app.db('outbox_events').where({ type: 'auth.user.erased' })).length > 0)

    expect(await passkeysOf(app, ann.id)).to.be.empty
    expect(await app.db('passkey_challenges').where({ user_id: ann.id })).to.be.empty
  })
})
