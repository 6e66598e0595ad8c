import type { By, Db } from '../../platform/app.ts'
import * as records from './repository.ts'
import { type AuditEntry, type AuditRecord, toRecord } from './to-record.ts'

/**
 * Writes one record on the connection handed in, so that it commits or rolls back with what it describes. When it
 * cannot be written the whole act fails: nothing security relevant happens unrecorded (OWASP ASVS 5.0, 16.5.3).
 */
export async function record(db: Db, at: Date, by: By, entry: AuditEntry): Promise<void> {
  await records.append(db, [toRecord(at, by, entry)])
}

/** Several records of one act, in one statement; see `record`. */
export async function recordAll(db: Db, at: Date, by: By, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  const written = entries.map((entry) => toRecord(at, by, entry))
  await records.append(db, written)
}

/** Records of several acts by several people, in one statement; see `record`. They are chained in this order. */
export async function recordHistory(db: Db, written: readonly AuditRecord[]): Promise<void> {
  if (written.length > 0) await records.append(db, written)
}

/** Counts tokens that a machine fetched for itself, per client and minute, instead of recording each. */
export async function countMachineIssues(db: Db, at: Date, clientId: string, issued: number): Promise<void> {
  await records.addMachineIssues(db, clientId, at, issued)
}
