import type { Knex } from 'knex'

/** Events are read again by their time, for whoever missed some. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index outbox_events_by_time on outbox_events (published_at, sequence)')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index outbox_events_by_time')
}
