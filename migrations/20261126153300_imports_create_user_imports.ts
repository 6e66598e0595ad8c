import type { Knex } from 'knex'

/**
 * Files of people that are brought in. A file is cut into batches as it arrives, each sealed since it holds password hashes and
 * seeds; a batch is gone in the transaction that brings it in, so that after a crash the next one is known. `user_import_keys`
 * tells which addresses, names and subjects a file holds twice.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table user_imports (
      id           uuid primary key,
      state        text not null check (state in ('receiving', 'waiting', 'running', 'done', 'failed')),
      format       text not null check (format in ('csv', 'ndjson')),
      on_conflict  text not null check (on_conflict in ('skip', 'update', 'fail')),
      dry_run      boolean not null,
      actor_type   text not null,
      actor_id     text,
      row_count    integer not null,
      batch_count  integer not null,
      next_batch   integer not null,
      created      integer not null default 0,
      updated      integer not null default 0,
      skipped      integer not null default 0,
      failed       integer not null default 0,
      failure      text,                      -- code of what ended it early
      created_at   timestamptz(3) not null,
      touched_at   timestamptz(3) not null,   -- somebody worked at it then
      finished_at  timestamptz(3)
    );
    create index user_imports_by_age on user_imports (created_at, id);
    create index user_imports_open on user_imports (touched_at) where state in ('receiving', 'waiting', 'running');

    create table user_import_batches (
      import_id       uuid not null references user_imports (id) on delete cascade,
      number          integer not null,
      sealed_rows     bytea not null,
      sealing_key_id  text not null,
      primary key (import_id, number)
    );

    create table user_import_rows (
      import_id  uuid not null references user_imports (id) on delete cascade,
      line       integer not null,
      outcome    text not null check (outcome in ('created', 'updated', 'skipped', 'failed')),
      user_id    uuid,
      problems   jsonb not null,
      primary key (import_id, line)
    );
    create index user_import_rows_by_outcome on user_import_rows (import_id, outcome, line);

    create table user_import_keys (
      import_id  uuid not null references user_imports (id) on delete cascade,
      key        bytea not null,              -- SHA-256 of kind and canonical value, 16 bytes of it
      line       integer not null,
      primary key (import_id, key)
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table user_import_keys, user_import_rows, user_import_batches, user_imports')
}
