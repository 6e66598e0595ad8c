import type { Knex } from 'knex'

/** Where accounts are made by invitation: one link, good for one account, known here by its hash only. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table invitations (
      id           uuid primary key,
      token_hash   bytea not null unique,   -- SHA-256 of the 256-bit value in the link
      email        text,                    -- canonical; null: whoever has the link
      created_at   timestamptz(3) not null,
      created_by   text not null,           -- actor, as type or type:id
      expires_at   timestamptz(3) not null,
      accepted_at  timestamptz(3),
      accepted_by  uuid references users (id) on delete set null,
      withdrawn_at timestamptz(3)
    );
    create index invitations_open_by_email on invitations (email) where accepted_at is null and withdrawn_at is null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table invitations')
}
