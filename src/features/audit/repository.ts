import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'
import type { AuditRecord } from './to-record.ts'

const appendRecords = { name: 'audit_append', text: 'select audit_append($1::jsonb)' }
const countIssue = { name: 'audit_count_machine_issue', text: 'select audit_count_machine_issue($1, $2, $3)' }

export async function append(db: Db, records: readonly AuditRecord[]): Promise<void> {
  await run(db, appendRecords, [JSON.stringify(records)])
}

export async function addMachineIssues(db: Db, clientId: string, at: Date, issued: number): Promise<void> {
  await run(db, countIssue, [clientId, at, issued])
}

export interface Partition {
  name: string
  /** `left`: its month already has records in the default partition and stays there. */
  state: 'opened' | 'existing' | 'left'
}

/** Opens what is missing of this and the next two months' partitions; one caller at a time, the others find them made. */
export async function openMissing(db: Db, at: Date): Promise<Partition[]> {
  const opened = await db.raw<{ rows: Partition[] }>(
    'select partition_name as name, state from audit_open_months(?)',
    [at],
  )
  return opened.rows
}
