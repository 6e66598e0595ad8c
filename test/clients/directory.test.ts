import { expect } from 'chai'

import {
  createClient,
  deleteClient,
  disableClient,
  enableClient,
  listClients,
  openClients,
  rotateSecret,
} from '../../src/features/clients/index.ts'
import { openSettings } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { type Bus, openBus } from '../../src/platform/bus.ts'
import { secret } from '../../src/platform/crypto/index.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'

const web = { name: 'Shop', redirectUris: ['https://rp.example/cb'] }

async function open(app: Parts) {
  const directory = openClients({ ...app, settings: openSettings(app) })
  afterTest(() => directory.close())
  return directory
}

/** Another process on the same database: a bus of its own. */
async function secondProcess(app: Parts) {
  const url = app.config.database?.direct ?? secret('')
  const bus = openBus(url, app.log)
  afterTest(() => bus.close())
  return { directory: await open({ ...app, bus }), bus }
}

async function until(condition: () => Promise<boolean> | boolean): Promise<number> {
  const began = performance.now()
  while (!(await condition())) {
    if (performance.now() - began > 5_000) throw new Error('it never happened')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return performance.now() - began
}

/** Until everything that was told before has arrived. */
async function quiet(bus: Bus): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20))
  const asked = performance.now()
  await until(() => performance.now() - bus.staleFor() > asked)
}

/** Counts the statements that read a client. */
function countReads(app: Parts): () => number {
  let reads = 0
  const client = app.db.client as { acquireConnection(): Promise<unknown> } // knex leaves its client untyped
  const acquire = client.acquireConnection.bind(client)
  client.acquireConnection = () => {
    reads++
    return acquire()
  }
  return () => reads
}

describe('the directory of clients', () => {
  it('reads a client once, for all who ask at the same time and after', async () => {
    const app = await parts()
    const directory = await open(app)
    const { client } = await createClient(app, bySystem, web)
    await quiet(app.bus)
    const reads = countReads(app)

    const found = await Promise.all(Array.from({ length: 50 }, () => directory.get(client.id)))
    await directory.get(client.id)

    expect(new Set(found).size).to.equal(1)
    expect(found[0]).to.include({ id: client.id, enabled: true })
    expect(reads()).to.equal(1)
  })

  it('sees a change made by another process within a second', async () => {
    const app = await parts()
    const { directory, bus } = await secondProcess(app)
    const { client } = await createClient(app, bySystem, web)
    await quiet(bus)
    await directory.get(client.id)

    await disableClient(app, bySystem, client.id)
    const took = await until(async () => (await directory.get(client.id))?.enabled === false)
    await enableClient(app, bySystem, client.id)
    await until(async () => (await directory.get(client.id))?.enabled === true)

    expect(took).to.be.below(1_000)
  })

  it('forgets a deleted client everywhere within a second', async () => {
    const app = await parts()
    const { directory } = await secondProcess(app)
    const { client } = await createClient(app, bySystem, web)
    await directory.get(client.id)
    await deleteClient(app, bySystem, client.id)
    expect(await until(async () => (await directory.get(client.id)) === null)).to.be.below(1_000)
  })

  it('asks Postgres when the bus is dead', async () => {
    const app = await parts()
    const { directory, bus } = await secondProcess(app)
    const { client } = await createClient(app, bySystem, web)
    await quiet(bus)
    await directory.get(client.id)
    await bus.close()
    await disableClient(app, bySystem, client.id)

    const took = await until(async () => (await directory.get(client.id))?.enabled === false)

    expect(took).to.be.within(300, 1_300)
    await enableClient(app, bySystem, client.id)
    expect(await directory.get(client.id)).to.include({ enabled: true })
  }).timeout(30_000)

  it('finds a client created right after its id was asked for in vain', async () => {
    const app = await parts()
    const directory = await open(app)
    const { client } = await createClient(app, bySystem, web)
    const row: unknown = await app.db('clients').where({ id: client.id }).first('*')
    await app.db('clients').where({ id: client.id }).delete()
    await quiet(app.bus)
    expect(await directory.get(client.id)).to.equal(null)
    const reads = countReads(app)
    expect(await directory.get(client.id)).to.equal(null)
    expect(reads()).to.equal(0)

    await app.db.raw('insert into clients select * from json_populate_record(null::clients, ?)', [
      JSON.stringify(row),
    ])
    const took = await until(async () => (await directory.get(client.id)) !== null)

    expect(took).to.be.below(2_500)
  }).timeout(30_000)

  it('does not ask Postgres about what cannot be a client', async () => {
    const app = await parts()
    const directory = await open(app)
    const reads = countReads(app)
    const strange = [
      '',
      'of another system, and no\nid of it',
      '-gh',
      `gh_${'a'.repeat(10_000)}`,
      '\u0000',
      'gh_aaaaaaaaaaaaaaaaaaaaa\n',
    ]
    expect(await Promise.all(strange.map((id) => directory.get(id)))).to.deep.equal(strange.map(() => null))
    expect(reads()).to.equal(0)
  })

  it('keeps the object of an unchanged client, and what was derived from it, across a gap', async () => {
    const app = await parts()
    const { directory, bus } = await secondProcess(app)
    const { client } = await createClient(app, bySystem, web)
    await quiet(bus)
    const before = await directory.get(client.id)
    await bus.close()
    await until(() => bus.staleFor() > 1_000)

    const after = await directory.get(client.id)

    expect(after).to.equal(before)
    if (!before || !after) throw new Error('not found')
    expect(directory.providerMetadata(after)).to.equal(directory.providerMetadata(before))
    await rotateSecret(app, bySystem, client.id, { overlapSeconds: 60 })
    expect(await directory.get(client.id)).not.to.equal(before)
  }).timeout(30_000)

  it('lists clients page by page, newest first', async () => {
    const app = await parts()
    const ids: string[] = []
    for (let made = 0; made < 5; made++) {
      ids.unshift((await createClient(app, bySystem, web)).client.id)
      app.clock.advance(1)
    }
    const first = await listClients(app, { limit: 3 })
    const last = first.at(-1)
    const second = await listClients(app, { limit: 3, after: last && { at: last.createdAt, id: last.id } })
    expect([...first, ...second].map(({ id }) => id)).to.deep.equal([...ids, 'gh_command_line_gatehouse'])
  })

  it('ends the tokens of a disabled and of a deleted client', async () => {
    const app = await parts()
    const [one, other] = [await createClient(app, bySystem, web), await createClient(app, bySystem, web)]
    await disableClient(app, bySystem, one.client.id, { reason: 'leaked' })
    await disableClient(app, bySystem, one.client.id)
    await deleteClient(app, bySystem, other.client.id)
    const revoked = await app.db('revocations').select('kind', 'key').orderBy('revoked_at')
    expect(revoked).to.deep.equal([
      { kind: 'client', key: one.client.id },
      { kind: 'client', key: other.client.id },
    ])
    const actions = await app.db('audit_records').orderBy('id').pluck('action')
    expect(actions).to.deep.equal(['client.created', 'client.created', 'client.disabled', 'client.deleted'])
    expect(await app.db('client_secrets').where({ client_id: other.client.id })).to.deep.equal([])
  })
})
