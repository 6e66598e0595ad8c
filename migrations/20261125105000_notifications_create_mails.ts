import type { Knex } from 'knex'

/** Mails wait here for their server, so that a sign-in never does. What they say is sealed: their links are as good as a password. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table mails (
      id              uuid primary key,        -- also the Message-ID, so that one sent twice is one mail
      letter          text not null,           -- which of the letters, see features/notifications/letters.ts
      user_id         uuid,                    -- no foreign key: a mail may outlive the account, or be for somebody without one
      address_hash    bytea not null,          -- HMAC of the canonical address under the pepper
      language        text,                    -- language tag; null: the default one
      sealed          bytea,                   -- AES-256-GCM: address and what the letter tells; gone once it was delivered or given up
      sealing_key_id  text not null,
      state           text not null,           -- waiting | kept | sent | bounced | suppressed | refused | expired | dropped
      created_at      timestamptz(3) not null,
      expires_at      timestamptz(3) not null, -- never sent after it
      due_at          timestamptz(3) not null, -- of the next attempt; one under way has moved it ahead
      attempts        integer not null default 0,
      ended_at        timestamptz(3)           -- when it was sent, or given up
    );
    create index mails_waiting on mails (due_at) where state = 'waiting';
    create index mails_by_age on mails (created_at, id);
    create index mails_by_user on mails (user_id) where user_id is not null;

    create table mail_suppressions (
      address_hash    bytea primary key,       -- HMAC of the canonical address under the pepper
      reason          text not null,           -- refused | bounced | complained | operator
      suppressed_at   timestamptz(3) not null
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table mail_suppressions, mails')
}
