import { browserOf } from '../../../lib/browser.ts'
import type { Db } from '../../../platform/app.ts'
import type { Position } from '../../../platform/http/index.ts'
import type { StillAlive } from '../../sessions/index.ts'
import type { ListSessions, SessionView } from './schema.ts'

interface Row {
  uid: string
  user_id: string
  email: string | null
  username: string | null
  name: string | null
  ip: string
  last_ip: string
  user_agent: string
  acr: string | null
  amr: string[]
  authenticated_at: Date
  started_at: Date
  last_used_at: Date
  ended_at: Date | null
  end_reason: string | null
  clients: SessionView['clients']
}

const columns = [
  ...['s.uid', 's.user_id', 'u.email', 'u.username', 'u.name', 's.ip', 's.user_agent', 's.acr', 's.amr'],
  ...['s.authenticated_at', 's.started_at', 's.ended_at', 's.end_reason'],
]

/** Served by index client_sessions_by_session. */
const reached = `(select coalesce(json_agg(json_build_object('client_id', c.client_id, 'session_id', c.sid,
    'ended', c.ended_at is not null) order by c.started_at, c.sid), '[]')
  from client_sessions c where c.session_uid = s.uid) as clients`

const toView = (row: Row): SessionView => ({
  id: row.uid,
  user: { id: row.user_id, email: row.email, username: row.username, name: row.name },
  ip: row.ip,
  last_ip: row.last_ip,
  user_agent: row.user_agent,
  ...browserOf(row.user_agent),
  acr: row.acr,
  amr: row.amr,
  authenticated_at: row.authenticated_at,
  started_at: row.started_at,
  last_used_at: row.last_used_at,
  ended_at: row.ended_at,
  end_reason: row.end_reason,
  clients: row.clients,
})

export interface Wanted {
  filters: Omit<ListSessions, 'sort' | 'limit' | 'after'>
  sort: ListSessions['sort']
  from: Position | null
  alive: StillAlive
  rows: number
}

const lastUsed = 'coalesce(s.last_used_at, s.started_at)'

/** Where it was used last; sessions of a release before know where they began alone. */
const lastPlace = 'coalesce(s.last_ip, s.ip) as last_ip'

/** `live`: not ended by anybody, and not run out. Who signed out may still have offline access: that is `ended`. */
const states = {
  live: `s.ended_at is null and ${lastUsed} > ? and s.started_at > ?`,
  ended: `not (s.ended_at is null and ${lastUsed} > ? and s.started_at > ?)`,
} as const

const conditions = [
  ['user_id', 's.user_id = ?'],
  ['ip', 's.ip = ?'],
  ['started_since', 's.started_at >= ?'],
  ['started_until', 's.started_at < ?'],
  ['used_since', `${lastUsed} >= ?`],
  ['client_id', 'exists (select 1 from client_sessions c where c.session_uid = s.uid and c.client_id = ?)'],
] as const satisfies readonly [keyof Wanted['filters'], string][]

/**
 * Reads over sessions and accounts; selects only. Served by index sessions_by_start, for one person by
 * sessions_by_user, for one address by sessions_by_ip.
 */
export async function list(db: Db, { filters, sort, from, alive, rows }: Wanted): Promise<SessionView[]> {
  const down = sort.startsWith('-')
  const query = db('sessions as s')
    .join('users as u', 'u.id', 's.user_id')
    .select<Row[]>([...columns, db.raw(`${lastUsed} as last_used_at`), db.raw(lastPlace), db.raw(reached)])
    .orderByRaw(down ? 's.started_at desc, s.uid desc' : 's.started_at, s.uid')
    .limit(rows)
  if (filters.state !== 'all') query.whereRaw(states[filters.state], [alive.usedAfter, alive.startedAfter])
  if (from)
    query.whereRaw(`(s.started_at, s.uid) ${down ? '<' : '>'} (?::timestamptz, ?)`, [from.key, from.id])
  for (const [name, condition] of conditions) {
    const value = filters[name]
    if (value !== undefined) query.whereRaw(condition, [value])
  }
  return (await query).map(toView)
}
