import type { Knex } from 'knex'

/**
 * A sign-in may go on after its first proof. Applications of our own have no interaction that holds the rest of the request,
 * so the attempt does; the columns stay null for browsers. A sign-in is completed once, whichever tab comes first.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table sign_in_attempts
      add column client_id     text,                            -- the application that holds the handle
      add column scope         text,                            -- what it asked for
      add column asked_level   text,                            -- how surely it wants the person recognised
      add column remember      boolean not null default false,  -- not to be asked again on this device
      add column demanded_at   timestamptz(3),                  -- when a second factor was first asked for
      add column completed_at  timestamptz(3);

    create table enrolment_offers (
      user_id      uuid primary key references users (id) on delete cascade,
      declined_at  timestamptz(3) not null
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table enrolment_offers;
    alter table sign_in_attempts
      drop column client_id, drop column scope, drop column asked_level, drop column remember,
      drop column demanded_at, drop column completed_at;
  `)
}
