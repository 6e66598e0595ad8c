import type { Knex } from 'knex'

/**
 * When an invitation was mailed, and to nobody but its address: who accepts it reads that mail, so the address needs no other
 * proof. Null for links that were handed over by other means. The index serves the list of all invitations.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table invitations add column mailed_at timestamptz(3);
    create index invitations_by_age on invitations (created_at, id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index invitations_by_age;
    alter table invitations drop column mailed_at;
  `)
}
