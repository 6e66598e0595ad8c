import type { Knex } from 'knex'

/**
 * Merges of two accounts: offered to a person, carried out, undone. `moved` is exactly what went from one to the other, as
 * ids and names, so that it can go back.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table account_merges (
      id                 uuid primary key,
      state              text not null check (state in ('offered', 'merged', 'undone')),
      surviving_user_id  uuid not null references users (id),
      merged_user_id     uuid not null references users (id) check (merged_user_id <> surviving_user_id),
      session_uid        text,                 -- the only session that may confirm an offer
      surviving_proof    text not null,        -- how it was shown that the surviving account is theirs
      merged_proof       text not null,
      password_set_at    timestamptz(3),       -- which password of the merged account was proven, by when it was set
      identity_id        uuid,                 -- the identity of the merged account that was proven
      reason             text,
      created_at         timestamptz(3) not null,
      expires_at         timestamptz(3),       -- of an offer
      merged_at          timestamptz(3),
      merged_by          text,
      undo_until         timestamptz(3),
      undone_at          timestamptz(3),
      undone_by          text,
      undo_reason        text,
      moved              jsonb
    );
    create unique index account_merges_one_standing on account_merges (merged_user_id) where state = 'merged';
    create index account_merges_by_survivor on account_merges (surviving_user_id, created_at);
    create index account_merges_by_merged on account_merges (merged_user_id);
    create index account_merges_offers on account_merges (expires_at) where state = 'offered';
    create index account_merges_undoable on account_merges (undo_until) where moved is not null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table account_merges')
}
