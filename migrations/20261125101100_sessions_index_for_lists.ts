import type { Knex } from 'knex'

/** Lists of sessions, newest first: of everybody, and of one person with those that have ended. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index sessions_by_start on sessions (started_at, uid);
    create index sessions_by_user on sessions (user_id, started_at, uid);
    create index sessions_by_ip on sessions (ip, started_at, uid);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index sessions_by_start, sessions_by_user, sessions_by_ip')
}
