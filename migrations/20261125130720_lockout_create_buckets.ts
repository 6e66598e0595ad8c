import type { Knex } from 'knex'

/**
 * How often a password was guessed lately: by account and network, by account and all unknown devices, by device, by
 * network. Kept in Postgres, so that no restart and no lost cache gives an attacker new tries. An attempt is counted
 * at an account before its password is looked at, whatever comes at the same moment; at a network once it has failed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table lockout_buckets (
      key             bytea primary key,        -- keyed hash of what is counted
      kind            text not null,            -- a rule in features/lockout/rules.ts
      account         bytea,                    -- keyed hash of the login name or the user's id: what an administrator lifts
      failures        integer not null,         -- in a row
      in_window       integer not null,
      window_ends_at  timestamptz(3) not null,
      blocked_until   timestamptz(3),
      told_until      timestamptz(3),           -- until then it is on record that this bucket refuses
      expires_at      timestamptz(3) not null   -- from then on as if it were not there
    );
    create index lockout_buckets_by_account on lockout_buckets (account) where account is not null;
    create index lockout_buckets_expired on lockout_buckets (expires_at);

    create table lockout_alarm (
      single        boolean primary key default true check (single),
      raised_at     timestamptz(3) not null,
      raised_until  timestamptz(3) not null
    );

    create table lockout_minutes (
      minute    timestamptz(3) primary key,
      failures  integer not null               -- of all accounts and networks together
    );

    create table lockout_proofs (
      mark        bytea primary key,           -- SHA-256 of a challenge that was answered: it is good once
      expires_at  timestamptz(3) not null
    );
    create index lockout_proofs_expired on lockout_proofs (expires_at);

    create function lockout_wanted(wanted jsonb)
    returns table (key bytea, kind text, account bytea, free integer, first_delay integer, longest_delay integer,
                   points integer, seconds integer, stop_at integer, few integer, many integer, ahead boolean)
    language sql immutable as $body$
      select * from jsonb_to_recordset(wanted)
        as w(key bytea, kind text, account bytea, free integer, first_delay integer, longest_delay integer,
             points integer, seconds integer, stop_at integer, few integer, many integer, ahead boolean)
    $body$;

    -- The bucket that refuses longest, and until when. One that is full for good says an hour.
    create function lockout_refusal(wanted jsonb, at timestamptz) returns table (key bytea, wait_until timestamptz)
    language sql volatile as $body$
      select r.key, r.wait_until from (
        select b.key, case
          when b.failures >= w.stop_at then at + interval '1 hour'
          when b.blocked_until > at then b.blocked_until
          when b.window_ends_at > at and b.in_window >= w.points then b.window_ends_at
        end as wait_until
        from lockout_wanted(wanted) w join lockout_buckets b on b.key = w.key
        where b.expires_at > at
      ) r where r.wait_until is not null order by r.wait_until desc limit 1
    $body$;

    -- One more in each bucket. Rows are made and locked in the order of their keys, so that no two calls wait for each other.
    create function lockout_count(wanted jsonb, at timestamptz) returns void language plpgsql volatile as $body$
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

    -- Counts an attempt in the buckets that are counted ahead, or in none when any bucket refuses. What is refused is looked
    -- up without a lock and written down at most once, so that a flood costs a read.
    create function lockout_reserve(wanted jsonb, at timestamptz, exempt boolean, proof bytea, proof_until timestamptz,
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

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function lockout_reserve(jsonb, timestamptz, boolean, bytea, timestamptz);
    drop function lockout_count(jsonb, timestamptz);
    drop function lockout_refusal(jsonb, timestamptz);
    drop function lockout_wanted(jsonb);
    drop table lockout_proofs, lockout_minutes, lockout_alarm, lockout_buckets;
  `)
}
