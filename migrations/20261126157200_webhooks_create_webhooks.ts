import type { Knex } from 'knex'

/** Who wants to hear of events, and what of the past is being told again. What is to be told waits in `deliveries`. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table webhooks (
      id                       uuid primary key,
      url                      text not null,
      description              text not null,
      event_types              text[] not null check (event_types <> '{}'),  -- '*': every one
      state                    text not null check (state in ('enabled', 'paused', 'disabled')),
      stopped_because          text check (stopped_because in ('asked', 'failing', 'gone')),
      sealed_secret            bytea not null,                               -- what messages are signed with
      sealing_key_id           text not null,
      previous_sealed_secret   bytea,                                        -- signs beside it until then
      previous_sealing_key_id  text,
      previous_until           timestamptz(3),
      failing_since            timestamptz(3),                               -- the first failure after the last success
      created_by_type          text not null,
      created_by_id            text,
      created_at               timestamptz(3) not null,
      updated_at               timestamptz(3) not null
    );
    create index webhooks_by_age on webhooks (created_at, id);

    create table webhook_replays (
      id            uuid primary key,
      webhook_id    uuid not null references webhooks on delete cascade,
      since         timestamptz(3) not null,
      until         timestamptz(3) not null,
      event_types   text[] not null,
      position_at   timestamptz(3),                                          -- of the last event that was looked at
      position      bigint,
      queued        integer not null default 0,
      created_at    timestamptz(3) not null,
      ended_at      timestamptz(3)
    );
    create unique index webhook_replays_one_running on webhook_replays (webhook_id) where ended_at is null;
    create index webhook_replays_ended on webhook_replays (ended_at) where ended_at is not null;
    create index webhook_replays_of_webhook on webhook_replays (webhook_id)`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table webhook_replays; drop table webhooks')
}
