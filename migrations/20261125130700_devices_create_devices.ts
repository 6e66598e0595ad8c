import type { Knex } from 'knex'

/**
 * Browsers and applications in which a person has signed in before. One row for each person and device, since several
 * people may share one. The value that the device presents stands here as its hash only.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table devices (
      id             uuid primary key,
      user_id        uuid not null references users (id) on delete cascade,
      token_hash     bytea,                     -- SHA-256 of the 256-bit value; null once the device was forgotten
      name           text not null,             -- browser and system, as shown to the person
      ip             text not null,
      user_agent     text not null,
      first_seen_at  timestamptz(3) not null,
      last_seen_at   timestamptz(3) not null,
      forgotten_at   timestamptz(3)             -- the last forgotten one stays: it says that the person had signed in
    );
    create unique index devices_by_token on devices (token_hash, user_id);
    create index devices_by_user on devices (user_id, last_seen_at desc, id desc);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table devices')
}
