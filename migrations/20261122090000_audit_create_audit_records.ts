import type { Knex } from 'knex'

/**
 * What happened, by whom, with what outcome: append-only, in monthly partitions by retention class, so that retention is
 * dropping a partition and never a delete. docs/decisions/0005-audit.md has the reasons.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(tables)
  await knex.raw(append)
  await knex.raw(partitions)
  await knex.raw('select audit_open_partitions(now())')
}

const tables = `
  create table audit_records (
    id               uuid not null,
    recorded_at      timestamptz(3) not null,
    class            text not null,      -- retention class
    action           text not null,
    outcome          text not null check (outcome in ('success', 'failure', 'denied')),
    actor_type       text not null check (actor_type in ('user', 'client', 'system', 'anonymous')),
    actor_id         text,               -- text, not uuid: clients and the command line have ids of other forms
    target_type      text,
    target_id        text,
    organization_id  text,
    reason           text,
    request_id       text,
    ip               text,               -- text, not inet: what the proxy told is kept even where it is no address
    user_agent       text,
    changes          jsonb,              -- {before, after}
    details          jsonb,
    primary key (class, recorded_at, id)
  ) partition by list (class);
  create index audit_records_by_actor on audit_records (actor_id, recorded_at) where actor_id is not null;
  create index audit_records_by_target on audit_records (target_id, recorded_at) where target_id is not null;

  create table audit_records_governance partition of audit_records for values in ('governance')
    partition by range (recorded_at);
  create table audit_records_sign_in partition of audit_records for values in ('sign-in')
    partition by range (recorded_at);
  create table audit_records_token partition of audit_records for values in ('token')
    partition by range (recorded_at);
  -- A record of a month that has no partition lands here: it must never fail the act it describes.
  create table audit_records_governance_default partition of audit_records_governance default;
  create table audit_records_sign_in_default partition of audit_records_sign_in default;
  create table audit_records_token_default partition of audit_records_token default;

  create function audit_refuse_change() returns trigger language plpgsql as $$
  begin
    raise exception 'audit records are append-only: % of % refused', lower(tg_op), tg_table_name
      using errcode = 'insufficient_privilege';
  end $$;

  -- Row triggers are inherited by every partition, also by later ones; triggers for truncate are not.
  create trigger append_only before update or delete on audit_records
    for each row execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_records
    for each statement execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_records_governance
    for each statement execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_records_sign_in
    for each statement execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_records_token
    for each statement execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_records_governance_default
    for each statement execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_records_sign_in_default
    for each statement execute function audit_refuse_change();
  create trigger no_truncate before truncate on audit_records_token_default
    for each statement execute function audit_refuse_change();
`

/** PL/pgSQL, not SQL: so a connection keeps the plan from one call to the next. */
const append = `
  create function audit_append(rows jsonb) returns integer language plpgsql as $$
  declare
    written integer;
  begin
    insert into audit_records (id, recorded_at, class, action, outcome, actor_type, actor_id, target_type, target_id,
      organization_id, reason, request_id, ip, user_agent, changes, details)
    select r.id, r.recorded_at, r.class, r.action, r.outcome, r.actor_type, r.actor_id, r.target_type, r.target_id,
      r.organization_id, r.reason, r.request_id, r.ip, r.user_agent, r.changes, r.details
    from jsonb_to_recordset(rows) as r (id uuid, recorded_at timestamptz, class text, action text, outcome text,
      actor_type text, actor_id text, target_type text, target_id text, organization_id text, reason text,
      request_id text, ip text, user_agent text, changes jsonb, details jsonb);
    get diagnostics written = row_count;
    return written;
  end $$;
`

/**
 * Runs as the schema's owner, since the application's role may not create tables. A partition is made apart and then
 * attached: unlike "create table … partition of" that does not stop writers to the other partitions.
 */
const partitions = `
  create function audit_open_partitions(at timestamptz)
    returns table (partition_name text, state text) -- state: opened, existing, or left (to the default partition)
    language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    set timezone = 'UTC'
    set lock_timeout = '2s'
  as $$
  declare
    parent text;
    first_day timestamptz;
    next_month timestamptz;
    occupied boolean;
  begin
    perform pg_advisory_xact_lock(4021960002);
    foreach parent in array array['audit_records_governance', 'audit_records_sign_in', 'audit_records_token'] loop
      for ahead in 0..2 loop
        first_day := date_trunc('month', at) + make_interval(months => ahead);
        next_month := first_day + interval '1 month';
        partition_name := parent || to_char(first_day, '_YYYY_MM');
        state := 'existing';
        if to_regclass('public.' || partition_name) is null then
          execute format('select exists (select 1 from %I where recorded_at >= $1 and recorded_at < $2)',
            parent || '_default') into occupied using first_day, next_month;
          state := case when occupied then 'left' else 'opened' end;
        end if;
        if state = 'opened' then
          begin
            execute format('create table public.%I (like public.%I including defaults including constraints)',
              partition_name, parent);
            execute format('create trigger no_truncate before truncate on public.%I
              for each statement execute function public.audit_refuse_change()', partition_name);
            execute format('alter table public.%I attach partition public.%I for values from (%L) to (%L)',
              parent, partition_name, first_day, next_month);
          exception when check_violation then
            state := 'left'; -- a record came into the default partition since we looked
          end;
        end if;
        return next;
      end loop;
    end loop;
  end $$;
  revoke all on function audit_open_partitions(timestamptz) from public;
`

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function audit_open_partitions(timestamptz);
    drop function audit_append(jsonb);
    drop table audit_records;
    drop function audit_refuse_change();
  `)
}
