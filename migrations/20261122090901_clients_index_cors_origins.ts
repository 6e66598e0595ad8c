import type { Knex } from 'knex'

/** A browser's preflight names an origin and no client: whether any client registered it must be a cheap question. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index clients_by_cors_origin on clients using gin ((metadata -> 'cors_origins'))`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index clients_by_cors_origin')
}
