import type { Knex } from 'knex'

/** Requests that carry an Idempotency-Key, and what was answered to them: asked again, they are answered alike. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table idempotent_requests (
      id          bytea primary key,        -- SHA-256 of who asked, for what, under which key
      fingerprint bytea not null,           -- SHA-256 of what was sent
      held_until  timestamptz(3) not null,  -- somebody is at it until then, unless answered
      answer      bytea,                    -- sealed: it may hold a secret that is shown once
      expires_at  timestamptz(3) not null
    );
    create index idempotent_requests_expired on idempotent_requests (expires_at);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table idempotent_requests')
}
