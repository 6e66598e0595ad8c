import type { Knex } from 'knex'

/**
 * When a verification of the whole log was last at work: one whose process was killed stays locked in the queue for four
 * hours, and whoever asks anew must not wait for that.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table audit_verification_beats (
      id  uuid primary key, -- of the verification
      at  timestamptz(3) not null
    )
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table audit_verification_beats')
}
