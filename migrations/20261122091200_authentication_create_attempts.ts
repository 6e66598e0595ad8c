import type { Knex } from 'knex'

/**
 * What a sign-in has proven so far. In Postgres, not in the cache: a state that came back would be a proof that nobody
 * gave. Only ever grows until it is used or expires.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sign_in_attempts (
      id          bytea primary key,     -- SHA-256 of the interaction's name
      user_id     uuid not null references users (id) on delete cascade,
      proofs      jsonb not null,        -- [{ "factor": "password", "at": "2026-11-22T10:00:00.000Z" }]
      created_at  timestamptz(3) not null,
      expires_at  timestamptz(3) not null
    );
    create index sign_in_attempts_expired on sign_in_attempts (expires_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table sign_in_attempts')
}
