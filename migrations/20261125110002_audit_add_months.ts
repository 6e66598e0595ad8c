import type { Knex } from 'knex'

/**
 * Months of the records and of the chain: opened ahead, and dropped by retention. Both run as the schema's owner, since
 * the application's role may neither make nor drop a table; so the shortest time a class is kept stands here too, where a
 * changed setting or a stolen password of that role cannot undercut it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(open)
  await knex.raw('select audit_open_months(now())')
  await knex.raw(drop)
}

/** As audit_open_partitions, which the release before calls, and for the chain as well. */
const open = `
  create function audit_open_months(at timestamptz)
    returns table (partition_name text, state text) -- state: opened, existing, or left (to the default partition)
    language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    set timezone = 'UTC'
    set lock_timeout = '2s'
  as $$
  declare
    parent text;
    by_time text;
    first_day timestamptz;
    next_month timestamptz;
    occupied boolean;
  begin
    perform pg_advisory_xact_lock(4021960002);
    for parent, by_time in
      select 'audit_' || part || '_' || class, case part when 'chain' then 'chained_at' else 'recorded_at' end
      from unnest(array['records', 'chain']) part, unnest(array['governance', 'sign_in', 'token']) class
    loop
      for ahead in 0..2 loop
        first_day := date_trunc('month', at) + make_interval(months => ahead);
        next_month := first_day + interval '1 month';
        partition_name := parent || to_char(first_day, '_YYYY_MM');
        state := 'existing';
        if to_regclass('public.' || partition_name) is null then
          execute format('select exists (select 1 from public.%I where %I >= $1 and %I < $2)',
            parent || '_default', by_time, by_time) into occupied using first_day, next_month;
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
  revoke all on function audit_open_months(timestamptz) from public;
`

/**
 * Drops the months of one class that end by then, records and chain each up to their own month. It drops nothing younger
 * than the shortest time, whatever it is asked for, and nothing without a cut that was signed before.
 */
const drop = `
  create function audit_drop_months(of_class text, records_before timestamptz, chain_before timestamptz)
    returns table (partition_name text)
    language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    set timezone = 'UTC'
    set lock_timeout = '1s' -- the class's writers wait behind us; rather come again
  as $$
  declare
    shortest interval := case of_class
      when 'governance' then interval '365 days' when 'sign-in' then interval '30 days'
      when 'token' then interval '7 days' end;
    newest_cut bigint;
  begin
    if shortest is null or greatest(records_before, chain_before) > now() - shortest then
      raise exception 'audit records of class % are kept for % at least', of_class, shortest
        using errcode = 'insufficient_privilege';
    end if;
    select max(c.sequence) into newest_cut from public.audit_checkpoints c
    where c.class = of_class and c.kind = 'cut' and c.dropped_before = records_before;
    if newest_cut is null then
      raise exception 'a cut of the audit chain is signed before it is made' using errcode = 'insufficient_privilege';
    end if;
    for partition_name in
      select p.relname
      from (values ('records', records_before), ('chain', chain_before)) part (name, before)
      join pg_inherits i on i.inhparent =
        ('public.audit_' || part.name || '_' || replace(of_class, '-', '_'))::regclass
      join pg_class p on p.oid = i.inhrelid
      where p.relname ~ '_[0-9]{4}_[0-9]{2}$'
        and to_date(right(p.relname, 7), 'YYYY_MM') + interval '1 month' <= part.before
      order by p.relname
    loop
      execute format('drop table public.%I', partition_name);
      return next;
    end loop;
    delete from public.audit_checkpoints c where c.class = of_class and c.kind = 'head' and c.sequence <= newest_cut;
  end $$;
  revoke all on function audit_drop_months(text, timestamptz, timestamptz) from public;
`

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function audit_drop_months(text, timestamptz, timestamptz);
    drop function audit_open_months(timestamptz);
  `)
}
