import type { Knex } from 'knex'

/** Values sent to an address, each good for one purpose and one use; known here by their hash only. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table links (
      id             uuid primary key,
      token_hash     bytea not null unique,   -- SHA-256 of the 256-bit value in the link
      purpose        text not null,
      user_id        uuid not null,           -- no foreign key: the table of people stands on a higher floor
      address        text not null,           -- canonical; the one it was sent to, and the only one it speaks for
      created_at     timestamptz(3) not null,
      expires_at     timestamptz(3) not null,
      used_at        timestamptz(3),
      superseded_at  timestamptz(3)           -- a newer one of the same purpose was asked for
    );
    create unique index links_one_open on links (user_id, purpose) where used_at is null and superseded_at is null;
    create index links_of_user on links (user_id);
    create index links_expired on links (expires_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table links')
}
