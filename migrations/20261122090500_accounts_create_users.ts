import type { Knex } from 'knex'

/**
 * One row a person, however they sign in. `email` and `username` hold the canonical form (docs/decisions/
 * 0009-identifiers.md), which alone is compared, looked up and written to; `_entered` is what the person typed, for
 * display. Both are free again once an account is deleted.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table users (
      id                 uuid primary key,
      status             text not null check (status in ('pending', 'active', 'locked', 'disabled', 'deleted')),
      status_reason      text,
      status_changed_at  timestamptz(3) not null,
      email              text check (length(email) <= 254 and email ~ '^[^@]+@[^@]+$'),
      email_entered      text,
      email_verified_at  timestamptz(3),
      username           text check (username ~ '^[a-z0-9._-]{3,64}$'),  -- no '@': a username is never an address
      username_entered   text,
      name               text,
      locale             text,
      created_at         timestamptz(3) not null,
      updated_at         timestamptz(3) not null
    );
    create unique index users_email_live on users (email) where status <> 'deleted';
    create unique index users_username_live on users (username) where status <> 'deleted';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table users')
}
