import type { Knex } from 'knex'

/**
 * Access tokens are JWTs without a row of their own, so what ends them early is written here and pushed to every replica.
 * A row is of use only until the last token it concerns has expired.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table revocations (
      id          bigint generated always as identity primary key,
      kind        text not null check (kind in ('sid', 'subject', 'client', 'jti')),
      key         text not null,
      revoked_at  timestamptz(3) not null,  -- for a subject or client: tokens issued until then are void
      expires_at  timestamptz(3) not null,  -- every token it concerns is expired by then
      written_by  xid8 not null default pg_current_xact_id()  -- rows commit in another order than ids are drawn
    );
    create index revocations_by_key on revocations (kind, key);
    create index revocations_by_writer on revocations (written_by);
    create index revocations_expired on revocations (expires_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table revocations')
}
