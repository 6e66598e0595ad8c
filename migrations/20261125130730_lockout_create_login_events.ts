import type { Knex } from 'knex'

/**
 * Every attempt to sign in, with what came of it: what a person is shown of their own account, and what an operator
 * looks at after an attack. Shorter lived and easier to ask than the audit log, which keeps its own record.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table login_events (
      id          uuid primary key,
      at          timestamptz(3) not null,
      user_id     uuid,                     -- null: nobody has that name; no foreign key, which would cost known people time
      identifier  text not null,            -- keyed hash of what was typed, as in the audit log
      outcome     text not null,
      reason      text,
      client_id   text,
      ip          text not null,
      user_agent  text not null,
      device_id   uuid                      -- the known device it came from
    );
    create index login_events_by_user on login_events (user_id, at desc, id desc) where user_id is not null;
    create index login_events_old on login_events (at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table login_events')
}
