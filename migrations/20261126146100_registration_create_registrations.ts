import type { Knex } from 'knex'

/** Rights to register a client (initial access tokens), and how each client that registered itself may change itself. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table registration_tokens (
      id          uuid primary key,
      token_hash  bytea not null unique,          -- SHA-256 of 256 random bits
      name        text,
      uses        integer not null check (uses > 0),
      uses_left   integer not null check (uses_left between 0 and uses),
      policy      jsonb,                          -- null: the setting registration.policy
      created_at  timestamptz(3) not null,
      expires_at  timestamptz(3) not null,
      revoked_at  timestamptz(3)
    );
    create index registration_tokens_by_creation on registration_tokens (created_at desc, id desc);
    create index registration_tokens_expired on registration_tokens (expires_at);

    create table client_registrations (
      client_id           text primary key references clients (id) on delete cascade,
      token_hash          bytea not null unique,  -- of the registration access token
      initial_token_id    uuid,                   -- by which it came; a token may be gone
      policy              jsonb,                  -- of that token; null: the setting registration.policy
      software_statement  text,
      software_id         text,
      software_version    text,
      registered_at       timestamptz(3) not null
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table client_registrations, registration_tokens')
}
