import type { Knex } from 'knex'

/** An attempt is made by another process, hours later: its log lines and its span still name the request that it follows from. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table deliveries
      add column request_id text,  -- as in log lines and audit records; null: no request began it
      add column traceparent text  -- W3C Trace Context, section 3.2; null: untraced
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table deliveries drop column request_id, drop column traceparent')
}
