import type { Knex } from 'knex'

/** A person's password, apart from the account and from identities proven elsewhere; at most one each. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table user_credentials (
      user_id         uuid primary key references users (id) on delete cascade,
      hash            text not null check (hash like '$%'),  -- PHC string: algorithm, parameters, salt and hash
      pepper_version  text not null,                         -- which secret of PASSWORD_PEPPER went into it
      changed_at      timestamptz(3) not null,               -- by the person; hashing it anew does not count
      hashed_at       timestamptz(3) not null
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table user_credentials')
}
