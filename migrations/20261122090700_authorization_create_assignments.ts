import type { Knex } from 'knex'

/** Who may do what: every source of a right (given by hand, a group, a policy) ends in a row of this one table. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table assignments (
      id              uuid primary key,
      principal_type  text not null check (principal_type in ('user', 'client')),
      principal_id    text not null,               -- a user's or a client's id; no foreign key, since it is one of several kinds
      role            text,
      permission      text,                        -- resource:action:scope
      effect          text not null default 'allow' check (effect in ('allow', 'deny')),
      scope_type      text not null default 'system' check (scope_type in ('system', 'organization', 'client')),
      scope_id        text,                        -- what the right is limited to; null for the whole system
      source          text not null default 'direct',  -- by what way it came: direct, later group, just-in-time, policy
      starts_at       timestamptz(3) not null,
      ends_at         timestamptz(3),              -- null: until it is revoked
      granted_by      text not null,               -- actor, as type or type:id
      reason          text,
      created_at      timestamptz(3) not null,
      revoked_at      timestamptz(3),
      constraint assignments_users_by_uuid check (principal_type <> 'user' or principal_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'),
      constraint assignments_role_or_permission check ((role is null) <> (permission is null)),
      constraint assignments_roles_only_allow check (role is null or effect = 'allow'),
      constraint assignments_scope_named check ((scope_type = 'system') = (scope_id is null)),
      constraint assignments_end_after_start check (ends_at is null or ends_at > starts_at)
    );
    create index assignments_by_principal on assignments (principal_type, principal_id) where revoked_at is null;
    create unique index assignments_one_direct_role on assignments
      (principal_type, principal_id, role, scope_type, coalesce(scope_id, ''))
      where revoked_at is null and source = 'direct' and role is not null;
    create index assignments_by_role on assignments (role) where revoked_at is null and role is not null;
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table assignments')
}
