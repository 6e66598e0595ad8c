import type { Knex } from 'knex'

/**
 * Clients that registered themselves: they belong to nobody here, may be known by the address of their metadata document, and
 * may have an end. A release before this takes them for somebody else's clients, which people are warned of.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table clients
      drop constraint clients_id_check,
      drop constraint clients_owner_type_check,
      drop constraint clients_owner_named,
      add column expires_at timestamptz(3),       -- refused from then on
      -- ours, or an address; never a user's id or subject
      add constraint clients_id_check check (id like 'gh!_%' escape '!' or (id like 'https://_%' and owner_type = 'self')),
      add constraint clients_owner_type_check check (owner_type in ('system', 'organization', 'user', 'self')),
      add constraint clients_owner_named check ((owner_type in ('system', 'self')) = (owner_id is null));
    create index clients_self_registered on clients (created_at, id) where owner_type = 'self';
    create index clients_expiring on clients (expires_at) where expires_at is not null;

    create table client_documents (
      client_id    text primary key references clients (id) on delete cascade,
      fetched_at   timestamptz(3) not null,       -- when it was last read and good
      fresh_until  timestamptz(3) not null        -- not asked for again before
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table client_documents;
    drop index clients_self_registered, clients_expiring;
    delete from clients where owner_type = 'self';
    alter table clients
      drop constraint clients_id_check,
      drop constraint clients_owner_type_check,
      drop constraint clients_owner_named,
      drop column expires_at,
      add constraint clients_id_check check (id like 'gh!_%' escape '!'),
      add constraint clients_owner_type_check check (owner_type in ('system', 'organization', 'user')),
      add constraint clients_owner_named check ((owner_type = 'system') = (owner_id is null));
  `)
}
