import type { Knex } from 'knex'

/** Recovery codes live for years: an operator must see which pepper is still needed for them before it goes. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table recovery_codes add column pepper_version text not null default '1';
    alter table recovery_codes alter column pepper_version drop default;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table recovery_codes drop column pepper_version')
}
