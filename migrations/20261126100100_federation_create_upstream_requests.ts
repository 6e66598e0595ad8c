import type { Knex } from 'knex'

/**
 * Requests to a provider that wait for their answer, each for one purpose, one browser and one use; what the answers proved;
 * and what is known of the sessions there. Values that browsers and providers present stand here as SHA-256 only.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table upstream_requests (
      id                uuid primary key,
      state_hash        bytea not null unique,   -- of the state; of the nonce where an application brings an ID token
      provider_id       uuid not null references identity_providers (id) on delete cascade,
      purpose           text not null check (purpose in ('sign-in', 'connect', 'link', 'native', 'id-token')),
      browser_hash      bytea,                   -- of the secret in the browser's cookie
      fresh             boolean not null,        -- the provider is to ask the person again
      attempt_id        bytea,                   -- the sign-in it belongs to
      user_id           uuid references users (id) on delete cascade,  -- whom an identity is to be linked to
      session_uid       text,                    -- in which session that was asked for
      expected_issuer   text,                    -- the identity that is offered, or must come back because one was
      expected_subject  text,
      client_id         text,                    -- the application that waits
      code_challenge    text,                    -- its own, S256 (RFC 7636, section 4.2)
      waiting           bytea,                   -- where the browser goes on to, sealed
      created_at        timestamptz(3) not null,
      expires_at        timestamptz(3) not null,
      answered_at       timestamptz(3),
      outcome           bytea,                   -- what came of it, sealed
      sealing_key_id    text,
      code_hash         bytea unique,            -- of the code that stands for the outcome at the application
      used_at           timestamptz(3),
      offered_at        timestamptz(3)           -- nobody has the identity: whoever signs in may take it
    );
    create index upstream_requests_by_user on upstream_requests (user_id) where user_id is not null;
    create index upstream_requests_by_attempt on upstream_requests (attempt_id) where attempt_id is not null;
    create index upstream_requests_expired on upstream_requests (expires_at);

    create table upstream_sign_ins (
      id           uuid primary key,             -- stands in sessions.connection
      provider_id  uuid not null,                -- no foreign key: sessions outlive a provider
      issuer       text not null,
      subject      text not null,
      sid          text,                         -- the provider's name for its session (Back-Channel Logout 1.0, section 2.1)
      user_id      uuid not null references users (id) on delete cascade,
      at           timestamptz(3) not null
    );
    create index upstream_sign_ins_by_subject on upstream_sign_ins (issuer, subject);
    create index upstream_sign_ins_by_sid on upstream_sign_ins (issuer, sid) where sid is not null;
    create index upstream_sign_ins_by_user on upstream_sign_ins (user_id);
    create index upstream_sign_ins_by_age on upstream_sign_ins (at);

    create table upstream_tokens (
      issuer          text not null,
      subject         text not null,
      user_id         uuid not null references users (id) on delete cascade,
      provider_id     uuid not null references identity_providers (id) on delete cascade,
      sealed          bytea not null,
      sealing_key_id  text not null,
      expires_at      timestamptz(3),
      updated_at      timestamptz(3) not null,
      primary key (issuer, subject),
      foreign key (issuer, subject) references user_identities (issuer, subject) on delete cascade  -- whoever unlinks it
    );
    create index upstream_tokens_by_user on upstream_tokens (user_id);

    create table upstream_logouts (
      issuer      text not null,
      jti_hash    bytea not null,
      expires_at  timestamptz(3) not null,
      primary key (issuer, jti_hash)
    );
    create index upstream_logouts_expired on upstream_logouts (expires_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table upstream_logouts, upstream_tokens, upstream_sign_ins, upstream_requests')
}
