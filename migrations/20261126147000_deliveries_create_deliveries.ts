import type { Knex } from 'knex'

/**
 * What is still to be told to other people's servers, one row a message and destination, written with its cause. A worker takes
 * a row for one attempt by leasing it: whoever dies at it lets the lease run out, and another goes on.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table deliveries (
      id            uuid primary key,
      kind          text not null,           -- which channel: how it is addressed, worded and signed
      destination   text not null,           -- to whom, by the channel's own names: a queue of its own each
      key           text not null,           -- what it tells; told to nobody twice
      user_id       uuid,                    -- whom it is about; no foreign key: it may outlive the account
      data          jsonb not null,          -- what the channel needs to word it: ids, no personal data
      caused_at     timestamptz(3) not null, -- when that happened which it tells of
      created_at    timestamptz(3) not null,
      expires_at    timestamptz(3) not null, -- no attempt after it
      state         text not null,           -- waiting | delivered | refused | expired | dropped
      due_at        timestamptz(3) not null, -- of the next attempt
      leased_until  timestamptz(3),          -- somebody is at it until then
      attempts      integer not null default 0,
      refusals      integer not null default 0,  -- how often the destination said that it does not want it
      tried_at      timestamptz(3),
      last_result   text,                    -- what became of the last attempt: delivered, status, timeout, unreachable …
      last_status   integer,
      last_bytes    integer,                 -- how much it answered; never what
      ended_at      timestamptz(3),
      constraint deliveries_told_once unique (kind, key)
    );
    create index deliveries_waiting on deliveries (kind, destination, due_at) where state = 'waiting';
    create index deliveries_by_age on deliveries (created_at, id);
    create index deliveries_by_user on deliveries (user_id) where user_id is not null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table deliveries')
}
