import { expect } from 'chai'
import { Command } from 'commander'

import { commands } from '../../src/features/webhooks/index.ts'
import { limits } from '../../src/platform/limits/index.ts'
import { keepSecret } from '../support/canary.ts'
import { type Answer, type Me, problemOf, signedIn } from '../support/my-api.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { announce, receiver, type Receiver, toThisMachine, until, verifies } from './support.ts'

interface Fixture extends Stage {
  admin: Me
  auditor: Me
  server: Receiver
}

const path = '/admin/webhooks'

/** Runs `gatehouse webhook …` in this process; what it answers with `--json`. */
async function gatehouse(app: Stage['app'], ...words: string[]): Promise<unknown> {
  let out = ''
  const write = process.stdout.write.bind(process.stdout)
  const program = new Command().exitOverride()
  commands(program, () => Promise.resolve(app))
  process.stdout.write = (text) => Boolean((out += String(text)))
  try {
    await program.parseAsync(['webhook', ...words, '--json'], { from: 'user' })
  } finally {
    process.stdout.write = write
  }
  return JSON.parse(out)
}

const secretOf = ({ body }: Answer): string => {
  const secret = String(body.secret)
  keepSecret(secret, secret.slice('whsec_'.length))
  return secret
}

describe('webhooks by /admin/webhooks and on the command line', () => {
  const fixture = sharedStage<Fixture>(
    async (stage) => ({
      ...stage,
      admin: await signedIn(stage, { as: await person(stage.app, { role: 'admin' }) }),
      auditor: await signedIn(stage, { as: await person(stage.app, { role: 'auditor' }) }),
      server: await receiver(),
    }),
    { variables: toThisMachine, worker: true },
  )

  it('are made with a secret that is shown once, changed, rotated, tested and deleted, and the audit says so', async () => {
    const { app, admin, server } = fixture()
    const made = await admin.call('POST', path, { url: server.url, event_types: ['auth.client.deleted'] })
    expect(made.status, JSON.stringify(made.body)).to.equal(201)
    expect(secretOf(made)).to.match(/^whsec_[\w+/]{43}=$/)
    expect(made.body).to.include({ state: 'enabled', stopped_because: null, description: '' })
    expect(made.body.created_by).to.deep.equal({ type: 'user', id: admin.id })
    const one = `${path}/${String(made.body.id)}`
    const shown = await admin.call('GET', one)
    expect(JSON.stringify([shown.body, (await admin.call('GET', path)).body])).to.not.include('whsec_')
    const stored: unknown = await app.db('webhooks').first('*').where({ id: made.body.id })
    expect(JSON.stringify(stored)).to.not.include('whsec_')

    const came = await admin.call('POST', `${one}/test`)
    expect(came.body).to.include({ result: 'delivered', status: 204 })
    expect(server.received.at(-1)?.event).to.include({ type: 'auth.webhook.ping', id: came.body.event_id })
    const changed = await admin.call('PATCH', one, { state: 'paused', description: 'Bookkeeping' })
    expect(changed.body).to.include({ state: 'paused', stopped_because: 'asked', description: 'Bookkeeping' })
    expect(changed.body.event_types, 'stays').to.deep.equal(['auth.client.deleted'])
    const stale = await fetch(app.config.issuer + one, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${admin.token}`,
        'content-type': 'application/json',
        'if-match': shown.headers.get('etag') ?? '',
      },
      body: '{"description":"from an old page"}',
    })
    expect(stale.status).to.equal(412)
    const rotated = await admin.call('POST', `${one}/secret`, { overlap_seconds: 60 })
    expect(rotated.status).to.equal(201)
    const [last] = [server.received.length, await admin.call('POST', `${one}/test`)]
    const ping = server.received[last]
    if (!ping) throw new Error('no ping came')
    expect(verifies(secretOf(rotated), ping) && verifies(String(made.body.secret), ping)).to.equal(true)

    expect((await admin.call('DELETE', one)).status).to.equal(204)
    for (const [method, rest] of [
      ['GET', ''],
      ['DELETE', ''],
      ['PATCH', ''],
      ['GET', '/deliveries'],
      ['POST', '/test'],
    ] as const)
      expect(problemOf(await admin.call(method, one + rest, method === 'PATCH' ? {} : undefined))).to.equal(
        'webhook_not_found',
      )
    const records: unknown[] = await app
      .db('audit_records')
      .where({ target_id: made.body.id })
      .orderBy('id')
      .pluck('action')
    expect(new Set(records)).to.deep.equal(
      new Set([
        ...['webhook.created', 'webhook.tested', 'webhook.updated', 'webhook.secret_rotated'],
        'webhook.deleted',
      ]),
    )
  })

  it('are tested and told once more so often by one caller; then it is 429, and says when to come back', async () => {
    const { app, server } = fixture()
    const admin = await signedIn(fixture(), { as: await person(app, { role: 'admin' }) })
    const made = await admin.call('POST', path, { url: server.url, event_types: ['auth.client.deleted'] })
    const id = String(made.body.id)
    const since = app.clock.now().toISOString()
    const acts = [
      ['webhook-test', 'test', undefined],
      ['webhook-replay', 'replay', { since }],
    ] as const
    const sent = server.received.length
    for (const [limit, act, body] of acts) {
      for (let n = 0; n < limits[limit].points; n++)
        await app.limits.take(limit, `user ${admin.id}`).catch(() => undefined)
      const refused = await admin.call('POST', `${path}/${id}/${act}`, body)
      expect([refused.status, problemOf(refused)], act).to.deep.equal([429, 'too_many_requests'])
      expect(Number(refused.headers.get('retry-after')), act).to.be.within(1, limits[limit].seconds)
      const ofAnother = await gatehouse(app, act, id, ...(body ? ['--since', since] : []))
      expect(ofAnother, act).to.be.an('object')
    }
    expect(server.received.length - sent, 'the ping of somebody else').to.equal(1)
    expect((await admin.call('DELETE', `${path}/${id}`)).status).to.equal(204)
  })

  it('SS-01: an address that is not of the public internet is refused when it is registered, and so is what is wrong', async () => {
    const { admin, server } = fixture()
    const make = (body: Record<string, unknown>) =>
      admin.call('POST', path, { url: server.url, event_types: ['*'], ...body })
    const addresses = [
      ...[
        'https://[::1]/',
        'https://[::ffff:10.0.0.1]/',
        'https://0/',
        'https://2130706434/',
        'https://0x7f.2/',
      ],
      ...['https://169.254.169.254/', 'https://[fd00::1]/', 'https://10.1.2.3/', 'https://100.64.0.1/'],
      ...['https://metadata.google.internal/', 'https://db.internal/', 'https://app.example:8443/'],
      ...['https://u:p@app.example/', 'http://app.example/', 'http://127.0.0.2/', 'https://app.example/#x'],
    ]
    for (const url of addresses) {
      const refused = await make({ url })
      expect(problemOf(refused), url).to.equal('webhook_invalid')
      expect(refused.body.errors, url).to.be.an('array').with.lengthOf(1)
    }
    const wrong = [
      { url: 'ftp://app.example/' },
      ...[[], ['auth.nothing'], ['*', 'auth.user.created'], ['auth.user.created', 'auth.user.created']].map(
        (types) => ({ event_types: types }),
      ),
      { state: 'asleep' },
      { description: 'a\u202eb' },
      { secret: 'mine' },
    ]
    for (const body of wrong) expect((await make(body)).status, JSON.stringify(body)).to.equal(400)
  })

  it('are read by an auditor, and changed only by who may; a body or an id that is wrong is told so', async () => {
    const { admin, auditor, server, issuer } = fixture()
    const made = await admin.call('POST', path, { url: server.url, event_types: ['*'] })
    secretOf(made)
    const one = `${path}/${String(made.body.id)}`
    for (const place of [path, one, `${one}/deliveries`])
      expect((await auditor.call('GET', place)).status).to.equal(200)
    const some = '019ab3c0-0000-7000-8000-000000000000'
    for (const [method, place] of [
      ...([
        ['POST', path],
        ['PATCH', one],
        ['DELETE', one],
        ['POST', `${one}/secret`],
      ] as const),
      ...([
        ['POST', `${one}/test`],
        ['POST', `${one}/replay`],
      ] as const),
      ['POST', `${one}/deliveries/${some}/retry`] as const,
    ]) {
      const refused = await auditor.call(method, place, {})
      expect([refused.status, method, place]).to.deep.equal([403, method, place])
    }
    expect((await fetch(issuer + path)).status).to.equal(401)
    const retry = await admin.call('POST', `${one}/deliveries/${some}/retry`)
    expect(problemOf(retry)).to.equal('delivery_not_found')
    const replays = [{}, { since: 'yesterday' }, { since: '2026-01-02T00:00:00Z', event_id: some }]
    for (const body of [...replays, { since: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' }])
      expect((await admin.call('POST', `${one}/replay`, body)).status, JSON.stringify(body)).to.equal(400)
    expect(problemOf(await admin.call('POST', `${one}/replay`, { event_id: some }))).to.equal(
      'event_not_found',
    )
    await admin.call('PATCH', one, { state: 'disabled' })
    const since = '2026-01-02T00:00:00Z'
    expect(problemOf(await admin.call('POST', `${one}/replay`, { since }))).to.equal('webhook_disabled')
    await admin.call('DELETE', one)
  })

  it('show what they were told, by pages, and what waits; the command line does it all too', async () => {
    const { app, admin, server } = fixture()
    const made = (await gatehouse(
      app,
      'create',
      server.url,
      '--event',
      'auth.client.created',
    )) as Answer['body']
    keepSecret(String(made.secret))
    const id = String(made.id)
    await announce(app, 'logged', 3)
    const all = async (query = '') => (await admin.call('GET', `${path}/${id}/deliveries${query}`)).body
    await until(async () => ((await all('?state=delivered')).items as unknown[]).length === 3)
    const first = await all('?limit=2')
    const [newest] = first.items as Record<string, unknown>[]
    expect(newest).to.include({ event_type: 'auth.client.created', state: 'delivered', last_status: 204 })
    expect(newest).to.include({ attempts: 1, next_attempt_at: null, replay_id: null })
    expect(newest?.last_ms).to.be.a('number')
    const rest = await all(`?limit=2&after=${String(first.next)}`)
    expect(rest.items).to.have.lengthOf(1)
    expect(rest.next).to.equal(null)

    expect(await gatehouse(app, 'deliveries', id, '--state', 'waiting')).to.deep.equal({ deliveries: [] })
    const since = new Date(app.clock.now().getTime() - 60_000).toISOString()
    const replay = (await gatehouse(app, 'replay', id, '--since', since)) as { id: string }
    const of = `${path}/${id}/replays/${replay.id}`
    await until(async () => (await admin.call('GET', of)).body.state === 'ended')
    await until(async () => ((await all('?state=delivered')).items as unknown[]).length >= 6)
    await until(async () => ((await all('?state=waiting')).items as unknown[]).length === 0)
    expect(await gatehouse(app, 'retry', id)).to.deep.equal({ retried: 0 })
    expect(await gatehouse(app, 'test', id)).to.include({ result: 'delivered' })
    const rotated = (await gatehouse(app, 'rotate-secret', id, '--overlap', '0')) as Answer['body']
    keepSecret(String(rotated.secret))
    expect(rotated.previous_secret_until).to.equal(null)
    expect(await gatehouse(app, 'rewrap')).to.deep.include({ rewrapped: 0, unopened: [] })
    expect(await gatehouse(app, 'change', id, '--state', 'disabled')).to.include({ state: 'disabled' })
    expect(await gatehouse(app, 'show', id)).to.include({ id, state: 'disabled' })
    expect(await gatehouse(app, 'list')).to.be.an('array')
    expect(await gatehouse(app, 'delete', id)).to.include({ deleted: true })
  })
})
