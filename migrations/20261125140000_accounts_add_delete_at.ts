import type { Knex } from 'knex'

/**
 * When an account is erased whose owner asked for it. Until then it is `disabled`, so that every path which refuses
 * disabled people refuses them, and the owner may change their mind.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table users add column delete_at timestamptz(3)')
  await knex.raw('create index users_due_for_deletion on users (delete_at) where delete_at is not null')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table users drop column delete_at')
}
