import type { Knex } from 'knex'

/**
 * Records are written without what is personal (address, agent, values of a profile); that goes to the inbox in the same
 * statement, so that a hot path sends nothing more than before. What the release before hands in is taken as it is. Its
 * records keep what is in their columns, and wait to be chained like every other.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function audit_append(rows jsonb) returns integer language plpgsql as $$
    declare
      written integer;
    begin
      with given as (
        select r.id, r.recorded_at, r.class, r.action, r.outcome, r.actor_type, r.actor_id, r.target_type, r.target_id,
          r.organization_id, r.reason, r.request_id, r.ip, r.user_agent, r.changes, r.details, r.personal
        from jsonb_to_recordset(rows) as r (id uuid, recorded_at timestamptz, class text, action text, outcome text,
          actor_type text, actor_id text, target_type text, target_id text, organization_id text, reason text,
          request_id text, ip text, user_agent text, changes jsonb, details jsonb, personal jsonb)
      ), recorded as (
        insert into audit_records (id, recorded_at, class, action, outcome, actor_type, actor_id, target_type, target_id,
          organization_id, reason, request_id, changes, details)
        select g.id, g.recorded_at, g.class, g.action, g.outcome, g.actor_type, g.actor_id, g.target_type, g.target_id,
          g.organization_id, g.reason, g.request_id, g.changes, g.details
        from given g
      )
      insert into audit_inbox (record_id, class, recorded_at, person, personal)
      select g.id, g.class, g.recorded_at,
        case when g.actor_type = 'user' then g.actor_id when g.target_type = 'user' then g.target_id end,
        nullif(jsonb_strip_nulls(
          jsonb_build_object('ip', g.ip, 'user_agent', g.user_agent, 'changes', g.personal)), '{}')
      from given g;
      get diagnostics written = row_count;
      return written;
    end $$;

    insert into audit_inbox (record_id, class, recorded_at)
    select r.id, r.class, r.recorded_at from audit_records r
    on conflict (record_id) do nothing;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function audit_append(rows jsonb) returns integer language plpgsql as $$
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
  `)
}
