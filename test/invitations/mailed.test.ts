import { expect } from 'chai'

import { createInvitation } from '../../src/features/invitations/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { openBrowser } from '../support/browser.ts'
import { linkIn, mailsTo, mailTo } from '../support/mailbox.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'

const form = { username: '', name: 'Bob', password: 'a quiet harbour at dawn' }

interface Made {
  id: string
  url: string | null
}

interface Listed {
  items: {
    id: string
    email: string | null
    state: string
    sent_at: string | null
    accepted_by: string | null
  }[]
  next: string | null
}

describe('invitations by an administrator', () => {
  const shared = sharedStage(async (built) => {
    await changeSetting(built.app, bySystem, 'registration.mode', 'invitation')
    await changeSetting(built.app, bySystem, 'registration.require_verified_email', true)
    const client = await relyingParty(built.app)
    const tokenOf = async (role?: string) =>
      (await client.signIn(await person(built.app, role === undefined ? {} : { role }))).tokens.access_token
    return { ...built, client, admin: await tokenOf('admin'), user: await tokenOf() }
  })

  const call = (method: string, path: string, token: string, body?: object) =>
    fetch(shared().issuer + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })

  const invite = (body: object, token = shared().admin) => call('POST', '/admin/invitations', token, body)

  async function list(query = ''): Promise<Listed> {
    const reply = await call('GET', `/admin/invitations${query}`, shared().admin)
    return (await reply.json()) as Listed
  }

  it('are mailed to their address alone, accepted once, and prove it', async () => {
    const { app, client } = shared()
    const reply = await invite({ email: 'Bob@example.com', send: true, language: 'de' })
    expect(reply.status).to.equal(201)
    const made = (await reply.json()) as Made
    expect(made.url).to.equal(null)
    const mail = await mailTo(app, 'bob@example.com', 'invitation')
    expect(mail.subject).to.include('eingeladen')

    const browser = openBrowser()
    await browser.go(linkIn(mail))
    const done = await browser.submit({ ...form, email: 'bob@example.com' })

    expect(done.html).to.include('Your account is ready').and.include('href="/account"')
    expect((await openBrowser().go(linkIn(mail))).status).to.equal(403)
    const bob = { id: '', username: '', email: 'bob@example.com', password: form.password }
    expect((await client.signIn(bob)).tokens.claims()).to.include({ email_verified: true })
    expect((await mailsTo(app, 'bob@example.com')).map(({ letter }) => letter)).to.deep.equal(['invitation'])
    const [entry] = (await list('?state=accepted')).items
    expect(entry).to.include({ id: made.id, email: 'bob@example.com', state: 'accepted' })
    expect(entry?.accepted_by).to.be.a('string')
  })

  it('that were handed over by other means prove no address: it is to be proven then', async () => {
    const { app } = shared()
    const { url } = (await (await invite({ email: 'cleo@example.com' })).json()) as Made
    const browser = openBrowser()
    await browser.go(url ?? '')
    const done = await browser.submit({ ...form, email: 'cleo@example.com' })
    expect(done.html).to.include('Look into your mail')
    expect(await app.db('users').where({ email: 'cleo@example.com', status: 'pending' })).to.have.lengthOf(1)

    await browser.go(linkIn(await mailTo(app, 'cleo@example.com', 'verify-email')))
    expect((await browser.submit({})).html).to.include('Your address is confirmed')
  })

  it('LG-03: are used up all the same when the address has an account, so that the link does not tell', async () => {
    const { app } = shared()
    const { email } = await person(app)
    const { id, url } = (await (await invite({})).json()) as Made
    const browser = openBrowser()
    await browser.go(url ?? '')
    expect((await browser.submit({ ...form, email })).html).to.include('Look into your mail')
    expect((await openBrowser().go(url ?? '')).status).to.equal(403)
    const entry = (await list('?state=accepted')).items.find((one) => one.id === id)
    expect(entry).to.include({ state: 'accepted', accepted_by: null })
  })

  it('of one address replace each other, however many are made at once', async () => {
    const { app } = shared()
    const wanted = { email: 'many@example.com', lifetimeSeconds: 3600 }
    await Promise.all(Array.from({ length: 10 }, () => createInvitation(app, bySystem, wanted)))
    const open = await app
      .db('invitations')
      .where({ email: wanted.email })
      .whereNull('withdrawn_at')
      .select('id')
    expect(open).to.have.lengthOf(1)
  })

  it('are taken back once, and then make no account', async () => {
    const { id, url } = (await (await invite({})).json()) as Made
    expect((await call('DELETE', `/admin/invitations/${id}`, shared().admin)).status).to.equal(204)
    expect((await openBrowser().go(url ?? '')).status).to.equal(403)
    const again = await call('DELETE', `/admin/invitations/${id}`, shared().admin)
    expect(again.status).to.equal(404)
    const unknown = await call(
      'DELETE',
      '/admin/invitations/01900000-0000-7000-8000-000000000000',
      shared().admin,
    )
    const shape = async (reply: Response) => ({ ...((await reply.json()) as object), request_id: null })
    expect(await shape(again)).to.deep.equal(await shape(unknown))
  })

  it('are listed by pages, newest first, without their links', async () => {
    const made: string[] = []
    for (let n = 0; n < 5; n++) made.unshift(((await (await invite({})).json()) as Made).id)
    const first = await list('?state=open&limit=3')
    const second = await list(`?state=open&limit=3&after=${encodeURIComponent(first.next ?? '')}`)
    expect([...first.items, ...second.items].slice(0, 5).map(({ id }) => id)).to.deep.equal(made)
    expect(Object.keys(first.items[0] ?? {})).not.to.include.members(['url', 'token_hash'])
    const elsewhere = await call(
      'GET',
      `/admin/invitations?after=${encodeURIComponent(first.next ?? '')}`,
      shared().admin,
    )
    expect(elsewhere.status).to.equal(400)
  })

  it('are for who may, and for addresses', async () => {
    const { user } = shared()
    expect((await invite({}, user)).status).to.equal(403)
    expect((await call('GET', '/admin/invitations', user)).status).to.equal(403)
    const { id } = (await (await invite({})).json()) as Made
    expect((await call('DELETE', `/admin/invitations/${id}`, user)).status).to.equal(403)
    for (const [body, status] of [
      [{ send: true }, 422],
      [{ email: 'nobody', send: true }, 422],
      [{ email: ['a@example.com', 'b@example.com'] }, 400],
      [{ days: 91 }, 400],
    ] as const)
      expect((await invite(body)).status, JSON.stringify(body)).to.equal(status)
  })
})
