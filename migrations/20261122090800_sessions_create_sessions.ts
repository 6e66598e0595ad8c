import type { Knex } from 'knex'

/**
 * Where a person is signed in: one row a browser session, and one for each client signed in to through it, with the `sid`
 * that stands in its tokens. The provider keeps the cookie's side of a session in its own table.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sessions (
      uid               text primary key,      -- the provider's name for the session; no cookie holds it
      user_id           uuid not null references users (id) on delete cascade,
      authenticated_at  timestamptz(3) not null,
      acr               text,
      amr               text[] not null default '{}',
      ip                text not null,
      user_agent        text not null,
      organization_id   uuid,                  -- the tenant whose single sign-on proved it, if one did
      connection        text,
      started_at        timestamptz(3) not null,
      ended_at          timestamptz(3),
      end_reason        text
    );
    create index sessions_live_by_user on sessions (user_id, started_at desc, uid desc) where ended_at is null;

    create table client_sessions (
      sid              text primary key,
      session_uid      text not null references sessions (uid) on delete cascade,
      user_id          uuid not null references users (id) on delete cascade,
      client_id        text not null,
      grant_id         text not null,
      offline          boolean not null default false,  -- holds offline_access: survives a sign-out
      organization_id  uuid,
      connection       text,
      started_at       timestamptz(3) not null,
      ended_at         timestamptz(3)
    );
    create table session_epochs (
      user_id       uuid primary key references users (id) on delete cascade,
      ended_before  timestamptz(3) not null  -- every sign-in until then is void, also one that has reached no client yet
    );

    create index client_sessions_by_session on client_sessions (session_uid);
    create index client_sessions_by_grant on client_sessions (grant_id);
    create index client_sessions_live_by_user on client_sessions (user_id) where ended_at is null;
    create index client_sessions_live_by_client on client_sessions (client_id) where ended_at is null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table session_epochs, client_sessions, sessions')
}
