import type { Knex } from 'knex'

/** Who gave a setting the value it has, beside when: an operator who wonders at a value wants to ask somebody. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table settings
      add column changed_by_type text, -- as an actor of the audit log; null: before this was kept
      add column changed_by_id   text;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table settings drop column changed_by_type, drop column changed_by_id')
}
