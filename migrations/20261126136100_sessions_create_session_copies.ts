import type { Knex } from 'knex'

/**
 * Sessions that were presented by a browser or an application which is not the one they began on: when that was last written
 * down, and when their owner was told, which happens once. Apart from `sessions`, since one that has reached no client yet has
 * no row there.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table session_copies (
      session_uid text primary key,
      noticed_at timestamptz(3) not null,
      told_at timestamptz(3)
    )`)
  await knex.raw('create index session_copies_by_time on session_copies (noticed_at)')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table session_copies')
}
