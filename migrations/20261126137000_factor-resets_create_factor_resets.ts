import type { Knex } from 'knex'

/**
 * What somebody asked for who can prove no second factor any more: that theirs are removed, once they have waited for long
 * enough that its owner would have seen a letter and said no.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table factor_resets (
      id                 uuid primary key,
      user_id            uuid not null references users (id) on delete cascade,
      requested_at       timestamptz(3) not null,
      counted_from       timestamptz(3) not null,   -- requested_at, or a later reset of the password by mail
      ready_at           timestamptz(3) not null,
      expires_at         timestamptz(3) not null,   -- nobody may carry it out after that
      ip                 text not null,             -- where it was asked for, for the letters
      browser            text not null,
      cancelled_at       timestamptz(3),
      cancelled_because  text,
      completed_at       timestamptz(3),
      check (counted_from >= requested_at and ready_at > counted_from and expires_at > ready_at),
      check ((cancelled_at is null) = (cancelled_because is null)),
      check (cancelled_at is null or completed_at is null)
    );
    create unique index factor_resets_one_live on factor_resets (user_id) where cancelled_at is null and completed_at is null;
    create index factor_resets_by_user on factor_resets (user_id);
    create index factor_resets_expired on factor_resets (expires_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table factor_resets')
}
