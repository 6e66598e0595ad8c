import type { Knex } from 'knex'

/**
 * How often the next batch of an import was tried in vain, and why it failed last: one that fails every time must not be tried
 * for ever, and an operator must be able to see what stands in its way.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table user_imports
      add column tries          integer not null default 0,
      add column failure_detail text; -- a code, never what stood in a row
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table user_imports drop column tries, drop column failure_detail')
}
