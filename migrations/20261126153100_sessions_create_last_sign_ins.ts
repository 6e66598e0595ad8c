import type { Knex } from 'knex'

/**
 * When each person last signed in, for lists of people: sessions go one day, and a column of `users` would make every sign-in
 * rewrite a row with many indexes. A release that does not know it writes nothing here; the next sign-in does.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table last_sign_ins (
      user_id       uuid primary key references users (id) on delete cascade,
      signed_in_at  timestamptz(3) not null
    );
    create index last_sign_ins_by_time on last_sign_ins (signed_in_at, user_id);
    insert into last_sign_ins (user_id, signed_in_at)
      select s.user_id, max(s.started_at) from sessions s group by s.user_id;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table last_sign_ins')
}
