import type { Knex } from 'knex'

/**
 * Keys that open an account by themselves: the private half never leaves its owner's device or their passkey provider, so
 * there is nothing here that anybody could sign in with.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table passkeys (
      id                   uuid primary key,
      user_id              uuid not null references users (id) on delete cascade,
      credential_id        bytea not null unique,   -- the authenticator's name for it
      user_handle          bytea not null,          -- whom it was made for: a merge moves the row, and this stays
      public_key           bytea not null,          -- COSE_Key (RFC 9052, section 7)
      sign_count           bigint not null check (sign_count between 0 and 4294967295),
      aaguid               uuid not null,           -- kind of authenticator, by its own word
      transports           text[] not null,
      backup_eligible      boolean not null,        -- whether it may be on several devices; never changes
      backed_up            boolean not null,
      name                 text not null,
      created_at           timestamptz(3) not null,
      last_used_at         timestamptz(3),
      counter_reversed_at  timestamptz(3)           -- when somebody first signed with what looks like a copy
    );
    create index passkeys_by_user on passkeys (user_id, created_at, id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table passkeys')
}
