import type { Knex } from 'knex'

/**
 * To find all that was given to one person, when they are erased. Built under a lock: who waits to migrate next holds a
 * snapshot that an index built concurrently would wait for in turn.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    'create index oidc_payloads_by_account on oidc_payloads (account_id) where account_id is not null',
  )
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index oidc_payloads_by_account')
}
