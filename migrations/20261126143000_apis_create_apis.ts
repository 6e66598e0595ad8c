import type { Knex } from 'knex'

/**
 * APIs that access tokens are for: how such tokens look and how long they live, which scopes and kinds of authorization
 * details each API knows, and which clients may ask.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table apis (
      id                     uuid primary key,
      identifier             text not null constraint apis_identifier unique,  -- 'resource' and 'aud'; never changes
      name                   text not null,              -- as people read it when they are asked
      owner_type             text not null default 'system',
      owner_id               text,
      token_format           text not null check (token_format in ('jwt', 'opaque')),
      signing_algorithm      text not null,              -- of JWTs
      access_token_seconds   integer not null check (access_token_seconds between 60 and 3600),
      open_to                text not null check (open_to in ('listed', 'first-party', 'all')),
      scopes                 jsonb not null,             -- with what each lets a client do, by language
      detail_types           jsonb not null,             -- RFC 9396: types, their fields, how they are shown
      revision               integer not null default 1, -- which of two changes was made to what stood there
      created_at             timestamptz(3) not null,
      updated_at             timestamptz(3) not null
    );
    create index apis_by_age on apis (created_at, id);

    create table api_clients (
      api_id     uuid not null references apis (id) on delete cascade,
      client_id  text not null references clients (id) on delete cascade,
      scopes     text[],                                 -- null: all of the API
      primary key (api_id, client_id)
    );
    create index api_clients_by_client on api_clients (client_id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table api_clients, apis')
}
