import type { Knex } from 'knex'

/**
 * A security key that does not verify its owner opens no account by itself: it is a second factor, and must never be taken
 * for a passkey.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table passkeys
      add column purpose text not null default 'passkey' check (purpose in ('passkey', 'security-key'))
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table passkeys drop column purpose')
}
