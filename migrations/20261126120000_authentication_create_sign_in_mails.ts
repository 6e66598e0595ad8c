import type { Knex } from 'knex'

/**
 * Sign-ins that wait for what was mailed, and how often codes were tried. Both hold a row for somebody who does not exist as
 * for somebody who does: under an id made up from what was typed, so that nothing takes longer or shorter.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sign_in_mails (
      id           uuid primary key,
      holder_hash  bytea not null,          -- SHA-256 of what only the browser or application has that asked
      person_id    uuid not null,           -- no foreign key: it may be nobody's
      client_id    text not null,           -- the application that is signed in to
      created_at   timestamptz(3) not null,
      expires_at   timestamptz(3) not null,
      link_id      uuid unique,             -- the link in the letter, whose life is the code's; null until it is written
      code_hash    bytea                    -- HMAC of the code: eight digits are guessed through a plain hash
    );
    create index sign_in_mails_by_holder on sign_in_mails (holder_hash);
    create index sign_in_mails_by_person on sign_in_mails (person_id);
    create index sign_in_mails_expired on sign_in_mails (expires_at);

    create table sign_in_code_tries (
      person_id          uuid primary key,
      window_started_at  timestamptz(3) not null,
      in_window          integer not null,
      in_a_row           integer not null,  -- since the person last signed in by mail
      last_at            timestamptz(3) not null
    );
    create index sign_in_code_tries_old on sign_in_code_tries (last_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table sign_in_code_tries, sign_in_mails')
}
