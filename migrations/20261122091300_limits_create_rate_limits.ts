import type { Knex } from 'knex'

/** Counters that replicas share when there is no Redis; in the form that rate-limiter-flexible reads and writes. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table rate_limits (
      key     text primary key,
      points  integer not null default 0,
      expire  bigint            -- milliseconds since 1970
    );
    create index rate_limits_expired on rate_limits (expire);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table rate_limits')
}
