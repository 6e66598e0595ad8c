import type { Knex } from 'knex'

/**
 * What made a sign-in look unusual, beside what became of it, and whether its person said that it was not theirs. Nullable: the
 * release before writes neither, and an attempt that proved nothing has no score.
 *
 * Where somebody has signed in before is asked at every sign-in, and must not wait behind a flood of failures at their name.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table login_events
      add column risk_score    smallint,
      add column risk_reasons  text[],
      add column disowned_at   timestamptz(3);
    create index login_events_successes on login_events (user_id, at desc, id desc)
      where outcome = 'success' and disowned_at is null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index login_events_successes;
    alter table login_events drop column disowned_at, drop column risk_reasons, drop column risk_score;
  `)
}
