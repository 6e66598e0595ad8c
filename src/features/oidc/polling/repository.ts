import type { Db } from '../../../platform/app.ts'
import { run } from '../../../platform/db/index.ts'

interface Poll {
  kind: string
  id: Buffer
  at: Date
  /** What the moment counts as when it is held against the last one. */
  notBefore: Date
  /** The interval to begin with, and what each question that came too soon adds to it. */
  seconds: number
  expiresAt: Date
}

const notePoll = {
  name: 'oidc_note_poll_v1',
  text: `insert into oidc_polls as p (kind, id, polled_at, interval_seconds, too_soon, expires_at)
         values ($1, $2, $3, $4::integer, false, $6)
         on conflict (kind, id) do update set
           polled_at = excluded.polled_at,
           too_soon = $5::timestamptz < p.polled_at + make_interval(secs => p.interval_seconds),
           interval_seconds = p.interval_seconds
             + case when $5::timestamptz < p.polled_at + make_interval(secs => p.interval_seconds) then $4::integer else 0 end
         returning p.too_soon`,
}

/** Whether it came before the interval since the last one was over; the interval has then grown. */
export async function note(db: Db, { kind, id, at, seconds, notBefore, expiresAt }: Poll): Promise<boolean> {
  const [row] = await run<{ too_soon: boolean }>(db, notePoll, [kind, id, at, seconds, notBefore, expiresAt])
  return row?.too_soon ?? false
}

/** Deletes up to `limit` rows of what has expired; the number deleted. Served by index oidc_polls_by_end. */
export async function sweep(db: Db, before: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from oidc_polls where (kind, id) in
       (select p.kind, p.id from oidc_polls p where p.expires_at <= ? order by p.expires_at limit ? for update skip locked)`,
    [before, limit],
  )
  return result.rowCount
}
