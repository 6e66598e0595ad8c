import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { visit } from '../oidc/authorize/ask.ts'
import { nativeApp } from '../authentication/native/app.ts'
import { bearer, get, introspect, opens } from '../oidc/tokens/requests.ts'
import { problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import {
  eventsOf,
  everywhere,
  mergeInto,
  offer,
  refusedRefresh,
  subjectsIn,
  trio,
  undo,
  usual,
} from './support.ts'

describe('what a client knows a person by after two accounts were merged', () => {
  const shared = sharedStage()

  it('stays what it was, for a live refresh token as for a new sign-in (OpenID Connect Core 1.0, section 12.2)', async () => {
    const { issuer } = shared()
    const { ann, bob, hers, his, both, ...tokens } = await trio(shared())
    await mergeInto(ann, bob)

    const refreshed = await his.refresh(tokens.bobAtHis.refresh_token ?? '')
    expect(await subjectsIn(issuer, his, refreshed), 'bob’s, refreshed').to.deep.equal(everywhere(bob.id))
    const at = async (client: typeof his) =>
      subjectsIn(issuer, client, (await client.signIn(ann, { parameters: usual })).tokens)
    expect(await at(his), 'where bob alone was known').to.deep.equal(everywhere(bob.id))
    expect(await at(hers), 'where ann alone was known').to.deep.equal(everywhere(ann.id))
    expect(await at(both), 'where both were known').to.deep.equal(everywhere(ann.id))
    const stranger = await relyingParty(shared().app)
    expect(await at(stranger), 'where nobody was known').to.deep.equal(everywhere(ann.id))
    for (const [client, held] of [[hers, tokens.annAtHers] as const, [both, tokens.annAtBoth] as const]) {
      const next = await client.refresh(held.refresh_token ?? '')
      expect(await subjectsIn(issuer, client, next), 'ann’s, refreshed').to.deep.equal(everywhere(ann.id))
    }
  })

  it('cannot stay where both were known: what the merged account has there ends, and the event says so', async () => {
    const { app, issuer } = shared()
    const { ann, bob, both, bobAtBoth, bobAtHis } = await trio(shared())
    expect(await opens(issuer, bobAtBoth.access_token)).to.equal(true)
    const mergeId = await mergeInto(ann, bob)

    expect(await opens(issuer, bobAtBoth.access_token)).to.equal(false)
    expect(await refusedRefresh(both, bobAtBoth)).to.equal('invalid_grant')
    expect(await opens(issuer, bobAtHis.access_token), 'elsewhere it goes on').to.equal(true)
    const [event, ...more] = await eventsOf(app, 'auth.user.merged', ann.id)
    expect(more).to.be.empty
    expect(event).to.deep.include({
      ...{ mergeId, survivingUserId: ann.id, mergedUserId: bob.id },
      clientsKnowingBoth: [{ clientId: both.clientId, survivingSubject: ann.id, mergedSubject: bob.id }],
    })
  })

  it('is what a hint of the client names: its own subject is the person, the other one is not (section 3.1.2.1)', async () => {
    const { ann, bob, his, hers, bobAtHis, annAtHers } = await trio(shared())
    await mergeInto(ann, bob)
    const { browser, tokens } = await his.signIn(ann)

    const hinted = async (client: typeof his, hint: string | undefined) =>
      (await visit(browser, client, { prompt: 'none', id_token_hint: hint ?? '' })).answer
    expect(await hinted(his, tokens.id_token)).to.have.property('code')
    expect(await hinted(his, bobAtHis.id_token), 'one from before').to.have.property('code')
    expect(await hinted(hers, annAtHers.id_token)).to.have.property('code')
    const other = await relyingParty(shared().app)
    const strangers = await other.signIn(await person(shared().app))
    expect(await hinted(other, strangers.tokens.id_token)).to.include({ error: 'login_required' })
  })

  it('works for the browser that is signed in to the merged account, which is the other one’s now', async () => {
    const { app, issuer } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const his = await relyingParty(app)
    const { browser } = await his.signIn(bob)
    await mergeInto(ann, bob)

    const elsewhere = await relyingParty(app)
    const begun = await elsewhere.begin(usual)
    const landing = await browser.go(begun.url, { until: (url) => url.startsWith(elsewhere.redirectUri) })
    const tokens = await elsewhere.finish(begun, landing.url)
    expect(await subjectsIn(issuer, elsewhere, tokens)).to.deep.equal(everywhere(ann.id))
    const again = await his.begin()
    const back = await browser.go(again.url, { until: (url) => url.startsWith(his.redirectUri) })
    expect((await his.finish(again, back.url)).claims()?.sub).to.equal(bob.id)
  })

  it('stays in an application that asks for passwords itself, and is what a service is told', async () => {
    const { app, issuer } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const [phone, service] = [await nativeApp(app), await relyingParty(app, { audiences: [issuer] })]
    const before = await phone.signedIn(bob)
    await mergeInto(ann, bob)

    const after = (await phone.refresh(before.refresh_token)).body
    const anew = await phone.signedIn(ann)
    for (const tokens of [after, anew]) {
      expect(decodeJwt(String(tokens.access_token)).sub).to.equal(bob.id)
      expect(decodeJwt(String(tokens.id_token)).sub).to.equal(bob.id)
      const told = await introspect(issuer, service, tokens.access_token)
      expect(told.body).to.include({ active: true, sub: bob.id })
      expect((await get(`${issuer}/users/me`, bearer(String(tokens.access_token)))).body.id).to.equal(ann.id)
    }
  })

  it('is a pairwise subject of the account it knew, and a new one where it knew neither (section 8)', async () => {
    const { app } = shared()
    const pairwise = (host: string) =>
      relyingParty(app, {
        subjectType: 'pairwise',
        redirectUris: [`https://${host}/cb`],
        postLogoutRedirectUris: [],
      })
    const [hers, his, stranger] = [
      await pairwise('hers.example'),
      await pairwise('his.example'),
      await pairwise('new.example'),
    ]
    const [ann, bob] = [await person(app), await person(app)]
    const known = async (client: typeof hers, who: typeof ann) =>
      (await client.signIn(who)).tokens.claims()?.sub ?? ''
    const [annAtHers, bobAtHis] = [await known(hers, ann), await known(his, bob)]
    await mergeInto(await signedIn(shared(), { as: ann }), bob)
    expect(await known(hers, ann)).to.equal(annAtHers)
    expect(await known(his, ann), 'bob’s').to.equal(bobAtHis)
    expect([ann.id, bob.id, annAtHers, bobAtHis]).not.to.include(await known(stranger, ann))
  })

  it('is a subject of the client’s own where it had one', async () => {
    const { app, issuer, clock } = shared()
    const [ann, bob] = [await signedIn(shared()), await person(app)]
    const his = await relyingParty(app)
    const subject = `pairwise-${bob.id}`
    await app
      .db('subjects')
      .insert({ subject, user_id: bob.id, client_id: his.clientId, created_at: clock.now() })
    expect((await his.signIn(bob)).tokens.claims()?.sub).to.equal(subject)
    await mergeInto(ann, bob)
    const { tokens } = await his.signIn(ann, { parameters: usual })
    expect(await subjectsIn(issuer, his, tokens)).to.deep.equal(everywhere(subject))
  })

  it('survives being merged twice over, and the undoing of the second', async () => {
    const { app, clock } = shared()
    const [bob, eve] = [await signedIn(shared()), await person(app)]
    const hers = await relyingParty(app)
    await hers.signIn(eve)
    const first = await mergeInto(bob, eve)
    expect((await hers.signIn(bob)).tokens.claims()?.sub).to.equal(eve.id)
    const early = await offer(await signedIn(shared()), bob)
    expect(problemOf(early), 'while the first can be undone').to.equal('merge_undoable_held')

    await app.db('account_merges').where({ id: first }).update({ undo_until: clock.now() }) // its days are over
    const ann = await signedIn(shared())
    const second = await mergeInto(ann, bob)
    expect((await hers.signIn(ann)).tokens.claims()?.sub).to.equal(eve.id)

    expect((await undo(ann, second)).status).to.equal(200)
    expect((await hers.signIn(bob)).tokens.claims()?.sub).to.equal(eve.id)
    expect((await hers.signIn(ann)).tokens.claims()?.sub).to.equal(ann.id)
  })
})
