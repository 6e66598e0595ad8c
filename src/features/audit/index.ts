/**
 * Audit: who did what to which thing, from where, with what outcome. Append only, and written in the transaction of the
 * act itself.
 *
 * Owns tables `audit_records` (partitioned by retention class and month) and `audit_machine_issues`, and the SQL
 * functions `audit_append(jsonb)` and `audit_count_machine_issue(text, timestamptz, integer)`, which answer a number so that they
 * can stand in a larger statement. (Postgres skips a `select` in a WITH clause that nothing reads.)
 *
 * No events. Rules: OWASP ASVS 5.0, 16.2 to 16.5; docs/decisions/0005-audit.md.
 */
export type { Action, AuditClass } from './actions.ts'
export { jobs, openPartitions } from './open-partitions.ts'
export { countMachineIssues, record } from './record.ts'
export { type AuditEntry, type AuditRecord, type Outcome, toRecord } from './to-record.ts'
