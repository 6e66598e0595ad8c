import type { Knex } from 'knex'

/** The list of who holds a role, the newest first: it must not sort all holders for each page. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index assignments_of_role_by_age on assignments (role, created_at, id) where revoked_at is null and role is not null
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index assignments_of_role_by_age')
}
