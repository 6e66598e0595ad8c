import type { Knex } from 'knex'

/**
 * Events are looked for where they stand; the queue has a job for one whose reaction failed, and for no other
 * (docs/decisions/0006-outbox-and-jobs.md).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table outbox_events
      add column failed_at timestamptz(3);  -- since when a job of the queue tries it again; null: no reaction has failed
    create index outbox_events_fresh on outbox_events (subject) where delivered_at is null and failed_at is null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index outbox_events_fresh;
    alter table outbox_events drop column failed_at;
  `)
}
