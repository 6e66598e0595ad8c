import type { Knex } from 'knex'

/**
 * What happened by day, counted out of the audit log as it grows, so that looking at a year reads a few hundred rows and never
 * the log (docs/decisions/0044-management-api.md).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table statistics_days (
      day    date not null,            -- of what happened, in UTC
      name   text not null,            -- sign_ins, failures, …
      label  text not null,            -- of failures the reason; empty for all others
      count  bigint not null,
      primary key (day, name, label)
    );

    create table statistics_people (
      day     date not null,
      person  bytea not null,          -- SHA-256 of day and user: another one on every day
      primary key (day, person)
    );

    create table statistics_progress (
      class       text primary key,    -- of the audit log
      chained_at  timestamptz(3) not null, -- the last link that was counted: moves in one commit with the counts
      sequence    bigint not null,
      counted_at  timestamptz(3)       -- when somebody looked last
    );
    insert into statistics_progress (class, chained_at, sequence)
      values ('sign-in', 'epoch', 0), ('token', 'epoch', 0);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table statistics_days, statistics_people, statistics_progress')
}
