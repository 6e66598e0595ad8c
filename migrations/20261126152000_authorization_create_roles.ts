import type { Knex } from 'knex'

/** Roles of the operator's own, beside those in code. `assignments.role` names either kind, so that a right stays one row. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table roles (
      name         text primary key check (name ~ '^[a-z][a-z0-9_-]{1,59}$'),  -- never changes: assignments name it
      description  text not null,
      permissions  text[] not null check (cardinality(permissions) > 0),        -- resource:action:scope
      created_by   text not null,                                               -- actor, as type or type:id
      created_at   timestamptz(3) not null,
      updated_at   timestamptz(3) not null,
      constraint roles_not_built_in check (name not in ('root_admin', 'admin', 'support', 'auditor', 'user'))
    );
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table roles')
}
