import type { Knex } from 'knex'

/**
 * Where a session was used last, beside where it began, and when a change of its network was last written down: at most once
 * an hour. Both are unknown for sessions of the release before.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table sessions add column last_ip text, add column moved_at timestamptz(3)')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table sessions drop column last_ip, drop column moved_at')
}
