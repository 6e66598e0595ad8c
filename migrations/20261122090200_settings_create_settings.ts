import type { Knex } from 'knex'

/** What an operator changes while the service runs. A row is a deviation from the default; resetting deletes it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table settings (
      key         text not null,
      scope       text not null check (scope in ('system', 'organization', 'client')),
      scope_id    text not null check ((scope = 'system') = (scope_id = '') and char_length(scope_id) <= 200),
      value       jsonb not null,
      changed_at  timestamptz(3) not null,
      primary key (key, scope, scope_id)
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table settings')
}
