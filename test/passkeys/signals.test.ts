import { expect } from 'chai'

import { mergeInto } from '../merging/support.ts'
import { openAuthenticator } from '../support/authenticator.ts'
import { signedIn } from '../support/my-api.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { atLogin, keyed, register } from './support.ts'

const handleOf = (userId: string) => Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url')

const accepted = (html: string) =>
  [...html.matchAll(/data-passkeys-accepted="([^"]*)" data-rp-id="localhost" data-user-id="([^"]*)"/g)].map(
    ([, ids = '', userId]) => ({ userId, ids: ids.split(' ').filter((id) => id !== '') }),
  )

describe('what whoever keeps passkeys is told', () => {
  const shared = sharedStage(async (opened) => ({ ...opened, client: await relyingParty(opened.app) }))
  const pageOf = async (me: Awaited<ReturnType<typeof signedIn>>, path: string) =>
    (await me.browser.go(shared().issuer + path)).html

  it('which of a person’s are good, of both kinds, and none when the last is gone', async () => {
    const { issuer } = shared()
    const ann = await keyed(shared())
    const second = openAuthenticator({ origin: issuer })
    const added = await register(ann, second)
    const ids = [ann.device, second].map((device) => device.get({ challenge: 'x' }).id)

    expect(accepted(await pageOf(ann, '/account/passkeys'))).to.deep.equal([
      { userId: handleOf(ann.id), ids },
    ])
    for (const id of [ann.passkeyId, String(added.body.id)])
      expect((await ann.call('DELETE', `/users/me/passkeys/${id}`)).status).to.equal(204)
    expect(accepted(await pageOf(ann, '/account/passkeys'))).to.deep.equal([
      { userId: handleOf(ann.id), ids: [] },
    ])
  })

  it('which of them an account had that was merged into this one', async () => {
    const [ann, bob] = [await signedIn(shared()), await keyed(shared())]
    await mergeInto(ann, bob)
    const [id] = [bob.device.get({ challenge: 'x' }).id]

    expect(accepted(await pageOf(ann, '/account/passkeys'))).to.deep.equal([
      { userId: handleOf(ann.id), ids: [] },
      { userId: handleOf(bob.id), ids: [id] },
    ])
  })

  it('how the person is called, at each page of their account, after a change too', async () => {
    const ann = await signedIn(shared())
    const named = (name: string) =>
      `data-passkey-owner="${handleOf(ann.id)}" data-rp-id="localhost" data-name="${ann.email}" data-display-name="${name}"`
    expect(await pageOf(ann, '/account')).to.include(named('Ann Example'))

    expect((await ann.call('PATCH', '/users/me', { name: 'Ann "A" Weaver' })).status).to.equal(200)

    expect(await pageOf(ann, '/account/profile')).to.include(
      named('Ann &quot;A&quot; Weaver').replace(/&quot;/g, '&#34;'),
    )
  })

  it('that one is nobody’s, after it was refused for that and nothing else', async () => {
    const { client } = shared()
    const ann = await keyed(shared())
    const unknown = Buffer.alloc(32, 9)
    const told = /data-passkey-unknown="([^"]*)" data-rp-id="localhost"/

    const refused = await (await atLogin(client)).signIn(ann.device, { credentialId: unknown })
    const tampered = await (await atLogin(client)).signIn(ann.device, { tampered: true })
    const late = await atLogin(client)
    const lies = { challenge: 'x'.repeat(43), credentialId: unknown }

    expect(told.exec(refused.html)?.[1]).to.equal(unknown.toString('base64url'))
    expect(tampered.html).not.to.match(told)
    expect((await late.signIn(ann.device, lies)).html, 'nobody asked').not.to.match(told)
  })
})
