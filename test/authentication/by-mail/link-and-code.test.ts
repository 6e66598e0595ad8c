import { expect } from 'chai'

import { jobs } from '../../../src/features/authentication/index.ts'
import { formsOf, openBrowser } from '../../support/browser.ts'
import { linkIn, mailsTo } from '../../support/mailbox.ts'
import { person } from '../../support/people.ts'
import {
  asks,
  claimsOf,
  codeIn,
  interactionOf,
  letterTo,
  offered,
  opens,
  sends,
  sharedOffer,
  signInsOf,
  types,
  wrongFor,
} from './support.ts'

describe('signing in by mail', () => {
  const shared = sharedOffer()

  it('is offered on the sign-in page, and fills in what the client suggested', async () => {
    const { client } = shared()
    const browser = openBrowser()
    const begun = await client.begin({ login_hint: 'ann@example.com' })
    const login = await browser.go(begun.url)
    expect(login.html).to.match(/href="\/interaction\/[\w-]+\/by-mail"/)
    const form = await browser.go(login.url.replace(/login$/, 'by-mail'))
    expect(form.html).to.include('value="ann@example.com"')
    const empty = await browser.submit({ login: ' ' })
    expect(empty.status).to.equal(400)
  })

  it('is done by the code, typed where the sign-in began, and says what was proven (MF-12)', async () => {
    const { app } = shared()
    const ann = await person(app)
    const waiting = await asks(shared(), ann.username)
    expect(waiting.page.html).to.include('Look into your mail')
    const mail = await letterTo(app, ann)

    const claims = await claimsOf(shared(), waiting, await types(waiting, codeIn(mail)))

    expect(claims).to.deep.include({ email: ann.email, acr: 'urn:gatehouse:acr:mail', amr: ['mail'] })
    expect(await signInsOf(app, ann.id)).to.deep.equal([
      { clientId: shared().client.clientId, factor: 'mail', by: 'code', acr: 'urn:gatehouse:acr:mail' },
    ])
    const event = { user_id: ann.id, outcome: 'success', client_id: shared().client.clientId }
    expect(await app.db('login_events').where(event)).to.have.lengthOf(1)
    expect(await app.db('devices').where({ user_id: ann.id })).to.have.lengthOf(1)
  })

  it('is done by the link in the browser that asked, with one press', async () => {
    const { app } = shared()
    const ann = await person(app)
    const waiting = await asks(shared(), ann.email)
    const mail = await letterTo(app, ann)

    const claims = await claimsOf(shared(), waiting, await opens(waiting, mail))

    expect(claims).to.deep.include({ email: ann.email, acr: 'urn:gatehouse:acr:mail', amr: ['mail'] })
    expect(await signInsOf(app, ann.id)).to.deep.equal([
      { clientId: shared().client.clientId, factor: 'mail', by: 'link', acr: 'urn:gatehouse:acr:mail' },
    ])
  })

  it('takes the digits as people write them', async () => {
    const { app } = shared()
    const ann = await person(app)
    const waiting = await asks(shared(), ann.email)
    const code = codeIn(await letterTo(app, ann))
    const landing = await types(waiting, ` ${code.replace(' ', '-')} `)
    expect(waiting.until(landing.url)).to.equal(true)
  })

  it('RG-08: is not done by a scanner that opens the link, here or anywhere', async () => {
    const { app } = shared()
    const ann = await person(app)
    const waiting = await asks(shared(), ann.email)
    const mail = await letterTo(app, ann)
    for (let n = 0; n < 3; n++) await fetch(linkIn(mail), { redirect: 'follow' })
    await waiting.browser.go(linkIn(mail))
    expect(await signInsOf(app, ann.id)).to.deep.equal([])
    const landing = await opens(waiting, mail)
    expect(waiting.until(landing.url)).to.equal(true)
  })

  it('by the link works in no other browser, which is told to use the code and nothing about the person', async () => {
    const { app } = shared()
    const ann = await person(app)
    const waiting = await asks(shared(), ann.email)
    const mail = await letterTo(app, ann)
    const token = linkIn(mail).split('/').at(-1) ?? ''

    const other = openBrowser()
    const elsewhere = await other.go(linkIn(mail))
    expect(elsewhere.status).to.equal(403)
    expect(elsewhere.html).to.include('on the device where you began')
    for (const secret of [ann.email, ann.username, codeIn(mail)])
      expect(elsewhere.html).not.to.include(secret)
    expect(elsewhere.headers.getSetCookie()).to.deep.equal([])
    expect(formsOf(elsewhere.html)).to.deep.equal([])
    const direct = await other.go(`${interactionOf(waiting)}/by-mail/link/${token}`)
    expect(direct.status).to.equal(400)

    // One that waits for a letter of its own, too.
    const bob = await asks(shared(), (await person(app)).email)
    expect((await bob.browser.go(linkIn(mail))).html).to.include('on the device where you began')
    const taken = await sends(bob)(`${interactionOf(bob)}/by-mail/link/${token}`, {})
    expect(taken.status).to.equal(403)
    expect(await signInsOf(app, ann.id)).to.deep.equal([])
    expect(waiting.until((await types(waiting, codeIn(mail))).url)).to.equal(true)
  })

  it('MF-05: MF-08: counts in no other sign-in of the same browser, and for no other person', async () => {
    const { app } = shared()
    const [ann, bob] = [await person(app), await person(app)]
    const first = await asks(shared(), ann.email)
    const mail = await letterTo(app, ann)
    const second = await asks(shared(), bob.email, first.browser)
    await letterTo(app, bob)

    expect((await types(second, codeIn(mail))).status).to.equal(401)
    const token = linkIn(mail).split('/').at(-1) ?? ''
    const crossed = await sends(second)(`${interactionOf(second)}/by-mail/link/${token}`, {})
    expect(crossed.status).to.equal(403)

    const opened = await first.browser.go(linkIn(mail)) // leads back to the sign-in it was asked for in
    expect(opened.url).to.include(interactionOf(first))
    expect(await claimsOf(shared(), first, await opens(first, mail))).to.include({ email: ann.email })
  })

  it('PW-05: dies of a newer one, link and code', async () => {
    const { app } = shared()
    const ann = await person(app)
    const older = await asks(shared(), ann.email)
    const olderMail = await letterTo(app, ann)
    const newer = await asks(shared(), ann.email)
    const newerMail = await letterTo(app, ann, olderMail)

    expect((await types(older, codeIn(olderMail))).status).to.equal(401)
    const ended = await opens(older, olderMail)
    expect([ended.status, ended.html.includes('This link does not work any more')]).to.deep.equal([403, true])
    expect(newer.until((await types(newer, codeIn(newerMail))).url)).to.equal(true)
  })

  it('uses up the link with the code, and the code with the link', async () => {
    const { app } = shared()
    for (const first of ['code', 'link'] as const) {
      const ann = await person(app)
      const waiting = await asks(shared(), ann.email)
      const mail = await letterTo(app, ann)
      await (first === 'code' ? types(waiting, codeIn(mail)) : opens(waiting, mail))
      const ended = await openBrowser().go(linkIn(mail))
      expect(ended.html).to.include('This link does not work any more')
      const token = linkIn(mail).split('/').at(-1) ?? ''
      await sends(waiting)(`${interactionOf(waiting)}/by-mail/link/${token}`, {})
      await sends(waiting)(`${interactionOf(waiting)}/by-mail/code`, { code: codeIn(mail) })
      expect(await signInsOf(app, ann.id)).to.have.lengthOf(1)
    }
  })

  it('serves one of twenty that bring link and code at the same moment', async () => {
    const { app } = shared()
    const ann = await person(app)
    const waiting = await asks(shared(), ann.email)
    const mail = await letterTo(app, ann)
    const token = linkIn(mail).split('/').at(-1) ?? ''
    const send = sends(waiting)
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 5 === 0
          ? send(`${interactionOf(waiting)}/by-mail/code`, { code: codeIn(mail) })
          : send(`${interactionOf(waiting)}/by-mail/link/${token}`, {}),
      ),
    )
    expect(await signInsOf(app, ann.id)).to.have.lengthOf(1)
    expect(replies.map(({ status }) => status).filter((status) => status >= 500)).to.deep.equal([])
  })

  it('is stored by hashes alone, and the code’s is keyed', async () => {
    const { app } = shared()
    const ann = await person(app)
    await asks(shared(), ann.email)
    const mail = await letterTo(app, ann)
    const rows: unknown[] = [await app.db('sign_in_mails'), await app.db('links'), await app.db('mails')]
    const told = JSON.stringify(rows)
    for (const secret of [linkIn(mail).split('/').at(-1) ?? '', codeIn(mail), codeIn(mail).replace(' ', '')])
      expect(told).not.to.include(secret)
    const [row] = await app.db('sign_in_mails').where({ person_id: ann.id }).select<{ code_hash: Buffer }[]>()
    expect(row?.code_hash).to.have.lengthOf(32)
    expect(mail.text).to.include(codeIn(mail))
    expect(await mailsTo(app, ann.email)).to.have.lengthOf(1)
  })

  it('LG-11: is not done by a form of another site, nor without the token of its page', async () => {
    const { app } = shared()
    const ann = await person(app)
    const waiting = await asks(shared(), ann.email)
    const mail = await letterTo(app, ann)
    const code = codeIn(mail)
    const foreign = await waiting.browser.submit(
      { code },
      { headers: { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' } },
    )
    expect(foreign.status).to.equal(403)
    const send = sends(waiting)
    expect((await send(`${interactionOf(waiting)}/by-mail/code`, { code, csrf: 'x' })).status).to.equal(403)
    const link = `${interactionOf(waiting)}/by-mail/link/${linkIn(mail).split('/').at(-1) ?? ''}`
    expect((await send(link, { csrf: 'x' })).status).to.equal(403)
    expect(
      (await send(`${interactionOf(waiting)}/by-mail`, { login: ann.email, csrf: 'x' })).status,
    ).to.equal(403)
    expect(await signInsOf(app, ann.id)).to.deep.equal([])
  })
})

