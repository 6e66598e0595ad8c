import type { Knex } from 'knex'

/**
 * What the provider keeps: grants, sessions, codes, refresh tokens, pushed requests, single-use marks. One table, since
 * they are written together by one statement. Ids are bearer values, so only their SHA-256 is here.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table oidc_payloads (
      model            smallint not null,      -- see src/features/oidc/storage/models.ts
      id               bytea not null,         -- SHA-256 of the id
      payload          jsonb not null,
      grant_id         bytea,                  -- SHA-256 of the id of the grant it came from
      uid              text,                   -- of a session: the name other rows know it by; no cookie holds it
      account_id       text,
      client_id        text,
      organization_id  uuid,                   -- the tenant whose single sign-on proved it, if one did
      connection       text,
      expires_at       timestamptz(3) not null,
      consumed_at      timestamptz(3),
      revision         integer not null default 0,  -- of a session: which of two requests that loaded it saves it
      successor        bytea,                  -- of a rotated refresh token: the next one, sealed under a key from this one
      successor_id     bytea,                  -- SHA-256 of that next one
      primary key (model, id)
    ) with (fillfactor = 85);
    create index oidc_payloads_by_grant on oidc_payloads (grant_id) where grant_id is not null;
    create unique index oidc_payloads_by_uid on oidc_payloads (uid) where uid is not null;
    create index oidc_payloads_expired on oidc_payloads (expires_at);
    create index oidc_payloads_sealed on oidc_payloads (consumed_at) where successor is not null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table oidc_payloads')
}
