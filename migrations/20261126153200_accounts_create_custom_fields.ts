import type { Knex } from 'knex'

/** What an operator keeps about people beside the standard claims; the setting users.custom_fields says what there is. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table custom_fields (
      user_id     uuid primary key references users (id),
      fields      jsonb not null,
      updated_at  timestamptz(3) not null
    )
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table custom_fields')
}
