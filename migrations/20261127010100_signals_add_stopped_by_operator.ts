import type { Knex } from 'knex'

/** Whether an operator paused or disabled a stream: its receiver must not undo that. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table signal_streams add column stopped_by_operator boolean not null default false')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table signal_streams drop column stopped_by_operator')
}
