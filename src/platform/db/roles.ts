import type { Knex } from 'knex'
import type { Client } from 'pg'

import type { Databases } from '../config/read.ts'
import { roleOf } from './connect.ts'

/**
 * Lets the application's role work on the owner's tables, where the two differ (DATABASE_URL, MIGRATION_DATABASE_URL).
 * It may not change the schema, nor the list of migrations, and may only add audit records, links and checkpoints (tables
 * `audit_records`, `audit_chain`, `audit_checkpoints` and their partitions). The job queue's tables have row security without a policy, so the role gets one on each.
 */
export async function grantToApplication(owner: Knex, databases: Databases): Promise<void> {
  const application = applicationRole(databases)
  if (application === null) return
  await owner.transaction(async (tx) => {
    await tx.raw('revoke create on schema public from public')
    for (const schema of ['public', 'graphile_worker']) await grantOn(tx, schema, application)
    for (const table of await readOnlyTables(tx)) {
      const allowed = table.startsWith('audit_')
        ? 'update, delete, truncate'
        : 'insert, update, delete, truncate'
      await tx.raw(`revoke ${allowed} on ?? from ??`, [table, application])
    }
    for (const table of await secludedTables(tx, application)) {
      await tx.raw('create policy ?? on ??.?? to ?? using (true) with check (true)', [
        policyOf(application),
        'graphile_worker',
        table,
        application,
      ])
    }
  })
}

/** The role to grant to, or null when the owner itself is the application. */
function applicationRole({ application, migration }: Databases): string | null {
  const role = roleOf(application)
  return role === roleOf(migration) || role === '' ? null : role
}

/** Whether nothing came since the last grant: no table out of reach, no row security without a policy. */
export async function isGranted(owner: Client, databases: Databases): Promise<boolean> {
  const application = applicationRole(databases)
  if (application === null) return true
  const { rows } = await owner.query<{ lacking: boolean }>(
    `select exists (
       select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and n.nspname in ('public', 'graphile_worker') and (
         not has_table_privilege($1, c.oid, 'select') or (n.nspname = 'graphile_worker' and c.relrowsecurity and
           not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = $2)))
     ) as lacking`,
    [application, policyOf(application)],
  )
  return rows[0]?.lacking === false
}

const policyOf = (application: string): string => `application_${application}`

async function grantOn(tx: Knex, schema: string, application: string): Promise<void> {
  await tx.raw('grant usage on schema ?? to ??', [schema, application])
  await tx.raw('grant select, insert, update, delete on all tables in schema ?? to ??', [schema, application])
  await tx.raw('grant usage on all sequences in schema ?? to ??', [schema, application])
  await tx.raw('grant execute on all functions in schema ?? to ??', [schema, application])
}

async function readOnlyTables(tx: Knex): Promise<string[]> {
  const { rows } = await tx.raw<{ rows: { name: string }[] }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and c.relname similar to '(audit\\_records|audit\\_chain|audit\\_checkpoints|knex\\_migrations)%'`,
  )
  return rows.map(({ name }) => name)
}

async function secludedTables(tx: Knex, application: string): Promise<string[]> {
  const { rows } = await tx.raw<{ rows: { name: string }[] }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = 'graphile_worker'::regnamespace and c.relrowsecurity and not exists (
       select 1 from pg_policy p where p.polrelid = c.oid and p.polname = ?)`,
    [policyOf(application)],
  )
  return rows.map(({ name }) => name)
}
