import type { Knex } from 'knex'

/**
 * What applications ask of people behind their backs (OpenID Connect CIBA Core 1.0): who, for what, and what became of it. The
 * provider's own row of a request says nothing a person could decide on, and is found by a value that nobody has when they do.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table backchannel_requests (
      id                uuid primary key,
      request_key       bytea not null unique,         -- SHA-256 of auth_req_id, the key of the provider's row
      client_id         text not null references clients (id) on delete cascade,
      user_id           uuid not null references users (id) on delete cascade,
      subject           text not null,                 -- the person, as the provider's row names them
      scopes            text[] not null,
      acr_values        text,
      binding_message   text,
      asked_from        text not null,                 -- network address of the client
      asked_at          timestamptz(3) not null,
      expires_at        timestamptz(3) not null,
      state             text not null,                 -- pending | approved | denied | expired | unused
      decided_at        timestamptz(3),
      session_uid       text,                          -- of the session that approving began, as are the next five
      sid               text,
      grant_id          text,
      acr               text,
      amr               text[],
      authenticated_at  timestamptz(3),
      redeemed_at       timestamptz(3),
      sealed            bytea,                         -- AES-256-GCM: auth_req_id and client_notification_token; gone once it was told
      sealing_key_id    text,
      ping_due_at       timestamptz(3),                -- of the next attempt to tell the client; null: nothing to tell
      ping_attempts     integer not null default 0,
      check ((state = 'approved') <= (session_uid is not null and sid is not null and grant_id is not null)),
      check ((sealed is null) = (sealing_key_id is null))
    );
    create index backchannel_requests_pending on backchannel_requests (user_id, asked_at) where state = 'pending';
    create index backchannel_requests_by_user on backchannel_requests (user_id);
    create index backchannel_requests_by_client on backchannel_requests (client_id);
    create index backchannel_requests_open on backchannel_requests (expires_at)
      where state = 'pending' or (state = 'approved' and redeemed_at is null) or sealed is not null;
    create index backchannel_requests_due on backchannel_requests (ping_due_at) where ping_due_at is not null;
    create index backchannel_requests_by_end on backchannel_requests (expires_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table backchannel_requests')
}
