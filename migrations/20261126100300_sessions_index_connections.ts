import type { Knex } from 'knex'

/** `connection` names the upstream sign-in that proved a session, so that the provider can end what it began. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    'create index sessions_by_connection on sessions (connection) where connection is not null and ended_at is null',
  )
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index sessions_by_connection')
}
