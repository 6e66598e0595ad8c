import type { Knex } from 'knex'

/**
 * Tokens that machines fetch for themselves are counted per client and minute instead of recorded one by one: a busy
 * client would bury everything else. A count is spread over slots, one per connection, so that its transactions do not
 * wait for each other's commit.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table audit_machine_issues (
      client_id  text not null,
      minute     timestamptz(0) not null,
      slot       smallint not null,   -- add them up: what was issued is the sum over the slots
      issued     bigint not null,
      primary key (client_id, minute, slot)
    ) with (fillfactor = 50);         -- leaves room to update a row in its own page

    create function audit_count_machine_issue(client text, at timestamptz, more integer) returns integer language plpgsql as $$
    begin
      insert into audit_machine_issues as counted (client_id, minute, slot, issued)
      values (client, date_trunc('minute', at), pg_backend_pid() % 16, more)
      on conflict (client_id, minute, slot) do update set issued = counted.issued + more;
      return more;
    end $$;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop function audit_count_machine_issue(text, timestamptz, integer); drop table audit_machine_issues',
  )
}
