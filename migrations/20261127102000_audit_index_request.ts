import type { Knex } from 'knex'

/**
 * What was done in one request is found without reading all that was recorded. The index comes to every month there is, and
 * to each later one as it is attached. Built under a lock, as all of ours: writers of the audit log wait meanwhile.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    'create index audit_records_by_request on audit_records (request_id, recorded_at) where request_id is not null',
  )
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index audit_records_by_request')
}
