import type { Knex } from 'knex'

/**
 * Two more things are signed: what a new security key makes, which must never become a passkey, and what proves somebody a second
 * time, which is bound to the sign-in and to its person.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table passkey_challenges
      drop constraint passkey_challenges_purpose_check,
      drop constraint passkey_challenges_check,
      drop constraint passkey_challenges_check1,
      add constraint passkey_challenges_purpose_check
        check (purpose in ('registration', 'security-key', 'sign-in', 'second-factor')),
      add constraint passkey_challenges_session_check
        check ((purpose in ('registration', 'security-key')) = (session is not null)),
      add constraint passkey_challenges_attempt_check
        check ((purpose in ('sign-in', 'second-factor')) = (attempt_id is not null)),
      add constraint passkey_challenges_user_check check ((purpose = 'sign-in') = (user_id is null))
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from passkey_challenges where purpose in ('security-key', 'second-factor');
    alter table passkey_challenges
      drop constraint passkey_challenges_purpose_check,
      drop constraint passkey_challenges_session_check,
      drop constraint passkey_challenges_attempt_check,
      drop constraint passkey_challenges_user_check,
      add constraint passkey_challenges_purpose_check check (purpose in ('registration', 'sign-in')),
      add constraint passkey_challenges_check
        check ((purpose = 'registration') = (user_id is not null and session is not null)),
      add constraint passkey_challenges_check1 check ((purpose = 'sign-in') = (attempt_id is not null))
  `)
}
