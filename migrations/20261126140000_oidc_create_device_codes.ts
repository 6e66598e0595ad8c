import type { Knex } from 'knex'

/**
 * What a device authorization request needs beside its payload: the code that a person types, by which nothing else finds it,
 * and how often the device asks (RFC 8628, sections 3.2 and 3.5). Polls change this row alone, so that they and the person who
 * decides are never in each other's way.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table device_codes (
      id                bytea primary key,               -- SHA-256 of the device code, as in oidc_payloads
      user_code         bytea not null,                  -- HMAC under a key from outside: a code is short enough to try all
      interval_seconds  smallint not null,               -- rises each time the device asks too soon
      polled_at         timestamptz(3),
      expires_at        timestamptz(3) not null
    );
    create unique index device_codes_by_user_code on device_codes (user_code);
    create index device_codes_expired on device_codes (expires_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table device_codes')
}
