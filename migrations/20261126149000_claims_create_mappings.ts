import type { Knex } from 'knex'

/** Claims that operators add to tokens and userinfo, by a table or by asking a service of theirs. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table claim_mappings (
      id          uuid primary key,
      claim       text not null,
      client_id   text references clients (id) on delete cascade,  -- null: for every client
      scope       text,                                            -- which must be granted; null: for first-party clients only
      tokens      text[] not null
                    check (tokens <@ array['id_token', 'userinfo', 'access_token'] and tokens <> '{}'),
      attribute   text,                                            -- what of the person it says, or
      value       jsonb,                                           -- the same for everybody
      created_at  timestamptz(3) not null,
      check ((attribute is null) <> (value is null))
    );
    create unique index claim_mappings_by_claim on claim_mappings (claim, coalesce(client_id, ''));
    create index claim_mappings_by_client on claim_mappings (client_id)`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table claim_mappings')
}
