import type { Knex } from 'knex'

/** What a person let a client have, so that they are not asked again and can take it back. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table consents (
      user_id       uuid not null references users (id) on delete cascade,
      client_id     text not null references clients (id) on delete cascade,
      scopes        text[] not null,
      granted_at    timestamptz(3) not null,
      withdrawn_at  timestamptz(3),
      primary key (user_id, client_id)
    );
    create index consents_by_client on consents (client_id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table consents')
}
