import type { Knex } from 'knex'

/** Which sessions are on a device, ended ones too: offline access may be left of them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index sessions_by_device on sessions (device_id) where device_id is not null')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index sessions_by_device')
}
