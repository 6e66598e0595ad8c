import type { Knex } from 'knex'

/**
 * What proves that the records are whole: a chain of hashes per retention class, and signed checkpoints of its head. What
 * is personal waits in the inbox until the sequencer has sealed it with the person's own key and chained the record.
 * Writers of records touch the inbox alone, so they never wait for the chain. docs/decisions/0005-audit.md has the reasons.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(inbox)
  await knex.raw(chain)
  await knex.raw(checkpoints)
}

const inbox = `
  create table audit_inbox (
    record_id    uuid primary key,         -- in the order of time (version 7), which is the order of the chain
    class        text not null,
    recorded_at  timestamptz(3) not null,
    person       text,                     -- whose personal fields these are: a user's id, or nobody's
    personal     jsonb                     -- {ip, user_agent, changes}, in clear for as long as it waits
  ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000); -- every row is here for a moment

  -- Erasure destroys the key and leaves the row, so that no later record makes a new one.
  create table audit_person_keys (
    holder          text primary key,      -- person:<id>, or nobody:<month> for fields that are of no known person
    sealed_key      bytea,                 -- AES-256, sealed under the key-encryption key; null once destroyed
    sealing_key_id  text,
    created_at      timestamptz(3) not null,
    erased_at       timestamptz(3),
    constraint audit_person_keys_destroyed check ((erased_at is null) = (sealed_key is not null)),
    constraint audit_person_keys_sealed check ((sealed_key is null) = (sealing_key_id is null))
  );
`

const chain = `
  create table audit_chain (
    class        text not null,
    sequence     bigint not null,          -- from 1, without a gap
    chained_at   timestamptz(3) not null,  -- never before that of the link before, so a month is a stretch of the chain
    record_id    uuid not null,
    recorded_at  timestamptz(3) not null,
    holder       text,                     -- whose key the sealed fields need
    sealed       bytea,                    -- null: there was nothing personal, or the person was erased before
    record_hash  bytea not null,           -- SHA-256 of the record and its sealed fields
    hash         bytea not null,           -- SHA-256 of the hash before, this place and record_hash
    primary key (class, chained_at, sequence)
  ) partition by list (class);
  create index audit_chain_by_record on audit_chain (record_id);

  create table audit_chain_governance partition of audit_chain for values in ('governance')
    partition by range (chained_at);
  create table audit_chain_sign_in partition of audit_chain for values in ('sign-in')
    partition by range (chained_at);
  create table audit_chain_token partition of audit_chain for values in ('token')
    partition by range (chained_at);
  create table audit_chain_governance_default partition of audit_chain_governance default;
  create table audit_chain_sign_in_default partition of audit_chain_sign_in default;
  create table audit_chain_token_default partition of audit_chain_token default;

  create trigger append_only before update or delete on audit_chain
    for each row execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_chain
    for each statement execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_chain_governance
    for each statement execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_chain_sign_in
    for each statement execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_chain_token
    for each statement execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_chain_governance_default
    for each statement execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_chain_sign_in_default
    for each statement execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_chain_token_default
    for each statement execute function audit_refuse_change();
`

/** A head may go when a later cut says that its stretch of the chain has gone by retention; a cut stays for ever. */
const checkpoints = `
  create table audit_checkpoints (
    class           text not null,
    sequence        bigint not null,
    signed_at       timestamptz(3) not null,
    kind            text not null check (kind in ('head', 'cut')),
    hash            bytea not null,        -- of the link with that sequence
    dropped_before  timestamptz(3),        -- of a cut: records older than this have gone by retention
    key_id          text not null,         -- thumbprint of the public key (RFC 7638)
    signature       bytea not null,        -- Ed25519 (RFC 8032)
    primary key (class, sequence, signed_at),
    constraint audit_checkpoints_cut check ((kind = 'cut') = (dropped_before is not null))
  );

  create function audit_refuse_uncut() returns trigger language plpgsql as $$
  begin
    if old.kind = 'head' and exists (
      select 1 from audit_checkpoints c
      where c.class = old.class and c.kind = 'cut' and c.sequence >= old.sequence) then
      return old;
    end if;
    raise exception 'audit checkpoints are append-only: delete of % refused', tg_table_name
      using errcode = 'insufficient_privilege';
  end $$;

  create trigger append_only before update on audit_checkpoints
    for each row execute function audit_refuse_change();
  create trigger only_what_was_cut before delete on audit_checkpoints
    for each row execute function audit_refuse_uncut();
  create trigger no_truncate before truncate on audit_checkpoints
    for each statement execute function audit_refuse_change();
`

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table audit_checkpoints;
    drop function audit_refuse_uncut();
    drop table audit_chain;
    drop table audit_person_keys;
    drop table audit_inbox;
  `)
}
