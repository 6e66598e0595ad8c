import type { Knex } from 'knex'

/** Text messages wait here for their provider, so that a sign-in never does. What they say is sealed: it holds a code. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sms_messages (
      id              uuid primary key,        -- also the idempotency key, so that one handed over twice is one message
      message         text not null,           -- which of the messages, see features/notifications/sms/messages.ts
      user_id         uuid not null,           -- no foreign key: a message may outlive the account
      language        text,                    -- language tag; null: the default one
      sealed          bytea,                   -- AES-256-GCM: number and what it tells; gone once it was sent or given up
      sealing_key_id  text not null,
      state           text not null,           -- waiting | kept | sent | refused | expired | dropped
      created_at      timestamptz(3) not null,
      expires_at      timestamptz(3) not null, -- never sent after it
      due_at          timestamptz(3) not null, -- of the next attempt; one under way has moved it ahead
      attempts        integer not null default 0,
      ended_at        timestamptz(3)
    );
    create index sms_messages_waiting on sms_messages (due_at) where state = 'waiting';
    create index sms_messages_by_age on sms_messages (created_at, id);
    create index sms_messages_by_user on sms_messages (user_id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table sms_messages')
}
