import { randomUUID } from 'node:crypto'
import knex, { type Knex } from 'knex'

import { secret } from '../../src/platform/crypto/index.ts'
import { migrate } from '../../src/platform/db/index.ts'
import { closeTestServer, openTestServer } from './test-server.ts'

const templates = new Map<string, Promise<string>>()

async function asAdmin<Result>(work: (admin: Knex) => Promise<Result>): Promise<Result> {
  const admin = knex({ client: 'pg', connection: await urlOf('postgres'), pool: { min: 0, max: 1 } })
  try {
    return await work(admin)
  } finally {
    await admin.destroy()
  }
}

async function urlOf(database: string): Promise<string> {
  const url = new URL(await openTestServer())
  url.pathname = `/${database}`
  return url.href
}

/** Migrations run once per run of the suite; each test gets a clone. `fill` writes what all clones begin with. */
async function makeTemplate(fill: Fill | undefined): Promise<string> {
  const name = `template_${randomUUID().slice(0, 8)}`
  await asAdmin((admin) => admin.raw('create database ??', [name]))
  const url = await urlOf(name)
  const same = secret(url)
  await migrate({ application: same, migration: same, direct: same })
  await fill?.(url)
  return name
}

export type Fill = (url: string) => Promise<void>

export interface FreshDatabase {
  url: string
  drop(): Promise<void>
}

/** An empty database without any table. */
export async function emptyDatabase(): Promise<FreshDatabase> {
  return create(null)
}

/** A migrated database of one's own; `kind` and `fill` name and make what it begins with. */
export async function freshDatabase(kind = 'empty', fill?: Fill): Promise<FreshDatabase> {
  const template = templates.get(kind) ?? makeTemplate(fill)
  templates.set(kind, template)
  return create(await template)
}

async function create(from: string | null): Promise<FreshDatabase> {
  const name = `test_${randomUUID().slice(0, 8)}`
  await asAdmin(async (admin) => {
    if (from === null) await admin.raw('create database ??', [name])
    else await admin.raw('create database ?? template ?? strategy file_copy', [name, from])
  })
  return { url: await urlOf(name), drop: () => asAdmin((admin) => drop(admin, name)) }
}

async function drop(admin: Knex, name: string): Promise<void> {
  await admin.raw('drop database if exists ?? with (force)', [name])
}

after(async function () {
  this.timeout(60_000) // a busy machine drops databases slowly
  for (const template of templates.values()) {
    const name = await template
    await asAdmin((admin) => drop(admin, name))
  }
  templates.clear()
  await closeTestServer()
})
