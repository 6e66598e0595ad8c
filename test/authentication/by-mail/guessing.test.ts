import { expect } from 'chai'

import { linkIn } from '../../support/mailbox.ts'
import { person } from '../../support/people.ts'
import {
  asks,
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

describe('guessing at the code of a mail', () => {
  const shared = sharedOffer()

  it('MF-02: kills the code with the fifth wrong one, and a new code begins no new count', async () => {
    const { app } = shared()
    const ann = await person(app)
    const stranger = await asks(shared(), ann.email)
    const mail = await letterTo(app, ann)
    for (let n = 1; n <= 5; n++) expect((await types(stranger, wrongFor(mail, n))).status).to.equal(401)
    expect((await types(stranger, codeIn(mail))).status).to.equal(401)

    const owner = await asks(shared(), ann.username)
    const newer = await letterTo(app, ann, mail)
    expect((await types(owner, codeIn(newer))).status).to.equal(401)
    expect(await signInsOf(app, ann.id)).to.deep.equal([])
    const reasons = await app
      .db('audit_records')
      .where({ action: 'sign_in.failed', target_id: ann.id })
      .orderBy('id')
      .pluck<string[]>('reason')
    expect(reasons).to.have.members([
      ...Array.from({ length: 5 }, () => 'wrong_code'),
      'too_many_codes',
      'too_many_codes',
    ])
  })

  it('shuts the owner out neither of their password, nor of the link', async () => {
    const { app, client } = shared()
    const ann = await person(app)
    const stranger = await asks(shared(), ann.email)
    const mail = await letterTo(app, ann)
    for (let n = 1; n <= 6; n++) await types(stranger, wrongFor(mail, n))

    expect((await client.signIn(ann)).tokens.claims()).to.include({ acr: 'urn:gatehouse:acr:password' })
    const owner = await asks(shared(), ann.email)
    const newer = await letterTo(app, ann, mail)
    expect(owner.until((await opens(owner, newer)).url)).to.equal(true)
  })

  it('looks at no more than five of twenty that come at once', async () => {
    const { app } = shared()
    const ann = await person(app)
    const waiting = await asks(shared(), ann.email)
    const mail = await letterTo(app, ann)
    const send = sends(waiting)
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        send(`${interactionOf(waiting)}/by-mail/code`, { code: wrongFor(mail, n + 1) }),
      ),
    )
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([401]))
    const looked = { action: 'sign_in.failed', target_id: ann.id, reason: 'wrong_code' }
    expect(await app.db('audit_records').where(looked)).to.have.lengthOf(5)
    expect((await types(waiting, codeIn(mail))).status).to.equal(401)
  })

  it('is forgiven to who types the right one', async () => {
    const { app } = shared()
    const ann = await person(app)
    const waiting = await asks(shared(), ann.email)
    const mail = await letterTo(app, ann)
    for (let n = 1; n <= 4; n++) await types(waiting, wrongFor(mail, n))
    expect(waiting.until((await types(waiting, codeIn(mail))).url)).to.equal(true)
    expect(await app.db('sign_in_code_tries').where({ person_id: ann.id })).to.deep.equal([])
  })

  it('gets one answer, to the byte, for a wrong code, a dead one, a used up one, and of nobody', async () => {
    const { app } = shared()
    const [ann, worn] = [await person(app), await person(app)]
    const shown: string[] = []
    for (const login of [ann.email, worn.email, 'nobody@example.com']) {
      const waiting = await asks(shared(), login)
      const times = login === worn.email ? 7 : 1
      let last = waiting.page
      for (let n = 0; n < times; n++) last = await types(waiting, `1234567${n}`)
      expect(last.status).to.equal(401)
      const uid = interactionOf(waiting).split('/').at(-1) ?? ''
      const csrf = waiting.browser.forms()[0]?.fields.csrf ?? '#'
      const headers = [...last.headers.keys()].filter((name) => name !== 'x-request-id')
      shown.push(
        JSON.stringify([
          headers,
          last.html.replaceAll(uid, '#').replaceAll(csrf, '#').replaceAll(login, '#'),
        ]),
      )
    }
    expect(new Set(shown).size).to.equal(1)
  })

  it('is counted of nobody as of somebody', async () => {
    const { app } = shared()
    const before = await app.db('sign_in_code_tries').pluck<string[]>('person_id')
    const waiting = await asks(shared(), 'really-nobody@example.com')
    for (let n = 1; n <= 6; n++) await types(waiting, `0000000${n}`)
    const rows = await app
      .db('sign_in_code_tries')
      .whereNotIn('person_id', before)
      .select<{ in_window: number; person_id: string }[]>('in_window', 'person_id')
    expect(rows.map(({ in_window: tried }) => tried)).to.deep.equal([5])
    expect(await app.db('users').where({ id: rows[0]?.person_id ?? '' })).to.deep.equal([])
  })
})

describe('the window in which wrong codes are counted', () => {
  it('is an hour, and a hundred in a row are all', async () => {
    const { app, clock, client } = await offered()
    const ann = await person(app)
    const stranger = await asks({ client }, ann.email)
    const mail = await letterTo(app, ann)
    for (let n = 1; n <= 5; n++) await types(stranger, wrongFor(mail, n))
    clock.advance(3601)
    const owner = await asks({ client }, ann.email)
    const newer = await letterTo(app, ann, mail)
    await app.db('sign_in_code_tries').where({ person_id: ann.id }).update({ in_a_row: 100 })
    expect((await types(owner, codeIn(newer))).status).to.equal(401)

    const again = await asks({ client }, ann.email)
    const last = await letterTo(app, ann, newer)
    expect(again.until((await opens(again, last)).url), linkIn(last)).to.equal(true)
    expect(await app.db('sign_in_code_tries')).to.deep.equal([])
  })
})
