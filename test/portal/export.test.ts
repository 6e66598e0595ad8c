import { expect } from 'chai'

import { mergeInto } from '../merging/support.ts'
import { asked, till } from '../oidc/ciba/support.ts'
import { keyed } from '../passkeys/support.ts'
import { problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { visitor } from './support.ts'

interface Exported {
  account: Record<string, unknown>
  profile: Record<string, unknown>
  events: { action: string }[]
}

describe('a copy of one’s data', () => {
  const shared = sharedStage()

  it('holds every part, as a file, and no secret', async () => {
    const { app } = shared()
    const ann = await keyed(shared())
    await ann.call('PATCH', '/profile/me', { given_name: 'Ann', address: { street_address: 'Limmatquai 1' } })
    const partner = await relyingParty(app, { firstParty: false })
    await signedIn(shared(), { as: ann, client: partner, scope: 'openid email' })

    await asked(shared().issuer, await till(app), ann)
    await mergeInto(ann, await person(app))

    const reply = await ann.call('GET', '/users/me/export')

    expect(reply.status).to.equal(200)
    expect(reply.headers.get('content-disposition')).to.match(
      /^attachment; filename="account-\d{4}-\d\d-\d\d\.json"$/,
    )
    const { account, profile, events, ...rest } = reply.body as unknown as Exported
    expect(account).to.include({ id: ann.id, email: ann.email, username: ann.username, email_verified: true })
    expect(profile).to.deep.include({ given_name: 'Ann', address: { street_address: 'Limmatquai 1' } })
    expect(events.map(({ action }) => action)).to.include.members(['sign_in.succeeded', 'user.updated'])
    expect(rest).to.include.keys(
      'identities',
      'passkeys',
      'sessions',
      'devices',
      'consents',
      'authentication_requests',
      'merges',
      'sign_ins',
      'exported_at',
    )
    for (const [name, part] of Object.entries(rest))
      if (Array.isArray(part)) expect(part, name).not.to.be.empty
    const text = JSON.stringify(reply.body)
    const secrets = await app
      .db('user_credentials')
      .select<{ hash: string }[]>('hash')
      .where({ user_id: ann.id })
    for (const { hash } of secrets) expect(text).not.to.include(hash)
    expect(text).not.to.match(/\$argon2|token_hash|"sid"/)
  })

  it('is recorded, and seen among one’s events', async () => {
    const ann = await signedIn(shared())
    await ann.call('GET', '/users/me/export')
    const { items } = (await ann.call('GET', '/users/me/events')).body as {
      items: { action: string; by_you: boolean }[]
    }
    expect(items[0]).to.include({ action: 'data.exported', by_you: true })
  })

  it('is not for every minute', async () => {
    const ann = await signedIn(shared())
    for (let count = 0; count < 5; count++)
      expect((await ann.call('GET', '/users/me/export')).status).to.equal(200)
    const refused = await ann.call('GET', '/users/me/export')
    expect([refused.status, problemOf(refused)]).to.deep.equal([429, 'too_many_requests'])
    expect(Number(refused.headers.get('retry-after'))).to.be.greaterThan(0)
  })

  it('comes from a page as well', async () => {
    const ann = await visitor(shared(), { path: '/account/data' })
    const file = await ann.browser.submit({})
    expect(file.headers.get('content-disposition')).to.include('attachment')
    expect(file.headers.get('content-type')).to.include('application/json')
    expect(JSON.parse(file.html)).to.have.nested.property('account.email', ann.email)
  })
})

describe('one’s own events', () => {
  const shared = sharedStage()
  interface Events {
    items: { id: string; action: string }[]
    next: string | null
  }

  it('are one’s own alone, newest first, page by page', async () => {
    const [ann, bob] = [await signedIn(shared()), await signedIn(shared())]
    await ann.call('PATCH', '/users/me', { name: 'One' })
    await bob.call('PATCH', '/users/me', { name: 'Two' })
    const all = (await ann.call('GET', '/users/me/events')).body as unknown as Events
    expect(all.items.filter(({ action }) => action === 'user.updated')).to.have.lengthOf(1)

    const first = (await ann.call('GET', '/users/me/events?limit=1')).body as unknown as Events
    expect(first.items.map(({ id }) => id)).to.deep.equal([all.items[0]?.id])
    const next = await ann.call('GET', `/users/me/events?limit=1&after=${first.next ?? ''}`)
    expect((next.body as unknown as Events).items[0]?.id).to.equal(all.items[1]?.id)
    const foreign = await bob.call('GET', `/users/me/events?limit=1&after=${first.next ?? ''}`)
    expect(foreign.status, 'the position of somebody else').to.equal(400)
  })

  it('are shown on a page, in words', async () => {
    const ann = await visitor(shared(), { path: '/account/events' })
    const shown = await ann.go('/account/events')
    expect(shown.html).to.include('Signed in').and.to.include('127.0.0.1')
  })
})
