import type { Knex } from 'knex'

/**
 * Domain events, written with their cause, and a mark for each reaction that has taken effect. This is what is true; the
 * jobs of the queue only wake somebody up (docs/decisions/0006-outbox-and-jobs.md).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table outbox_events (
      id               uuid primary key,
      type             text not null,
      version          integer not null,
      published_at     timestamptz(3) not null,
      organization_id  text,
      actor_type       text not null,
      actor_id         text,
      subject          text not null check (char_length(subject) between 1 and 300), -- events of one are kept in order
      sequence         bigint not null generated always as identity unique,
      cause            text,            -- the event or request it follows from
      data             jsonb not null,  -- ids, no personal data
      delivered_at     timestamptz(3)   -- when the last reaction was done with it
    );
    create index outbox_events_waiting on outbox_events (subject, sequence) where delivered_at is null;
    create index outbox_events_delivered on outbox_events (delivered_at) where delivered_at is not null;

    create table outbox_deliveries (
      event_id  uuid not null references outbox_events on delete cascade,
      reaction  text not null,
      outcome   text not null check (outcome in ('done', 'given-up')),
      at        timestamptz(3) not null,
      primary key (event_id, reaction)
    );
    create index outbox_deliveries_given_up on outbox_deliveries (at) where outcome = 'given-up';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table outbox_deliveries; drop table outbox_events')
}
