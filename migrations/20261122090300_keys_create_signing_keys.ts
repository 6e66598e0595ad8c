import type { Knex } from 'knex'

/**
 * The keys tokens are signed with. Their private parts are sealed under a key that is not in the database, so a copy of
 * the database signs nothing; states are moved by conditional updates, and the indexes allow one key per role.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table signing_keys (
      kid             text primary key,        -- thumbprint of the public key (RFC 7638)
      algorithm       text not null check (algorithm in ('ES256', 'RS256', 'EdDSA')),
      state           text not null check (state in ('pending', 'published', 'active', 'retired', 'revoked')),
      public_jwk      jsonb not null,          -- for records and investigations; verification uses the sealed key's own
      sealed_jwk      bytea,                   -- private JWK, AES-256-GCM; null once the key was removed or revoked
      sealing_key_id  text,                    -- which of KEY_ENCRYPTION_KEY sealed it
      created_at      timestamptz(3) not null,
      published_at    timestamptz(3),
      activated_at    timestamptz(3),
      retired_at      timestamptz(3),
      removed_at      timestamptz(3),          -- retired and its last token expired: shown and verified no more
      revoked_at      timestamptz(3),
      check ((sealed_jwk is null) = (state = 'revoked' or removed_at is not null)),
      check ((sealed_jwk is null) = (sealing_key_id is null))
    );
    create unique index signing_keys_one_published on signing_keys (algorithm) where state = 'published';
    create unique index signing_keys_one_active on signing_keys (algorithm) where state = 'active';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table signing_keys')
}
