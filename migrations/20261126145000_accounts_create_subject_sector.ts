import type { Knex } from 'knex'

/**
 * Pairwise subjects (OpenID Connect Core 1.0, section 8): the clients of one sector share a row of `subjects`, whose
 * `client_id` is then `sector:` and the sector's host; a client that is a sector of its own has one under its id, as imported
 * subjects have. No client's id has a colon. The function says which of these a client's people are known under; null: the
 * usual subject. A release that does not know it gives out the usual ones.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function subject_sector(client text) returns text language sql stable as $$
      select case when c.metadata ->> 'subject_type' = 'pairwise'
               then coalesce('sector:' || (c.metadata ->> 'sector_host'), c.id) end
      from clients c where c.id = client
    $$;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function subject_sector(text)')
}
