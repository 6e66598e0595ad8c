import { expect } from 'chai'

import { forgetPerson, record } from '../../src/features/audit/index.ts'
import type { Gatehouse } from '../../src/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage, type Stage } from '../support/stage.ts'
import { byUser, chainAll, origin, recordAll, times } from './support.ts'

interface Item {
  id: string
  recorded_at: string
  class: string
  action: string
  outcome: string
  actor: { type: string; id: string | null }
  target: { type: string; id: string | null } | null
  ip: string | null
  user_agent: string | null
  personal: string
  personal_changes: unknown
  details: Record<string, unknown> | null
}

interface Page {
  items: Item[]
  next: string | null
}

async function tokenFor(app: Gatehouse, role: string): Promise<{ id: string; token: string }> {
  const someone = await person(app, { role })
  const { tokens } = await (await relyingParty(app)).signIn(someone)
  return { id: someone.id, token: tokens.access_token }
}

const call = (issuer: string, token: string, query = '', method = 'GET'): Promise<Response> =>
  fetch(`${issuer}/admin/audit-logs${query}`, { method, headers: { authorization: `Bearer ${token}` } })

async function page(issuer: string, token: string, query: Record<string, string>): Promise<Page> {
  const reply = await call(issuer, token, `?${new URLSearchParams(query).toString()}`)
  expect(reply.status).to.equal(200)
  return (await reply.json()) as Page
}

const withAdmin = async (opened: Stage) => ({ ...opened, admin: await tokenFor(opened.app, 'admin') })

