import type { Knex } from 'knex'

/** Other issuers whose signed word a client may bring in place of a person's sign-in (RFC 7523), and how far it is taken. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table trusted_issuers (
      issuer                text primary key,            -- compared to the character with \`iss\`
      jwks                  jsonb,                       -- its public keys, or
      jwks_uri              text,                        -- where they are
      clients               text[] not null,             -- which clients may bring its assertions
      subject_is            text not null check (subject_is in ('subject', 'identity')),
      scopes                text[] not null,             -- all that its assertions may be exchanged for
      max_lifetime_seconds  integer not null check (max_lifetime_seconds between 1 and 3600),
      created_at            timestamptz(3) not null,
      check ((jwks is null) <> (jwks_uri is null))
    )`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table trusted_issuers')
}
