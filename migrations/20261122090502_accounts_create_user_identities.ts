import type { Knex } from 'knex'

/**
 * The ways a person may be recognised: by this service's own sign-in, or by a provider upstream. An identity is the pair
 * (issuer, subject) and nothing else; an e-mail address never links two (OpenID Connect Core 1.0, section 5.7).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table user_identities (
      id          uuid primary key,
      user_id     uuid not null references users (id),
      issuer      text not null,             -- 'urn:gatehouse:native', or the issuer identifier of the provider
      subject     text not null check (length(subject) between 1 and 255),
      created_at  timestamptz(3) not null,
      constraint user_identities_issuer_subject unique (issuer, subject)
    );
    create index user_identities_by_user on user_identities (user_id);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table user_identities')
}
