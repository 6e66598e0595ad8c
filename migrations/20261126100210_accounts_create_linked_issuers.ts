import type { Knex } from 'knex'

/**
 * At which providers an account was ever opened by an identity. Stays when the identity goes: an address there may be given
 * to somebody else one day, who must not be taken for the first.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table linked_issuers (
      user_id    uuid not null references users (id) on delete cascade,
      issuer     text not null,
      linked_at  timestamptz(3) not null,
      primary key (user_id, issuer)
    )
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table linked_issuers')
}
