import { secondsAfter } from '../../../lib/clock.ts'
import { type App, bySystem } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { verifiersOf } from '../chain/checkpoint.ts'
import { recordAll } from '../record.ts'
import type { AuditEntry } from '../to-record.ts'
import { type ClassReport, verifyDatabase } from '../verification/verify-database.ts'
import * as runs from './repository.ts'
import { beatSeconds } from './standing.ts'

/**
 * Verifies every class and records what was found, once, however often it runs. Checkpoints that were kept elsewhere are not
 * there to compare with: that takes `gatehouse audit verify --checkpoint`.
 */
export async function runVerification(
  app: Pick<App, 'db' | 'config' | 'clock' | 'log'>,
  id: string,
): Promise<void> {
  if (await runs.hasEnded(app.db, id)) return
  const trust = { verifiers: verifiersOf(app.config), outside: [] }
  const beat = beating(app, id)
  await beat()
  const reports = await verifyDatabase(app, trust, beat)
  const entries = reports.map((report) => entryOf(id, report))
  const recorded = await transaction(app.db, async (tx) => {
    await runs.hold(tx)
    if (await runs.hasEnded(tx, id)) return false
    await recordAll(tx, app.clock.now(), bySystem, entries)
    return true
  })
  const findings = reports.flatMap(({ finding }) => finding ?? [])
  if (recorded && findings.length > 0) app.log.error({ findings }, 'the audit log is not whole')
}

/** Says now and then that the run is at work, so that nobody takes its place. */
function beating({ db, clock }: Pick<App, 'db' | 'clock'>, id: string): () => Promise<void> {
  let next = clock.now()
  return async () => {
    const at = clock.now()
    if (at < next) return
    next = secondsAfter(at, beatSeconds)
    await runs.beat(db, { id, at })
  }
}

const entryOf = (id: string, report: ClassReport): AuditEntry => ({
  action: 'audit.verified',
  outcome: report.finding ? 'failure' : 'success',
  target: runs.target,
  details: {
    verification: id,
    class: report.class,
    records: report.records,
    through: report.through,
    signed_through: report.signed_through,
    ...(report.finding && {
      fault: report.finding.fault,
      sequence: report.finding.sequence,
      record_id: report.finding.record_id,
      detail: report.finding.detail,
    }),
  },
})
