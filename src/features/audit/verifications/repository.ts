import type { Db } from '../../../platform/app.ts'

/** All runs are acts on the whole of the log: its chain is their target, by which they are found. */
export const target = { type: 'audit', id: 'chain' } as const

/** Records that a run leaves at most: that it was asked for, and one for each class. */
const recordsOfRun = 4

/** One record that a run left, with what it told. */
export interface RunRecord {
  at: Date
  action: 'audit.verification_started' | 'audit.verified'
  actor: { type: string; id: string | null }
  details: Record<string, string | number | boolean | null>
}

interface Row {
  recorded_at: Date
  action: RunRecord['action']
  actor_type: string
  actor_id: string | null
  details: RunRecord['details']
}

/** Until the transaction ends nobody else starts or ends a run. */
export async function hold(tx: Db): Promise<void> {
  await tx.raw(`select pg_advisory_xact_lock(hashtextextended('audit:verification', 0))`)
}

/** That this run is there, and at work as of now; what earlier ones told is let go of. */
export async function begin(tx: Db, run: { id: string; at: Date }): Promise<void> {
  await tx('audit_verification_beats').whereNot('id', run.id).delete()
  await beat(tx, run)
}

/** That a run is at work, as of now. */
export async function beat(db: Db, { id, at }: { id: string; at: Date }): Promise<void> {
  await db('audit_verification_beats').insert({ id, at }).onConflict('id').merge()
}

/** Whether a run was at work since. */
export async function hasBeaten(db: Db, since: Date): Promise<boolean> {
  const row = await db('audit_verification_beats as b')
    .first<{ id: string } | undefined>('b.id')
    .where('b.at', '>=', since)
  return row !== undefined
}

/** Records of the newest runs, newest first. Served by index audit_records_by_target. */
export async function listNewest(db: Db, runs: number): Promise<RunRecord[]> {
  const rows = await db('audit_records as r')
    .select<Row[]>('r.recorded_at', 'r.action', 'r.actor_type', 'r.actor_id', 'r.details')
    .where({ 'r.class': 'governance', 'r.target_type': target.type, 'r.target_id': target.id })
    .whereIn('r.action', ['audit.verification_started', 'audit.verified'])
    .orderBy([
      { column: 'r.recorded_at', order: 'desc' },
      { column: 'r.id', order: 'desc' },
    ])
    .limit(runs * recordsOfRun)
  return rows.map(({ recorded_at: at, action, actor_type: type, actor_id: id, details }) => ({
    ...{ at, action, details },
    actor: { type, id },
  }))
}

/** Whether a run has left what it found. Served by index audit_records_by_target. */
export async function hasEnded(db: Db, id: string): Promise<boolean> {
  const row = await db('audit_records as r')
    .first<{ id: string } | undefined>('r.id')
    .where({ 'r.class': 'governance', 'r.target_type': target.type, 'r.target_id': target.id })
    .where('r.action', 'audit.verified')
    .whereRaw(`r.details ->> 'verification' = ?`, [id])
  return row !== undefined
}
