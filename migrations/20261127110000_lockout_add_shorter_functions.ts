import type { Knex } from 'knex'

/**
 * An attempt is looked up and counted in two statements in place of nine: every sign-in pays for them. What they say stays as it
 * was: a refusal is looked up without a lock, rows are made and locked in the order of their keys. lockout_refusal, which the
 * release before calls, stays until the next.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function lockout_count(wanted jsonb, at timestamptz) returns void
    language plpgsql volatile as $body$
    begin
      insert into lockout_buckets (key, kind, account, failures, in_window, window_ends_at, expires_at)
        select w.key, w.kind, w.account, 0, 0, at, at from lockout_wanted(wanted) w order by w.key
        on conflict (key) do nothing;
      with held as materialized (
        select w.free, w.first_delay, w.longest_delay, w.seconds, w.few, w.many, b.*
        from (select * from lockout_wanted(wanted) o order by o.key) w
        cross join lateral (
          select o.key as id, o.in_window, o.window_ends_at,
                 case when o.expires_at <= at then 1 else o.failures + 1 end as failures
          from lockout_buckets o where o.key = w.key for update) b
      )
      update lockout_buckets b set
        failures = h.failures,
        in_window = case when h.window_ends_at <= at then 1 else h.in_window + 1 end,
        window_ends_at = case when h.window_ends_at <= at
          then at + coalesce(h.seconds, 0) * interval '1 second' else h.window_ends_at end,
        blocked_until = case when h.failures >= h.free
          then at + least(h.first_delay * power(2, least(h.failures - h.free, 20)), h.longest_delay) * interval '1 second' end,
        expires_at = at + (case when h.failures > h.free then h.many else h.few end) * interval '1 second'
      from held h where b.key = h.id;
    end
    $body$;

    create or replace function lockout_reserve(wanted jsonb, at timestamptz, exempt boolean, proof bytea,
      proof_until timestamptz,
      out verdict text, out refusing bytea, out wait_until timestamptz, out tell boolean, out stops boolean)
    language plpgsql volatile as $body$
    declare
      missing boolean;
      alarmed boolean;
    begin
      verdict := 'go'; tell := false; stops := false;

      -- The bucket that refuses longest, and until when. One that is full for good says an hour.
      select (array_agg(r.key order by r.wait_until desc) filter (where r.wait_until is not null))[1], max(r.wait_until),
             coalesce(bool_or(r.ahead and r.found is null), false),
             exists (select 1 from lockout_alarm a where a.raised_until > at)
        into refusing, wait_until, missing, alarmed
        from (
          select w.key, w.ahead, b.key as found, case
            when b.expires_at <= at then null
            when b.failures >= w.stop_at then at + interval '1 hour'
            when b.blocked_until > at then b.blocked_until
            when b.window_ends_at > at and b.in_window >= w.points then b.window_ends_at
          end as wait_until
          from lockout_wanted(wanted) w
          left join lateral (select * from lockout_buckets o where o.key = w.key offset 0) b on true
        ) r;

      if refusing is null then
        if not exempt and alarmed then
          insert into lockout_proofs (mark, expires_at) select proof, proof_until where proof is not null
            on conflict (mark) do nothing;
          if not found then verdict := 'proof'; return; end if;
        end if;
        if missing then
          insert into lockout_buckets (key, kind, account, failures, in_window, window_ends_at, expires_at)
            select w.key, w.kind, w.account, 0, 0, at, at from lockout_wanted(wanted) w where w.ahead order by w.key
            on conflict (key) do nothing;
        end if;

        -- Looked at once more under the lock: an attempt that was counted meanwhile may have filled a bucket.
        with held as materialized (
          select w.free, w.first_delay, w.longest_delay, w.seconds, w.few, w.many, w.stop_at, b.*, case
            when b.lasts_until <= at then null
            when b.counted >= w.stop_at then at + interval '1 hour'
            when b.blocked_until > at then b.blocked_until
            when b.window_ends_at > at and b.in_window >= w.points then b.window_ends_at
          end as refuses_until
          from (select * from lockout_wanted(wanted) o where o.ahead order by o.key) w
          cross join lateral (
            select o.key as id, o.failures as counted, o.in_window, o.window_ends_at, o.blocked_until,
                   o.expires_at as lasts_until,
                   case when o.expires_at <= at then 1 else o.failures + 1 end as failures
            from lockout_buckets o where o.key = w.key for update) b
        ), counted as (
          update lockout_buckets b set
            failures = h.failures,
            in_window = case when h.window_ends_at <= at then 1 else h.in_window + 1 end,
            window_ends_at = case when h.window_ends_at <= at
              then at + coalesce(h.seconds, 0) * interval '1 second' else h.window_ends_at end,
            blocked_until = case when h.failures >= h.free
              then at + least(h.first_delay * power(2, least(h.failures - h.free, 20)), h.longest_delay) * interval '1 second' end,
            expires_at = at + (case when h.failures > h.free then h.many else h.few end) * interval '1 second'
          from held h
          where b.key = h.id and not exists (select 1 from held o where o.refuses_until is not null)
          returning h.failures = h.stop_at as stops
        )
        select (array_agg(h.id order by h.refuses_until desc) filter (where h.refuses_until is not null))[1],
               max(h.refuses_until), coalesce((select bool_or(c.stops) from counted c), false)
          into refusing, wait_until, stops
          from held h;
      end if;

      if refusing is not null then
        verdict := 'wait';
        update lockout_buckets b set told_until = lockout_reserve.wait_until
          where b.key = lockout_reserve.refusing and (b.told_until is null or b.told_until <= at);
        tell := found;
      end if;
    end
    $body$;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function lockout_count(wanted jsonb, at timestamptz) returns void language plpgsql volatile as $body$
    begin
      insert into lockout_buckets (key, kind, account, failures, in_window, window_ends_at, expires_at)
        select w.key, w.kind, w.account, 0, 0, at, at from lockout_wanted(wanted) w order by w.key
        on conflict (key) do nothing;
      perform 1 from lockout_buckets b
        where b.key in (select w.key from lockout_wanted(wanted) w) order by b.key for update;
      update lockout_buckets b set
        failures = n.failures,
        in_window = case when b.window_ends_at <= at then 1 else b.in_window + 1 end,
        window_ends_at = case when b.window_ends_at <= at
          then at + coalesce(w.seconds, 0) * interval '1 second' else b.window_ends_at end,
        blocked_until = case when n.failures >= w.free
          then at + least(w.first_delay * power(2, least(n.failures - w.free, 20)), w.longest_delay) * interval '1 second' end,
        expires_at = at + (case when n.failures > w.free then w.many else w.few end) * interval '1 second'
      from lockout_wanted(wanted) w
      cross join lateral (
        select case when o.expires_at <= at then 1 else o.failures + 1 end as failures
        from lockout_buckets o where o.key = w.key
      ) n
      where b.key = w.key;
    end
    $body$;

    create or replace function lockout_reserve(wanted jsonb, at timestamptz, exempt boolean, proof bytea, proof_until timestamptz,
      out verdict text, out refusing bytea, out wait_until timestamptz, out tell boolean, out stops boolean)
    language plpgsql volatile as $body$
    declare
      counted jsonb := coalesce(
        (select jsonb_agg(e) from jsonb_array_elements(wanted) e where (e ->> 'ahead')::boolean), '[]');
    begin
      verdict := 'go'; tell := false; stops := false;
      select r.key, r.wait_until into refusing, wait_until from lockout_refusal(wanted, at) r;
      if refusing is null then
        if not exempt and exists (select 1 from lockout_alarm a where a.raised_until > at) then
          insert into lockout_proofs (mark, expires_at) select proof, proof_until where proof is not null
            on conflict (mark) do nothing;
          if not found then verdict := 'proof'; return; end if;
        end if;
        insert into lockout_buckets (key, kind, account, failures, in_window, window_ends_at, expires_at)
          select w.key, w.kind, w.account, 0, 0, at, at from lockout_wanted(counted) w order by w.key
          on conflict (key) do nothing;
        perform 1 from lockout_buckets b
          where b.key in (select w.key from lockout_wanted(counted) w) order by b.key for update;
        select r.key, r.wait_until into refusing, wait_until from lockout_refusal(wanted, at) r;
      end if;
      if refusing is not null then
        verdict := 'wait';
        update lockout_buckets b set told_until = lockout_reserve.wait_until
          where b.key = lockout_reserve.refusing and (b.told_until is null or b.told_until <= at);
        tell := found;
        return;
      end if;
      perform lockout_count(counted, at);
      stops := exists (
        select 1 from lockout_wanted(counted) w join lockout_buckets b on b.key = w.key where b.failures = w.stop_at);
    end
    $body$;
  `)
}
