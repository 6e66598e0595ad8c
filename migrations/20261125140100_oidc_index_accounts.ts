import type { Knex } from 'knex'

/** Big tables are indexed without a lock, which no transaction can do. */
export const config = { transaction: false }

/** To find all that was given to one person, when they are erased. One that was left half built is begun anew. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index concurrently if exists oidc_payloads_by_account')
  await knex.raw(
    'create index concurrently oidc_payloads_by_account on oidc_payloads (account_id) where account_id is not null',
  )
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index concurrently if exists oidc_payloads_by_account')
}
