import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import type { Gatehouse } from '../../src/app.ts'
import { bySystem } from '../../src/platform/app.ts'
import { keyed } from '../passkeys/support.ts'
import { wrongCode } from '../support/authenticator-app.ts'
import { type Answer, problemOf, signedIn } from '../support/my-api.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { begin, begun, enrol, enrolled, listed, strong, toMiddleOfStep, verify } from './support.ts'

const told = (reply: Answer) => [reply.status, problemOf(reply)]

describe('adding an authenticator app', () => {
  const shared = sharedStage()
  const somebody = () => signedIn(shared())
  const now = () => shared().clock.now()

  it('shows a seed of 160 bits as key, link and picture, which is not listed before it is shown to work', async () => {
    const ann = await somebody()

    const { status, body } = await begin(ann, ' Ann’s phone ')

    expect(status).to.equal(201)
    expect(body.secret).to.match(/^[A-Z2-7]{32}$/)
    const uri = new URL(String(body.otpauth_uri))
    expect([uri.protocol, uri.host]).to.deep.equal(['otpauth:', 'totp'])
    expect(decodeURIComponent(uri.pathname)).to.equal(`/Gatehouse:${ann.email}`)
    expect(Object.fromEntries(uri.searchParams)).to.deep.equal({
      ...{ issuer: 'Gatehouse', secret: body.secret, algorithm: 'SHA1', digits: '6', period: '30' },
    })
    expect(body.qr_svg)
      .to.match(/^<svg [^>]*viewBox="0 0 \d+ \d+"/)
      .and.not.to.include('style')
    expect(await listed(ann)).to.be.empty
  })

  it('turns it on by a first code, with ten recovery codes, and writes it down, announces and lists it', async () => {
    const { app } = shared()
    const ann = await somebody()
    const { id, app: phone } = await begun(ann)

    const { status, body } = await verify(ann, id, phone.codeAt(now()).replace(/(...)/, '$1 '))

    expect(status).to.equal(200)
    expect(body.factor).to.deep.include({ id, kind: 'totp', name: 'Phone' })
    const codes = body.recovery_codes as string[]
    expect(new Set(codes)).to.have.lengthOf(10)
    for (const code of codes)
      expect(code).to.match(/^[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{2}$/)
    for (const action of ['factor.added', 'recovery_codes.regenerated'])
      expect(await app.db('audit_records').where({ action, target_id: ann.id }), action).to.have.lengthOf(1)
    const [event] = await app
      .db('outbox_events')
      .select<{ data: object }[]>('data')
      .where({ type: 'auth.factor.added', subject: ann.id })
    expect(event?.data).to.deep.equal({ factorId: id, kind: 'totp' })
  })

  it('gives no new recovery codes with a second app', async () => {
    const ann = await strong(shared())
    const first = await enrol(shared(), ann)
    const second = await enrol(shared(), ann)
    expect([first.codes.length, second.codes.length]).to.deep.equal([10, 0])
    const { body } = await ann.call('GET', '/users/me/factors')
    expect([(body.items as object[]).length, body.recovery_codes_left]).to.deep.equal([2, 10])
  })

  it('refuses a wrong code with one answer, and takes a right one then', async () => {
    const ann = await somebody()
    const { id, app: phone } = await begun(ann)
    for (const code of [wrongCode(phone, now()), '', '1', 'a'.repeat(40), '١٢٣٤٥٦'])
      expect(told(await verify(ann, id, code)), code).to.deep.equal([403, 'factor_code_refused'])
    expect((await verify(ann, id, phone.codeAt(now()))).status).to.equal(200)
  })

  it('(MF-05, MF-11) refuses what somebody else has begun as what nobody has, with their code or one’s own', async () => {
    const [ann, bob] = [await somebody(), await somebody()]
    const [hers, his] = [await begun(ann), await begun(bob)]
    for (const code of [hers.app.codeAt(now()), his.app.codeAt(now())])
      for (const id of [hers.id, '019a0000-0000-7000-8000-000000000000'])
        expect(told(await verify(bob, id, code))).to.deep.equal([404, 'factor_not_found'])
    expect(told(await verify(bob, his.id, hers.app.codeAt(now())))).to.deep.equal([
      403,
      'factor_code_refused',
    ])
    expect((await verify(ann, hers.id, hers.app.codeAt(now()))).status).to.equal(200)
  })

  it('keeps the newest only of what was begun', async () => {
    const ann = await somebody()
    const [older, newer] = [await begun(ann), await begun(ann)]
    expect(told(await verify(ann, older.id, older.app.codeAt(now())))).to.deep.equal([
      404,
      'factor_not_found',
    ])
    expect((await verify(ann, newer.id, newer.app.codeAt(now()))).status).to.equal(200)
  })

  it('keeps one of any number that are begun at the same moment', async () => {
    const ann = await somebody()
    const replies = await Promise.all(Array.from({ length: 8 }, () => begin(ann)))
    expect(replies.map(({ status }) => status)).to.deep.equal(Array.from({ length: 8 }, () => 201))
    expect(await shared().app.db('factors').where({ user_id: ann.id })).to.have.lengthOf(1)
  })

  it('lets one of twenty have a code that is sent twenty times at once', async () => {
    const ann = await somebody()
    const { id, app: phone } = await begun(ann)
    const code = phone.codeAt(now())

    const replies = await Promise.all(Array.from({ length: 20 }, () => verify(ann, id, code)))

    expect(replies.filter(({ status }) => status === 200)).to.have.lengthOf(1)
    const others = replies.filter(({ status }) => status !== 200).map(({ status }) => status)
    for (const status of others) expect([404, 401]).to.include(status) // gone, or their level is not enough any more
    expect(await shared().app.db('recovery_codes').where({ user_id: ann.id })).to.have.lengthOf(10)
  })

  it('refuses more than five a person', async () => {
    const ann = await strong(shared())
    for (let count = 0; count < 5; count++) await enrol(shared(), ann)
    expect(told(await begin(ann))).to.deep.equal([409, 'factors_full'])
  })

  it('is nothing that an application of somebody else may do', async () => {
    const client = await relyingParty(shared().app, { firstParty: false })
    const ann = await signedIn(shared(), { client, scope: 'openid' })
    expect((await ann.call('GET', '/users/me/factors')).status).to.equal(403)
    expect((await begin(ann)).status).to.equal(403)
  })

  it('keeps neither seeds nor codes readable in any table', async () => {
    const { app } = shared()
    const ann = await enrolled(shared())
    await begun(await somebody())
    const pending = await begun(await somebody())
    const seeds = [ann.app.seed, pending.app.seed].flatMap((seed) => [seed.toString('hex'), base32Of(seed)])
    const needles = [...seeds, ...ann.codes, ...ann.codes.map((code) => code.replaceAll('-', ''))]

    const text = await everythingIn(app)

    expect(text).to.include(ann.id)
    for (const needle of needles) expect(text.includes(needle.toLowerCase()), 'in clear').to.equal(false)
  })
})

describe('managing one’s second factors', () => {
  const shared = sharedStage()

  it('renames and removes, and nobody else does', async () => {
    const { app } = shared()
    const [ann, bob] = [await strong(shared()), await signedIn(shared())]
    const { factorId } = await enrol(shared(), ann)
    const path = `/users/me/factors/${factorId}`

    const renamed = await ann.call('PATCH', path, { name: 'Tablet' })
    expect([renamed.status, renamed.body.name]).to.deep.equal([200, 'Tablet'])
    expect((await ann.call('PATCH', path, { name: ' \u0007 ' })).status).to.equal(400)
    for (const reply of [await bob.call('PATCH', path, { name: 'Mine' }), await bob.call('DELETE', path)])
      expect(told(reply)).to.deep.equal([404, 'factor_not_found'])

    const statuses = (await Promise.all([ann.call('DELETE', path), ann.call('DELETE', path)])).map(
      ({ status }) => status,
    )
    expect(statuses.sort()).to.deep.equal([204, 404])
    expect(await listed(ann)).to.be.empty
    expect(
      await app.db('audit_records').where({ action: 'factor.removed', target_id: ann.id }),
    ).to.have.lengthOf(1)
    expect(
      await app.db('outbox_events').where({ type: 'auth.factor.removed', subject: ann.id }),
    ).to.have.lengthOf(1)
  })

  it('gives new recovery codes, and the old ones are gone', async () => {
    const { app } = shared()
    const ann = await strong(shared())
    const { codes } = await enrol(shared(), ann)

    const { status, body } = await ann.call('POST', '/users/me/factors/recovery-codes')

    expect(status).to.equal(201)
    const fresh = body.recovery_codes as string[]
    expect(fresh).to.have.lengthOf(10)
    expect(fresh.filter((code) => codes.includes(code))).to.be.empty
    expect(await app.db('recovery_codes').where({ user_id: ann.id })).to.have.lengthOf(10)
  })

  it('(MF-06) asks for the level that the person has, as RFC 9470, section 3, says it', async () => {
    const ann = await enrolled(shared())
    const path = `/users/me/factors/${ann.factorId}`

    for (const reply of [
      await ann.call('GET', '/users/me/factors'),
      await begin(ann),
      await verify(ann, ann.factorId, '123456'),
      await ann.call('PATCH', path, { name: 'Mine' }),
      await ann.call('DELETE', path),
      await ann.call('POST', '/users/me/factors/recovery-codes'),
    ]) {
      expect(told(reply)).to.deep.equal([401, 'insufficient_user_authentication'])
      expect(reply.headers.get('www-authenticate')).to.include(
        'Bearer error="insufficient_user_authentication", acr_values="urn:gatehouse:acr:mfa", max_age="900"',
      )
    }
    expect(await shared().app.db('factors').where({ id: ann.factorId, name: 'Phone' })).to.have.lengthOf(1)
  })

  it('(MF-06) asks for it before a passkey is added, renamed or deleted, too', async () => {
    const ann = await keyed(shared())
    await enrol(shared(), ann)
    const path = `/users/me/passkeys/${ann.passkeyId}`

    for (const reply of [
      await ann.call('POST', '/users/me/passkeys/options'),
      await ann.call('PATCH', path, { name: 'Mine' }),
      await ann.call('DELETE', path),
    ])
      expect(told(reply)).to.deep.equal([401, 'insufficient_user_authentication'])

    const proven = await strong(shared(), ann)
    expect((await proven.call('DELETE', path)).status).to.equal(204)
  })
})

describe('second factors and time', () => {
  /** Access tokens that outlive what is tried here. */
  async function patient() {
    const opened = await stage()
    await changeSetting(opened.app, bySystem, 'token.access_seconds', 3600)
    return opened
  }

  it('(MF-03) takes a code of this step, the one before and the one after by its own clock, and no other', async () => {
    const opened = await stage()
    toMiddleOfStep(opened)
    const statuses: number[] = []
    for (const steps of [-2, -1, 0, 1, 2]) {
      const ann = await signedIn(opened)
      const { id, app: phone } = await begun(ann)
      statuses.push((await verify(ann, id, phone.codeAt(opened.clock.now(), steps))).status)
    }
    expect(statuses).to.deep.equal([403, 200, 200, 200, 403])
  })

  it('forgets after ten minutes what was begun', async () => {
    const opened = await patient()
    const ann = await signedIn(opened)
    const { id, app: phone } = await begun(ann)
    opened.clock.advance(10 * 60)
    expect(told(await verify(ann, id, phone.codeAt(opened.clock.now())))).to.deep.equal([
      404,
      'factor_not_found',
    ])
  })

  it('(MF-06) asks for a recent sign-in, whatever its level', async () => {
    const opened = await patient()
    const ann = await strong(opened)
    const { factorId } = await enrol(opened, ann)
    opened.clock.advance(16 * 60)
    const path = `/users/me/factors/${factorId}`
    for (const reply of [
      await ann.call('GET', '/users/me/factors'),
      await begin(ann),
      await verify(ann, factorId, '123456'),
      await ann.call('PATCH', path, { name: 'Mine' }),
      await ann.call('DELETE', path),
      await ann.call('POST', '/users/me/factors/recovery-codes'),
    ])
      expect(told(reply)).to.deep.equal([401, 'insufficient_user_authentication'])
  })
})

const base32Of = (seed: Buffer): string => {
  const bits = [...seed].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const letters = bits.match(/.{5}/g) ?? []
  return letters.map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)]).join('')
}

/** Every row of every table of ours, as Postgres shows it; bytes as hexadecimal digits, and what of them is text as text. */
async function everythingIn({ db }: Gatehouse): Promise<string> {
  const { rows } = await db.raw<{ rows: { name: string }[] }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )
  const texts = await Promise.all(
    rows.map(async ({ name }) => {
      const found = await db.raw<{ rows: { row: string }[] }>(`select t::text as row from ${name} t`)
      return found.rows.map(({ row }) => row).join('\n')
    }),
  )
  const text = texts.join('\n')
  const bytes = [...text.matchAll(/\\x([0-9a-f]+)/g)].map(([, hex = '']) =>
    Buffer.from(hex, 'hex').toString('latin1'),
  )
  return [text, ...bytes].join('\n').toLowerCase()
}
