import type { Databases } from '../config/read.ts'
import { connect } from './connect.ts'
import { examineSchema, type SchemaFacts } from './migrate.ts'

/** What a database is and how it is used, as an operator ought to know. */
export interface DatabaseFacts {
  version: string
  role: string
  superuser: boolean
  /** Whether the application works as the owner of the schema. */
  ownsSchema: boolean
  /** The server's own port is not the one that was asked: a pooler, or a forwarded port, stands between. */
  forwarded: boolean
  /** Whether `DATABASE_DIRECT_URL` is one of its own. */
  directApart: boolean
  /** Of other programs than this one. */
  connections: { most: number; reserved: number; used: number }
  /** Milliseconds by which the server's clock is ahead of `now`, as well as one question can tell. */
  aheadMs: number
  /** Where the server archives its log: when it did so last; null: never. Undefined: it does not. */
  archivedAt: Date | null | undefined
  migrations: SchemaFacts
}

interface Row {
  version: string
  role: string
  superuser: boolean
  owns: boolean
  port: number | null
  most: number
  reserved: number
  used: number
  now: Date
  archiving: boolean
  archived_at: Date | null
}

/**
 * Looks at a database as the application sees it, and changes nothing. The other addresses are tried as well.
 *
 * @throws StartupError as `connect` does.
 */
export async function examineDatabase(databases: Databases, now: () => Date): Promise<DatabaseFacts> {
  for (const purpose of ['migration', 'direct'] as const) {
    if (databases[purpose].reveal() === databases.application.reveal()) continue
    const other = await connect(databases, purpose)
    await other.end()
  }
  const client = await connect(databases, 'application')
  try {
    const before = now().getTime()
    const { rows } = await client.query<Row>(facts)
    const middle = (before + now().getTime()) / 2
    const migrations = await examineSchema(client)
    const [row] = rows
    if (!row) throw new Error('a question without a table was answered by no row')
    return {
      ...{ version: row.version, role: row.role, superuser: row.superuser, ownsSchema: row.owns, migrations },
      forwarded: row.port !== null && row.port !== client.port,
      directApart: databases.direct.reveal() !== databases.application.reveal(),
      connections: { most: row.most, reserved: row.reserved, used: row.used },
      aheadMs: row.now.getTime() - middle,
      archivedAt: row.archiving ? row.archived_at : undefined,
    }
  } finally {
    await client.end()
  }
}

const facts = `
  select current_setting('server_version') as version, current_user::text as role,
    (select r.rolsuper from pg_roles r where r.rolname = current_user) as superuser,
    coalesce((select pg_get_userbyid(c.relowner) = current_user from pg_class c where c.oid = to_regclass('public.audit_records')),
      has_schema_privilege(current_user, 'public', 'create')) as owns,
    inet_server_port() as port,
    current_setting('max_connections')::int as most,
    current_setting('superuser_reserved_connections')::int as reserved,
    (select count(*)::int from pg_stat_activity a where a.backend_type = 'client backend' and a.application_name <> 'gatehouse') as used,
    clock_timestamp() as now,
    current_setting('archive_mode') <> 'off' as archiving,
    (select s.last_archived_time from pg_stat_archiver s) as archived_at`
