import type { Knex } from 'knex'

/**
 * On which device a session began, and when it was last used, to the minute: what its owner wants to see beside each.
 * Both are unknown for sessions of the release before.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table sessions add column device_id uuid, add column last_used_at timestamptz(3)')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table sessions drop column device_id, drop column last_used_at')
}
