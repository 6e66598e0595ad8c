import type { Knex } from 'knex'

/** Codes that prove the address of an account in an unusual sign-in: of a person who has no factor that one could be sent to. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table factor_codes alter column factor_id drop not null; -- null: sent to the address of the account
    create unique index factor_codes_one_good_of_address on factor_codes (user_id) where ended_at is null and factor_id is null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index factor_codes_one_good_of_address;
    delete from factor_codes where factor_id is null;
    alter table factor_codes alter column factor_id set not null;
  `)
}
