import type { Knex } from 'knex'

/** When a client last asked for tokens that somebody has yet to allow, so that one that asks too often is slowed down by any replica. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table oidc_polls (
      kind              text not null,                 -- what is polled for: authentication-request
      id                bytea not null,                -- key of the provider's row
      polled_at         timestamptz(3) not null,
      interval_seconds  integer not null,              -- grows by five each time the client came too soon
      too_soon          boolean not null,              -- whether the last one did
      expires_at        timestamptz(3) not null,
      primary key (kind, id)
    );
    create index oidc_polls_by_end on oidc_polls (expires_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table oidc_polls')
}
