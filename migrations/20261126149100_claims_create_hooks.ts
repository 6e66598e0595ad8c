import type { Knex } from 'knex'

/** Services of operators that are asked for claims, one a client and one for all. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table claim_hooks (
      id              uuid primary key,
      url             text not null,
      client_id       text references clients (id) on delete cascade,  -- null: for every client
      scope           text,                                            -- which must be granted; null: for first-party clients only
      tokens          text[] not null
                        check (tokens <@ array['id_token', 'userinfo', 'access_token'] and tokens <> '{}'),
      timeout_ms      integer not null check (timeout_ms between 50 and 2000),
      cache_seconds   integer not null check (cache_seconds between 0 and 3600),
      on_failure      text not null check (on_failure in ('open', 'closed')),
      sealed_secret   bytea not null,                                  -- what requests are signed with
      sealing_key_id  text not null,
      created_at      timestamptz(3) not null
    );
    create unique index claim_hooks_by_client on claim_hooks (coalesce(client_id, ''));
    create index claim_hooks_of_client on claim_hooks (client_id)`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table claim_hooks')
}
