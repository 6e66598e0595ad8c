import type { Knex } from 'knex'

/**
 * What a person tells about themselves, by the names of OpenID Connect Core 1.0, section 5.1. Name, language, address
 * for mail and user name are the account's own and stand in `users`.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table profiles (
      user_id       uuid primary key references users (id),
      given_name    text,
      family_name   text,
      middle_name   text,
      nickname      text,
      profile       text,                    -- URL of a page about the person
      picture       text,
      website       text,
      gender        text,
      birthdate     text,                    -- YYYY-MM-DD, YYYY, or 0000-MM-DD without the year
      zoneinfo      text,
      phone_number  text,                    -- E.164
      phone_number_verified_at  timestamptz(3),
      address       jsonb,                   -- members of section 5.1.1
      updated_at    timestamptz(3) not null
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table profiles')
}
