import type { Knex } from 'knex'

/** Lists of people: by each order they are shown in, and by how an address, a user name or a name begins. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index users_by_creation on users (created_at, id);
    create index users_by_change on users (updated_at, id);
    create index users_by_email on users (coalesce(email, ''), id);
    create index users_email_beginning on users (email text_pattern_ops);
    create index users_username_beginning on users (username text_pattern_ops);
    create index users_name_beginning on users (lower(name) text_pattern_ops);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index users_by_creation, users_by_change, users_by_email, users_email_beginning, users_username_beginning,
      users_name_beginning
  `)
}
