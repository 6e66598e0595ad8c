import type { Knex } from 'knex'

/**
 * Merged accounts: the subjects of one point to the other from then on, and `kept_subjects` says which client keeps which.
 * A person then has several subjects of the same kind; one of their own stays unique. Where nothing was merged both
 * releases read and write alike.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table subjects add column merged_from uuid references users (id);  -- whose it was first; null: this person's own
    alter table subjects drop constraint subjects_one_per_client;
    create unique index subjects_one_per_client on subjects (user_id, client_id) nulls not distinct
      where merged_from is null;
    create index subjects_by_user on subjects (user_id);

    create table kept_subjects (
      user_id    uuid not null references users (id),
      client_id  text not null,
      subject    text not null references subjects (subject),  -- what this client has known the person by since before a merge
      primary key (user_id, client_id)
    );
  `)
}

/** Refused by the constraint while a merge stands. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table kept_subjects;
    drop index subjects_by_user, subjects_one_per_client;
    alter table subjects add constraint subjects_one_per_client unique nulls not distinct (user_id, client_id);
    alter table subjects drop column merged_from;
  `)
}
