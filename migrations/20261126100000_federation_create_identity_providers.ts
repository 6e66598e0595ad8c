import type { Knex } from 'knex'

/**
 * Providers that people may sign in with, and domains whose addresses one of them speaks for. One row an issuer: the pair
 * of issuer and subject is a person's identity, so two rows with one issuer could mean two people by the same pair.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table identity_providers (
      id              uuid primary key,
      slug            text not null constraint identity_providers_slug unique
                        check (slug ~ '^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])\\?$'),  -- its name in URLs; never changes
      connector       text not null,
      name            text not null,                  -- as people read it on the button
      enabled         boolean not null,
      position        integer not null,
      issuer          text not null constraint identity_providers_issuer unique,
      client_id       text not null,
      sealed_secret   bytea,                          -- client secret, or the private key that signs one
      sealing_key_id  text,
      options         jsonb not null,                 -- what the connector wants to know besides, checked by its schema
      policy          jsonb not null,                 -- for whom an account is made
      mapping         jsonb not null,                 -- claim of ours -> JSON pointer into what the provider says
      keep_tokens     boolean not null,
      owner_type      text not null default 'system',
      owner_id        text,
      revision        integer not null default 1,     -- which of two changes was made to what stood there
      created_at      timestamptz(3) not null,
      updated_at      timestamptz(3) not null
    );

    create table provider_domains (
      provider_id  uuid not null references identity_providers (id) on delete cascade,
      domain       text not null,                     -- canonical
      challenge    text not null,                     -- what the TXT record must say
      added_at     timestamptz(3) not null,
      proven_at    timestamptz(3),                    -- null: not proven (any more)
      checked_at   timestamptz(3),
      primary key (provider_id, domain)
    );
    create unique index provider_domains_proven on provider_domains (domain) where proven_at is not null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table provider_domains, identity_providers')
}
