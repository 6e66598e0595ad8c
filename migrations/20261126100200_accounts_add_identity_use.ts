import type { Knex } from 'knex'

/** What its owner knows an identity by, which provider it came through, and when it was last used; unknown for older ones. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    'alter table user_identities add column provider_id uuid, add column label text, add column last_used_at timestamptz(3)',
  )
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'alter table user_identities drop column provider_id, drop column label, drop column last_used_at',
  )
}
