import type { Knex } from 'knex'

/**
 * What relying parties know a person by (the claim `sub`) is a row of its own, so that imported subjects, merged
 * accounts and pairwise identifiers (OpenID Connect Core 1.0, section 8) never rewrite one that was handed out.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table subjects (
      subject     text primary key check (subject ~ '^[\\x21-\\x7e]{1,255}$'),
      user_id     uuid not null references users (id),
      client_id   text,                      -- null: the default, used with every client that has none of its own
      created_at  timestamptz(3) not null,
      constraint subjects_one_per_client unique nulls not distinct (user_id, client_id)
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table subjects')
}
