import type { Knex } from 'knex'

/** Until when somebody who proved a second factor on a device is not asked for one there again. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table devices add column remembered_until timestamptz(3)')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table devices drop column remembered_until')
}
