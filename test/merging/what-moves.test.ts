import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { findSession } from '../../src/features/sessions/index.ts'
import { asNative } from '../authentication/native/app.ts'
import { mailsTo } from '../support/mailbox.ts'
import { openBrowser } from '../support/browser.ts'
import { problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { relyingParty, type RelyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { opens } from '../oidc/tokens/requests.ts'
import { mergeInto, offer, refusedRefresh, undo, usual, userRow } from './support.ts'

describe('merging two accounts', () => {
  const shared = sharedStage()

  it('says first what would happen, and does nothing yet', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app, { name: 'Bob Example' })]
    await ann.client.signIn(bob)
    const offered = await offer(ann, bob)
    expect(offered.status).to.equal(201)
    expect(offered.body).to.deep.include({
      surviving: { id: ann.id, email: ann.email, username: ann.username, name: 'Ann Example' },
      merged: { id: bob.id, email: bob.email, username: bob.username, name: 'Bob Example' },
      clients_knowing_both: [{ client_id: ann.client.clientId, name: 'Sample application' }],
    })
    expect(await userRow(app, bob.id)).to.include({ status: 'active' })
    expect((await ann.call('GET', '/users/me/merges')).body).to.deep.equal({ items: [] })
  })

  it('turns the merged account off, and tells who proves its password, and nobody else', async () => {
    const { app, clock } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const client = await relyingParty(app)
    await mergeInto(ann, bob)

    const row = await userRow(app, bob.id)
    expect(row).to.include({ status: 'disabled', status_reason: 'merged', email: bob.email })
    const days = ((row.delete_at as Date).getTime() - clock.now().getTime()) / 86_400_000
    expect(days).to.be.closeTo(14, 0.01)
    const browser = openBrowser()
    await browser.go((await client.begin()).url)
    const wrong = await browser.submit({ login: bob.email, password: 'not the password' })
    expect([wrong.status, wrong.html.includes('merged into another')]).to.deep.equal([401, false])
    const right = await browser.submit({ login: bob.email, password: bob.password })
    expect([right.status, right.html.includes('merged into another')]).to.deep.equal([403, true])
    const native = await asNative(app.config, client).login(bob)
    expect(native.body.type).to.equal('urn:gatehouse:problem:account_merged')
  })

  it('writes to both addresses, with a way back in each', async () => {
    const { app, issuer } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    await mergeInto(ann, bob)
    const [toAnn, toBob] = [await mailsTo(app, ann.email), await mailsTo(app, bob.email)]
    expect(toAnn.find(({ letter }) => letter === 'accounts-merged')?.url).to.equal(`${issuer}/account/merge`)
    expect(toBob.find(({ letter }) => letter === 'account-merged-away')?.url).to.include(
      '/account/merge/undo/',
    )
  })

  it('moves the sessions, which go on, and lists them as the person’s own', async () => {
    const { app, issuer } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const his = await relyingParty(app)
    const { tokens } = await his.signIn(bob, { parameters: usual })
    await mergeInto(ann, bob)
    const { body } = await ann.call('GET', '/users/me/sessions')
    const clients = (body.items as { clients: { client_id: string }[] }[]).flatMap((one) => one.clients)
    expect(clients.map(({ client_id: id }) => id)).to.include(his.clientId)
    expect(await opens(issuer, tokens.access_token)).to.equal(true)

    expect((await ann.call('DELETE', '/users/me/sessions')).status).to.equal(204)
    expect(await refusedRefresh(his, tokens), 'signed out everywhere else').to.equal('invalid_grant')
  })

  it('brings no sign-in back to life that was ended, also one that has reached no client yet', async () => {
    const { app, issuer } = shared()
    const [ann, bob] = [await signedIn(shared()), await signedIn(shared())]
    const his = await relyingParty(app)
    const [known, unknown] = [await his.signIn(bob), await his.signIn(bob)]
    await bob.call('DELETE', '/users/me/sessions')
    const { sid } = decodeJwt(unknown.tokens.access_token)
    const uid = (await findSession(app.db, String(sid)))?.uid ?? ''
    await app.db('sessions').where({ uid }).delete() // as if it had reached none: its time alone tells
    await mergeInto(ann, bob)

    expect(await opens(issuer, known.tokens.access_token)).to.equal(false)
    for (const { browser } of [known, unknown]) {
      const begun = await his.begin({ prompt: 'none' })
      const { url } = await browser.go(begun.url, { until: (next) => next.startsWith(his.redirectUri) })
      expect(new URL(url).searchParams.get('error')).to.equal('login_required')
    }
  })

  it('ends them instead where the account that stays has rights: nobody signed in with those', async () => {
    const { app, issuer } = shared()
    const root = await signedIn(shared(), { as: await person(app, { role: 'admin' }) })
    const bob = await person(app)
    const his = await relyingParty(app)
    const { browser, tokens } = await his.signIn(bob, { parameters: usual })
    await mergeInto(root, bob)
    expect(await opens(issuer, tokens.access_token)).to.equal(false)
    expect(await refusedRefresh(his, tokens)).to.equal('invalid_grant')
    const begun = await (await relyingParty(app)).begin({ prompt: 'none' })
    const landing = await browser.go(begun.url, { until: (url) => url.includes('/callback') })
    expect(new URL(landing.url).searchParams.get('error')).to.equal('login_required')
    expect(await opens(issuer, root.token)).to.equal(true)
  })

  it('unites what applications were allowed; what was taken back stays taken back', async () => {
    const { app, clock } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const give = async (who: string, client: RelyingParty, scopes: string[], withdrawn = false) =>
      app.db('consents').insert({
        ...{ user_id: who, client_id: client.clientId, scopes, granted_at: clock.now() },
        withdrawn_at: withdrawn ? clock.now() : null,
      })
    const clients = await Promise.all(
      Array.from({ length: 4 }, () => relyingParty(app, { firstParty: false })),
    )
    const [his, both, refused, left] = clients as [RelyingParty, RelyingParty, RelyingParty, RelyingParty]
    await give(bob.id, his, ['openid', 'profile'])
    await give(bob.id, both, ['email', 'openid'])
    await give(ann.id, both, ['openid', 'profile'])
    await give(ann.id, refused, ['openid'], true)
    await give(bob.id, refused, ['openid', 'phone'])
    await give(bob.id, left, ['openid'], true)
    const consentsOf = async (who: string) => {
      const rows = await app
        .db('consents')
        .select<{ client_id: string; scopes: string[]; withdrawn_at: Date | null }[]>(
          'client_id',
          'scopes',
          'withdrawn_at',
        )
        .where({ user_id: who })
      return Object.fromEntries(
        rows.map((row) => [row.client_id, row.withdrawn_at ? 'withdrawn' : row.scopes.join(' ')]),
      )
    }
    const before = { ann: await consentsOf(ann.id), bob: await consentsOf(bob.id) }

    const id = await mergeInto(ann, bob)
    expect(await consentsOf(ann.id)).to.deep.equal({
      [his.clientId]: 'openid profile',
      [both.clientId]: 'email openid profile',
      [refused.clientId]: 'withdrawn',
      [left.clientId]: 'withdrawn',
    })
    expect((await undo(ann, id)).status).to.equal(200)
    expect({ ann: await consentsOf(ann.id), bob: await consentsOf(bob.id) }).to.deep.equal(before)
  })

  it('fills what is empty and overwrites nothing; ways in through others move, the own one stays', async () => {
    const { app, clock } = shared()
    const [ann, bob] = [await signedIn(shared()), await signedIn(shared())]
    await ann.call('PATCH', '/profile/me', { nickname: 'annie', address: { locality: 'Leeds' } })
    await bob.call('PATCH', '/profile/me', {
      ...{
        nickname: 'bobby',
        website: 'https://bob.example/',
        address: { country: 'Austria' },
        locale: 'de',
      },
    })
    const [identity, at] = [crypto.randomUUID(), clock.now()]
    const upstream = { id: identity, issuer: 'https://upstream.example', subject: bob.id }
    await app.db('user_identities').insert({ ...upstream, user_id: bob.id, created_at: at })

    const id = await mergeInto(ann, bob)
    const profile = async () => (await ann.call('GET', '/profile/me')).body
    expect(await profile()).to.deep.include({
      ...{ nickname: 'annie', website: 'https://bob.example/', locale: 'de', name: 'Ann Example' },
      ...{ email: ann.email, preferred_username: ann.username, address: { locality: 'Leeds' } },
    })
    const ownerOf = async (issuer: string, subject: string) =>
      (await app.db('user_identities').select<{ user_id: string }[]>('user_id').where({ issuer, subject }))[0]
        ?.user_id
    expect(await ownerOf(upstream.issuer, upstream.subject)).to.equal(ann.id)
    expect(await ownerOf('urn:gatehouse:native', bob.id)).to.equal(bob.id)

    await ann.call('PATCH', '/profile/me', { website: 'https://ann.example/' })
    await undo(ann, id)
    expect(await profile(), 'changed since: stays').to.include({
      website: 'https://ann.example/',
      locale: null,
    })
    expect(await ownerOf(upstream.issuer, upstream.subject)).to.equal(bob.id)
    const told = (await (await signedIn(shared(), { as: bob })).call('GET', '/profile/me')).body
    expect(told).to.include({ website: 'https://bob.example/', nickname: 'bobby', locale: 'de' })
  })

  it('gives address, user name and password to an account that has none, and takes them back', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    await app
      .db('users')
      .where({ id: ann.id })
      .update({ email: null, email_entered: null, email_verified_at: null, username: null })
    await app.db('user_credentials').where({ user_id: ann.id }).delete()

    const id = await mergeInto(ann, bob)
    expect((await ann.call('GET', '/users/me')).body).to.include({
      ...{ email: bob.email, email_verified: true, username: bob.username },
    })
    const signed = await ann.client.signIn(bob)
    expect(signed.tokens.claims()?.sub, 'bob’s name and password open ann’s account').to.equal(ann.id)

    expect((await undo(ann, id)).status).to.equal(200)
    expect(await userRow(app, bob.id)).to.include({
      status: 'active',
      email: bob.email,
      username: bob.username,
    })
    expect(await userRow(app, ann.id)).to.include({ email: null, username: null })
    expect((await ann.client.signIn(bob)).tokens.claims()?.sub).to.equal(bob.id)
  })

  it('stands in the history of both, and in the copy of one’s data', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const id = await mergeInto(ann, bob)
    const records = await app
      .db('audit_records')
      .select<{ target_id: string; details: unknown }[]>('target_id', 'details')
      .where({ action: 'user.merged' })
      .whereIn('target_id', [ann.id, bob.id])
    expect(records.map(({ target_id: target }) => target)).to.have.members([ann.id, bob.id])
    const copy = (await ann.call('GET', '/users/me/export')).body
    expect(copy.merges).to.have.lengthOf(1)
    expect((copy.merges as object[])[0]).to.include({ id, merged_user_id: bob.id, state: 'merged' })
    expect((copy.merges as object[])[0]).not.to.have.any.keys('moved', 'session_uid')
  })

  it('cannot be taken for an account that was merely turned off', async () => {
    const { app } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const root = await signedIn(shared(), { as: await person(app, { role: 'root_admin' }) })
    await mergeInto(ann, bob)
    const enabled = await root.call('PATCH', `/admin/users/${bob.id}`, { status: 'active' })
    expect([enabled.status, problemOf(enabled)]).to.deep.equal([409, 'user_merged'])
    const odd = await root.call('PATCH', `/admin/users/${ann.id}`, { status: 'disabled', reason: 'merged' })
    expect(problemOf(odd)).to.equal('invalid_input')
  })
})
