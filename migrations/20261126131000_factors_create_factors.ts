import type { Knex } from 'knex'

/**
 * What proves a person a second time, beside what they sign in with. A seed has to be read to check a code, so it is sealed
 * under a key from outside; recovery codes are not, so of them there is a keyed hash. Wrong codes are counted by person,
 * whatever kind they are of: another kind, or a new challenge, begins no new count.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table factors (
      id              uuid primary key,
      user_id         uuid not null references users (id) on delete cascade,
      kind            text not null check (kind in ('totp', 'sms', 'mail')),
      name            text not null,              -- as its owner calls it
      seed_sealed     bytea,                      -- of a TOTP app; AES-256-GCM under sealing_key_id
      sealing_key_id  text,
      last_step       bigint,                     -- the time step of the last code that was taken: none as old is taken again
      created_at      timestamptz(3) not null,
      confirmed_at    timestamptz(3),             -- null: not shown to work yet, and good for nothing
      expires_at      timestamptz(3),             -- of one that is not confirmed
      last_used_at    timestamptz(3),
      check ((confirmed_at is null) = (expires_at is not null)),
      check ((kind = 'totp') = (seed_sealed is not null)),
      check ((seed_sealed is not null) <= (sealing_key_id is not null))
    );
    create index factors_by_user on factors (user_id, created_at, id);
    create unique index factors_one_pending on factors (user_id, kind) where confirmed_at is null;
    create index factors_expired on factors (expires_at) where confirmed_at is null;

    create table recovery_codes (
      user_id     uuid not null references users (id) on delete cascade,
      code_hash   bytea not null,                 -- HMAC under the pepper, bound to the person: 50 bits are guessed through a plain hash
      created_at  timestamptz(3) not null,
      used_at     timestamptz(3),
      primary key (user_id, code_hash)
    );

    create table factor_tries (
      user_id            uuid primary key references users (id) on delete cascade,
      window_started_at  timestamptz(3) not null,
      in_window          integer not null,
      in_a_row           integer not null,        -- since a code of theirs was last right
      last_at            timestamptz(3) not null
    );
    create index factor_tries_old on factor_tries (last_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table factor_tries, recovery_codes, factors')
}
