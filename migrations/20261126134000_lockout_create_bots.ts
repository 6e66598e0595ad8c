import type { Knex } from 'knex'

/**
 * What strangers do at forms by the minute, from everywhere and by network block, and which forms ask for a proof because it is
 * too much. Every process adds what it counted once a second, so that no form that is sent writes a row for this.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table lockout_bot_minutes (
      minute   timestamptz(3) not null,
      trigger  text not null,                  -- features/lockout/bots/triggers.ts
      block    bytea not null,                 -- keyed hash of a network block; empty: everywhere
      count    integer not null,
      primary key (minute, trigger, block)
    );

    create table lockout_bot_alarms (
      trigger       text not null,
      block         bytea not null,
      raised_at     timestamptz(3) not null,
      raised_until  timestamptz(3) not null,
      primary key (trigger, block)
    );
    create index lockout_bot_alarms_ended on lockout_bot_alarms (raised_until);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table lockout_bot_alarms, lockout_bot_minutes')
}
