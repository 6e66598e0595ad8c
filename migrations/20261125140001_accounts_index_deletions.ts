import type { Knex } from 'knex'

/** Big tables are indexed without a lock, which no transaction can do. */
export const config = { transaction: false }

/** What the job that erases due accounts looks for. One that was left half built is begun anew. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index concurrently if exists users_due_for_deletion')
  await knex.raw(
    'create index concurrently users_due_for_deletion on users (delete_at) where delete_at is not null',
  )
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index concurrently if exists users_due_for_deletion')
}