describe('GET /admin/audit-logs', function () {
  this.timeout(30_000)
  const opened = sharedStage(withAdmin)

  it('shows records newest first, page by page, each once', async () => {
    const { app, issuer, admin } = opened()
    await recordAll(
      app,
      byUser('pages'),
      times(7, { action: 'consent.granted', target: { type: 'client', id: 'web' } }),
    )

    const seen: Item[] = []
    let after: string | null = null
    do {
      const one: Page = await page(issuer, admin.token, {
        actor: 'pages',
        limit: '3',
        ...(after && { after }),
      })
      seen.push(...one.items)
      after = one.next
    } while (after)

    expect(seen).to.have.lengthOf(7)
    const written = seen.map(({ recorded_at: at }) => at)
    expect(written).to.deep.equal([...written].sort().reverse())
    expect(new Set(seen.map(({ id }) => id)).size).to.equal(7)
  })

  it('finds by actor, target, action, class, outcome, request and time, and by several at once', async () => {
    const { app, issuer, admin } = opened()
    const at = (second: number) => new Date(`2026-11-20T10:00:0${second}.000Z`)
    const by = byUser('finder')
    await record(app.db, at(1), by, { action: 'user.disabled', target: { type: 'user', id: 'found' } })
    await record(app.db, at(2), by, {
      action: 'sign_in.failed',
      outcome: 'failure',
      target: { type: 'user', id: 'found' },
    })
    await record(app.db, at(3), by, { action: 'token.issued', target: { type: 'client', id: 'web' } })
    const found = async (query: Record<string, string>) =>
      (await page(issuer, admin.token, { actor: 'finder', ...query })).items.map(({ action }) => action)

    expect(await found({})).to.deep.equal(['token.issued', 'sign_in.failed', 'user.disabled'])
    expect(await found({ target: 'found' })).to.deep.equal(['sign_in.failed', 'user.disabled'])
    expect(await found({ action: 'sign_in.failed' })).to.deep.equal(['sign_in.failed'])
    expect(await found({ class: 'governance' })).to.deep.equal(['user.disabled'])
    expect(await found({ outcome: 'failure' })).to.deep.equal(['sign_in.failed'])
    expect(await found({ request_id: origin.requestId, class: 'token' })).to.deep.equal(['token.issued'])
    expect(await found({ request_id: 'another' })).to.deep.equal([])
    expect(await found({ since: at(2).toISOString() })).to.deep.equal(['token.issued', 'sign_in.failed'])
    expect(await found({ until: at(2).toISOString() })).to.deep.equal(['user.disabled'])
    expect(await found({ action: 'sign_in.failed', class: 'token' })).to.deep.equal([])
    for (const wrong of [
      { action: 'no.such' },
      { class: 'x' },
      { since: 'yesterday' },
      { sort: 'asc' },
      { limit: '0' },
    ]) {
      const reply = await call(
        issuer,
        admin.token,
        `?${new URLSearchParams(wrong as Record<string, string>).toString()}`,
      )
      expect(reply.status, JSON.stringify(wrong)).to.equal(400)
    }
  })

  it('shows what is personal, before and after it is sealed, until the person is erased', async () => {
    const { app, issuer, admin } = opened()
    const entry = {
      action: 'user.enabled',
      target: { type: 'user', id: 'shown' },
      personal: { before: { name: 'A' }, after: { name: 'B' } },
    } as const
    await recordAll(app, byUser('shown'), [entry])
    const shown = async () => {
      const [item] = (await page(issuer, admin.token, { actor: 'shown' })).items
      return (
        item && {
          ip: item.ip,
          agent: item.user_agent,
          personal: item.personal,
          changes: item.personal_changes,
        }
      )
    }
    const readable = {
      ip: origin.ip,
      agent: origin.userAgent,
      personal: 'readable',
      changes: { before: { name: 'A' }, after: { name: 'B' } },
    }

    expect(await shown()).to.deep.equal(readable)
    await chainAll(app)
    expect(await shown()).to.deep.equal(readable)
    await transaction(app.db, (tx) => forgetPerson(tx, app.clock.now(), 'shown'))
    expect(await shown()).to.deep.equal({ ip: null, agent: null, personal: 'erased', changes: null })
  })

  it('LA-06: is itself recorded once for each list that somebody opens, with what they asked for', async () => {
    const { app, issuer, admin } = opened()
    await recordAll(app, byUser('watched'), times(3, { action: 'consent.granted' }))
    const first = await page(issuer, admin.token, { actor: 'watched', limit: '2' })
    await page(issuer, admin.token, { actor: 'watched', limit: '2', after: first.next ?? '' })

    const { items } = await page(issuer, admin.token, { actor: admin.id, action: 'audit.read' })

    const reads = items.filter(({ details }) => details?.actor === 'watched')
    expect(reads).to.have.lengthOf(1)
    expect(reads[0]).to.include({ class: 'governance', outcome: 'success', ip: '127.0.0.1' })
    const other = await tokenFor(app, 'admin')
    const stolen = await call(issuer, other.token, `?actor=watched&limit=2&after=${first.next ?? ''}`)
    expect(stolen.status, 'a position is good for whom it was given to').to.equal(400)
  })

  it('is written out as lines of JSON, of all that the filters let through, and that is recorded first', async () => {
    const { app, issuer, admin } = opened()
    await recordAll(app, byUser('exported'), times(501, { action: 'consent.granted' })) // more than a piece
    await recordAll(app, byUser('exported'), [{ action: 'consent.withdrawn' }])
    const query = '?actor=exported&action=consent.granted&request_id=request-1'
    const reply = await call(issuer, admin.token, query.replace('?', '/export?'))
    const text = await reply.text()
    expect([reply.status, reply.headers.get('content-type')]).to.deep.equal([200, 'application/x-ndjson'])
    const lines = text.trimEnd().split('\n')
    const written = lines.map((line) => JSON.parse(line) as Item)
    expect(new Set(written.map(({ id }) => id)).size).to.equal(501)
    const [newest] = (
      await page(issuer, admin.token, { actor: 'exported', action: 'consent.granted', limit: '1' })
    ).items
    expect(written[0]).to.deep.equal(newest)
    expect(written[0]).to.include({ ip: origin.ip, personal: 'readable' })

    const { items } = await page(issuer, admin.token, { actor: admin.id, action: 'audit.exported' })
    expect(items.map(({ details }) => details?.request_id)).to.deep.equal(['request-1'])
    expect((await call(issuer, admin.token, '/export?limit=5')).status).to.equal(400)
    const nothing = await call(issuer, admin.token, '/export?request_id=99999999999999999999')
    expect([nothing.status, nothing.headers.get('content-type'), await nothing.text()]).to.deep.equal([
      200,
      'application/x-ndjson',
      '',
    ])
    const unkeepable = await call(issuer, admin.token, '/export?actor=%00')
    expect([unkeepable.status, unkeepable.headers.get('content-type')]).to.deep.equal([
      400,
      'application/problem+json',
    ])
    const user = await tokenFor(app, 'user')
    expect((await call(issuer, user.token, '/export')).status).to.equal(403)
  })

  it('LA-06: is for who may read it; a refusal is recorded with actor, target, address and outcome', async () => {
    const { app, issuer, admin } = opened()
    const user = await tokenFor(app, 'user')

    expect((await call(issuer, user.token)).status).to.equal(403)

    const { items } = await page(issuer, admin.token, { actor: user.id, action: 'access.denied' })
    expect(items).to.have.lengthOf(1)
    expect(items[0]).to.deep.include({
      outcome: 'denied',
      target: { type: 'operation', id: 'GET /admin/audit-logs' },
      ip: '127.0.0.1',
    })
  })

  it('AD-14: has no operation that changes it; who tries gets 405 and is recorded, a stranger only gets 405', async () => {
    const { app, issuer, admin } = opened()
    const before = (await app.db('audit_records').where({ action: 'access.denied' }).select('id')).length
    for (const method of ['PUT', 'DELETE', 'PATCH', 'POST']) {
      expect((await call(issuer, admin.token, '', method)).status, method).to.equal(405)
      expect((await fetch(`${issuer}/admin/audit-logs`, { method })).status, method).to.equal(405)
      expect((await call(issuer, admin.token, '/1', method)).status, method).to.equal(404)
    }

    const { items } = await page(issuer, admin.token, { actor: admin.id, action: 'access.denied' })
    expect(items.map(({ target }) => target?.id).sort()).to.deep.equal([
      'DELETE /admin/audit-logs',
      'PATCH /admin/audit-logs',
      'POST /admin/audit-logs',
      'PUT /admin/audit-logs',
    ])
    expect(await app.db('audit_records').where({ action: 'access.denied' }).select('id')).to.have.lengthOf(
      before + 4,
    )
  })

  it('reads along the indexes it names, however many records there are', async () => {
    const { app } = opened()
    const newest = 'order by r.recorded_at desc, r.id desc limit 50'
    const asked: [where: string, index: RegExp][] = [
      [`r.class = 'token'`, /Index Only Scan Backward using audit_records_token_\w+_pkey/],
      [`r.actor_id = 'x'`, /Index Scan Backward using \w+_actor_id_recorded_at_idx/],
      [`r.target_id = 'x'`, /Index Scan Backward using \w+_target_id_recorded_at_idx/],
      [`r.request_id = 'x'`, /Index Scan Backward using \w+_request_id_recorded_at_idx/],
    ]
    for (const [where, index] of asked) {
      const plan = await transaction(app.db, async (tx) => {
        await tx.raw(
          'set local enable_seqscan = off; set local enable_sort = off; set local enable_bitmapscan = off',
        )
        const { rows } = await tx.raw<{ rows: Record<'QUERY PLAN', string>[] }>(
          `explain select r.id from audit_records r where ${where} ${newest}`,
        )
        return rows.map((row) => row['QUERY PLAN']).join('\n')
      })
      expect(plan, where).to.match(index)
      expect(plan, where).not.to.match(/-> {2}Sort|^Sort/m)
    }
  })
})

describe('reading the audit log', () => {
  it('LA-05: is refused when it cannot be recorded', async () => {
    const { app, issuer } = await stage()
    const admin = await tokenFor(app, 'admin')
    await app.db.raw(`alter table audit_records add constraint broken check (action <> 'audit.read')`)

    const reply = await call(issuer, admin.token)

    expect(reply.status).to.equal(500)
    expect(await reply.json()).not.to.have.property('items')
  })
})
