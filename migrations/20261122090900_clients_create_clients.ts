import type { Knex } from 'knex'

/** Applications that may ask for tokens, and the hashes of their secrets: several, so that rotation needs no downtime. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table clients (
      id           text primary key check (id like 'gh!_%' escape '!'),  -- ours, so that it is never a user's id or subject
      name         text not null,
      owner_type   text not null check (owner_type in ('system', 'organization', 'user')),
      owner_id     text,
      first_party  boolean not null,
      development  boolean not null,              -- has an http loopback address as a web client
      disabled_at  timestamptz(3),
      metadata     jsonb not null,                -- names of OpenID Connect Dynamic Client Registration 1.0, section 2
      version      integer not null default 1,    -- rises with every change of the client or its secrets
      created_at   timestamptz(3) not null,
      updated_at   timestamptz(3) not null,
      constraint clients_owner_named check ((owner_type = 'system') = (owner_id is null)),
      constraint clients_first_party_is_ours check (not first_party or owner_type = 'system')
    );
    create index clients_by_creation on clients (created_at desc, id desc);

    create table client_secrets (
      id            uuid primary key,
      client_id     text not null references clients (id) on delete cascade,
      hash          bytea not null,               -- SHA-256 of 256 random bits
      created_at    timestamptz(3) not null,
      expires_at    timestamptz(3),               -- set when a successor was made
      last_used_at  timestamptz(3)                -- best effort, within a minute
    );
    create index client_secrets_by_client on client_secrets (client_id);
    create unique index client_secrets_one_current on client_secrets (client_id) where expires_at is null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table client_secrets, clients')
}
