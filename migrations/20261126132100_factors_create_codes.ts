import type { Knex } from 'knex'

/**
 * Numbers that codes are sent to, and codes that were sent. A number has to be read to send there, so it is sealed. Only one
 * code of a factor is good at a time, and only for whom, what and where it was asked for.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table factors
      add column number_sealed bytea,            -- of a phone, E.164; AES-256-GCM under sealing_key_id
      add constraint factors_number check ((kind = 'sms') = (number_sealed is not null)),
      add constraint factors_number_key check (number_sealed is null or sealing_key_id is not null);
    create unique index factors_one_mail on factors (user_id) where kind = 'mail' and confirmed_at is not null;

    create table factor_codes (
      id                uuid primary key,
      user_id           uuid not null references users (id) on delete cascade,
      factor_id         uuid not null references factors (id) on delete cascade,
      purpose           text not null check (purpose in ('enrol', 'sign-in', 'step-up')),
      bound_hash        bytea not null,          -- SHA-256 of what asked: a sign-in, or a session
      destination_hash  bytea not null,          -- HMAC of the number or address under the pepper: another one since, and it is void
      code_hash         bytea not null,          -- HMAC under the pepper, bound to this row: a few digits are guessed through a plain hash
      created_at        timestamptz(3) not null,
      expires_at        timestamptz(3) not null,
      ended_at          timestamptz(3)           -- used, or a newer one was sent
    );
    create unique index factor_codes_one_good on factor_codes (factor_id) where ended_at is null;
    create index factor_codes_expired on factor_codes (expires_at);
    create index factor_codes_by_user on factor_codes (user_id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table factor_codes;
    drop index factors_one_mail;
    delete from factors where kind <> 'totp';
    alter table factors drop column number_sealed;
  `)
}
