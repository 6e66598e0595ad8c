import type { Knex } from 'knex'

/**
 * Clients that come from elsewhere with their ids, so that applications need not be told another one. An id must still never be
 * what a person is known by (RFC 9700, section 4.15): what the prefix of ours said is now looked up, both ways.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table clients
      drop constraint clients_id_check,
      add constraint clients_id_check check (
        id like 'gh!_%' escape '!' or (id like 'https://_%' and owner_type = 'self')
        or (id ~ '^[A-Za-z0-9][A-Za-z0-9._~-]{1,99}$' and owner_type = 'system'));

    create function clients_refuse_subject() returns trigger language plpgsql as $$
    begin
      if exists (select 1 from subjects s where s.subject = new.id) then
        raise unique_violation using message = 'the id is what a person is known by', constraint = 'clients_id_subject';
      end if;
      return new;
    end $$;
    create trigger clients_refuse_subject before insert on clients
      for each row when (new.id not like 'gh!_%' escape '!') execute function clients_refuse_subject();

    create function subjects_refuse_client() returns trigger language plpgsql as $$
    begin
      if exists (select 1 from clients c where c.id = new.subject) then
        raise unique_violation using message = 'the subject is the id of a client', constraint = 'subjects_pkey';
      end if;
      return new;
    end $$;
    create trigger subjects_refuse_client before insert on subjects
      for each row when (new.subject !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
      execute function subjects_refuse_client();
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger subjects_refuse_client on subjects;
    drop function subjects_refuse_client();
    drop trigger clients_refuse_subject on clients;
    drop function clients_refuse_subject();
    delete from clients where id not like 'gh!_%' escape '!' and id not like 'https://_%';
    alter table clients
      drop constraint clients_id_check,
      add constraint clients_id_check check (id like 'gh!_%' escape '!' or (id like 'https://_%' and owner_type = 'self'));
  `)
}
