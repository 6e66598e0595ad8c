import type { Knex } from 'knex'

/**
 * What an authenticator is asked to sign, each for one purpose, one person and session or one sign-in, and one use: a
 * signature that somebody recorded opens nothing. Kept as SHA-256 only.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table passkey_challenges (
      challenge_hash  bytea primary key,
      purpose         text not null check (purpose in ('registration', 'sign-in')),
      user_id         uuid references users (id) on delete cascade,  -- who registers
      session         text,                                          -- in which session, by one of its names
      attempt_id      bytea,                                         -- the sign-in it belongs to
      created_at      timestamptz(3) not null,
      expires_at      timestamptz(3) not null,
      used_at         timestamptz(3),
      check ((purpose = 'registration') = (user_id is not null and session is not null)),
      check ((purpose = 'sign-in') = (attempt_id is not null))
    );
    create index passkey_challenges_by_user on passkey_challenges (user_id) where user_id is not null;
    create index passkey_challenges_expired on passkey_challenges (expires_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table passkey_challenges')
}
