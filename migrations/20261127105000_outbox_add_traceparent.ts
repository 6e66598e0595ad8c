import type { Knex } from 'knex'

/** What an event causes later goes on with the trace of its request; the request itself stands in `cause`. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table outbox_events add column traceparent text') // W3C Trace Context, section 3.2; null: untraced
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table outbox_events drop column traceparent')
}
