import { expect } from 'chai'

import { sha256 } from '../../src/platform/crypto/index.ts'
import { once } from '../../src/platform/idempotency/index.ts'
import { type Me, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'

interface Fixture extends Stage {
  admin: Me
  other: Me
}

const path = '/admin/apis'

let made = 0

const wanted = () => ({ identifier: `https://idempotent-${String((made += 1))}.example`, name: 'Tides' })

const problemOf = ({ body }: { body: { type?: string } }): string =>
  String(body.type).replace('urn:gatehouse:problem:', '')

describe('Idempotency-Key: asked twice, done once', () => {
  const fixture = sharedStage<Fixture>(async (stage) => ({
    ...stage,
    admin: await signedIn(stage, { as: await person(stage.app, { role: 'admin' }) }),
    other: await signedIn(stage, { as: await person(stage.app, { role: 'admin' }) }),
  }))

  const create = async (who: 'admin' | 'other', key: string, body: object) => {
    const { app, ...people } = fixture()
    const answer = await fetch(app.config.issuer + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${people[who].token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    })
    const said = (await answer.json()) as { id?: string; type?: string }
    return { status: answer.status, body: said, replayed: answer.headers.get('idempotency-replayed') }
  }

  it('answers the repetition as the first, in quotes or bare, and creates one', async () => {
    const { app } = fixture()
    const body = wanted()
    const first = await create('admin', 'a-1', body)
    const second = await create('admin', '"a-1"', body)
    expect(first.status).to.equal(201)
    expect(second).to.deep.equal({ ...first, replayed: 'true' })
    const rows: unknown[] = await app.db('apis').where({ identifier: body.identifier }).pluck('id')
    expect(rows).to.deep.equal([first.body.id])
  })

  it('creates one of ten at once; the others hear that it runs, or what it answered', async () => {
    const body = wanted()
    const answers = await Promise.all(Array.from({ length: 10 }, () => create('admin', 'a-2', body)))
    expect(new Set(answers.map(({ status }) => status))).to.satisfy((all: Set<number>) =>
      [...all].every((status) => status === 201 || status === 409),
    )
    const ids = answers.flatMap((one) => (one.status === 201 ? [one.body.id] : []))
    expect(new Set(ids).size).to.equal(1)
    const refused = answers.find(({ status }) => status === 409)
    if (refused) expect(problemOf(refused)).to.equal('idempotent_request_running')
  })

  it('refuses another request under the same key, and a key that is none', async () => {
    await create('admin', 'a-3', wanted())
    expect(problemOf(await create('admin', 'a-3', wanted()))).to.equal('idempotency_key_reused')
    for (const key of ['two words', '"', 'k'.repeat(256)])
      expect(problemOf(await create('admin', key, wanted())), key).to.equal('idempotency_key_malformed')
  })

  it('keeps no bare hash of what was sent, by which a password in it could be guessed', async () => {
    const { app } = fixture()
    const sent = { body: { password: 'a-bare' } }
    const asked = { key: 'a-bare', caller: 'somebody', operation: 'POST /bare', sent }
    await once(app, asked, () => Promise.resolve({ status: 201, headers: {}, body: null }))
    const prints = await app.db('idempotent_requests').pluck<Buffer[]>('fingerprint')
    expect(prints).to.have.length.above(0)
    expect(prints.some((one) => one.equals(sha256(JSON.stringify(sent))))).to.equal(false)
  })

  it('takes the same key of somebody else for another', async () => {
    const one = await create('admin', 'a-4', wanted())
    const two = await create('other', 'a-4', wanted())
    expect([one.status, two.status]).to.deep.equal([201, 201])
    expect(two.body.id).to.not.equal(one.body.id)
  })

  it('keeps no refusal: mended, it is done under the same key', async () => {
    const body = wanted()
    expect((await create('admin', 'a-5', { ...body, token_format: 'paper' })).status).to.equal(400)
    await create('admin', 'other', body)
    expect(problemOf(await create('admin', 'a-5', body))).to.equal('api_exists')
    expect((await create('admin', 'a-5', wanted())).status).to.equal(201)
  })

  it('refuses rather than do twice what was cut off, and forgets after a day', async () => {
    const { app, clock } = fixture()
    const body = wanted()
    await create('admin', 'a-6', body)
    await app.db('idempotent_requests').update({ answer: null })
    expect(problemOf(await create('admin', 'a-6', body))).to.equal('idempotent_request_running')
    clock.advance(61)
    expect(problemOf(await create('admin', 'a-6', body))).to.equal('idempotent_outcome_unknown')
  })

  it('keeps no secret in clear', async () => {
    const { app } = fixture()
    const { body } = await create('admin', 'a-7', wanted())
    const kept = await app
      .db('idempotent_requests')
      .whereNotNull('answer')
      .select<{ answer: Buffer }[]>('answer')
    expect(kept).to.not.have.length(0)
    for (const { answer } of kept) expect(answer.toString('latin1')).to.not.include(String(body.id))
  })
})