describe('what was mailed to sign in by', () => {
  it('MF-08: is good for ten minutes, and forgotten', async () => {
    const { app, clock, client } = await offered()
    const ann = await person(app)
    const waiting = await asks({ client }, ann.email)
    const mail = await letterTo(app, ann)
    expect((await types(waiting, wrongFor(mail))).status).to.equal(401)
    clock.advance(601)
    expect((await types(waiting, codeIn(mail))).status).to.equal(401)
    expect((await opens(waiting, mail)).status).to.equal(403)
    expect(await signInsOf(app, ann.id)).to.deep.equal([])

    const sweep = jobs(app).find(({ name }) => name === 'authentication.sweep-mails')
    await sweep?.run(null)
    expect(await app.db('sign_in_mails')).to.deep.equal([])
    expect(await app.db('sign_in_code_tries')).to.have.lengthOf(1)
    clock.advance(181 * 24 * 3600)
    await sweep?.run(null)
    expect(await app.db('sign_in_code_tries')).to.deep.equal([])
  })

  it('is good on every replica, once', async () => {
    const { app, client, replica } = await offered()
    const { origin } = await replica()
    const ann = await person(app)
    const waiting = await asks({ client }, ann.email)
    const mail = await letterTo(app, ann)
    const send = sends(waiting)
    const fields = { code: codeIn(mail) }
    const codeUrl = `${interactionOf(waiting)}/by-mail/code`
    const wrong = await send(codeUrl, { code: wrongFor(mail) }, origin)
    expect(wrong.status).to.equal(401)
    await Promise.all(Array.from({ length: 4 }, (_, n) => send(codeUrl, fields, n % 2 ? origin : undefined)))
    expect(await signInsOf(app, ann.id)).to.have.lengthOf(1)
  })
})
