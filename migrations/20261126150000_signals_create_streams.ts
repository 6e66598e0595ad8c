import type { Knex } from 'knex'

/**
 * Shared signals (OpenID SSF 1.0): one stream a client, which says what it wants to hear and how, what waits for it, and whom it
 * does not want to hear of.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table signal_streams (
      id                    uuid primary key,
      client_id             text not null unique references clients (id) on delete cascade,
      method                text not null,           -- push | poll
      endpoint_url          text,                    -- of push: where to
      sealed_authorization  bytea,                   -- of push: the header to send, under a key-encryption key
      sealing_key_id        text,
      events_requested      text[] not null,
      description           text,
      status                text not null,           -- enabled | paused | disabled
      status_reason         text,
      run                   integer not null default 0, -- how often it was enabled anew: what was held is queued again then
      verified_at           timestamptz(3),          -- when it last asked for a verification
      created_at            timestamptz(3) not null,
      updated_at            timestamptz(3) not null
    );
    create index signal_streams_by_age on signal_streams (created_at, id);

    create table signal_events (
      id          uuid primary key,                  -- jti: the same at every attempt
      stream_id   uuid not null references signal_streams (id) on delete cascade,
      type        text not null,
      user_id     uuid,                              -- whom it is about; no foreign key: it may outlive the account
      subject     text,                              -- what the client knows them by
      sid         text,                              -- the session it is about, by its name at the client
      cause       text,                              -- of the same cause: the same txn
      data        jsonb not null,                    -- enumerations and times; no personal data
      caused_at   timestamptz(3) not null,
      created_at  timestamptz(3) not null,
      expires_at  timestamptz(3) not null
    );
    create index signal_events_of_stream on signal_events (stream_id, id);
    create index signal_events_by_expiry on signal_events (expires_at);
    create index signal_events_by_user on signal_events (user_id) where user_id is not null;

    create table signal_silences (
      stream_id   uuid not null references signal_streams (id) on delete cascade,
      user_id     uuid not null references users (id) on delete cascade,
      created_at  timestamptz(3) not null,
      primary key (stream_id, user_id)
    );
    create index signal_silences_by_user on signal_silences (user_id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table signal_silences, signal_events, signal_streams')
}
