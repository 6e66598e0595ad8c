import type { Knex } from 'knex'

/**
 * To find people by any part of their address, user name, name or telephone number, and to list them by name. The extension is
 * a trusted one, so that whoever may create in the database may create it; where it is missing or refused, search goes by
 * beginnings until an operator adds what docs/operations.md says.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index users_by_name on users (coalesce(lower(name), ''), id)`)
  await knex.raw(`
    do $$ begin
      create extension if not exists pg_trgm;
    exception when insufficient_privilege or undefined_file or feature_not_supported then
      raise notice 'pg_trgm cannot be created: search goes by beginnings only';
    end $$;
    do $$ begin
      if exists (select 1 from pg_opclass where opcname = 'gin_trgm_ops') then
        create index users_search on users using gin (
          lower(coalesce(email, '') || ' ' || coalesce(username, '') || ' ' || coalesce(name, '')) gin_trgm_ops);
        alter index users_search alter column 1 set statistics 1000;
        create index profiles_phone_search on profiles using gin (phone_number gin_trgm_ops)
          where phone_number is not null;
      end if;
    end $$;
    create index profiles_phone_beginning on profiles (phone_number text_pattern_ops) where phone_number is not null;
  `)
}

/** The extension stays: somebody else may use it by now. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop index if exists users_search, profiles_phone_search, profiles_phone_beginning, users_by_name',
  )
}
