/**
 * Audit: who did what to which thing, from where, with what outcome. Append only, and written in the transaction of the
 * act itself; sealed, chained and signed afterwards, so that a change can be told by anyone.
 *
 * Owns tables `audit_records` (partitioned by retention class and month), `audit_inbox` (what is not chained yet),
 * `audit_chain` (as the records), `audit_checkpoints`, `audit_person_keys`, `audit_machine_issues` and `audit_verification_beats`, and the SQL
 * functions `audit_append(jsonb)` and `audit_count_machine_issue(text, timestamptz, integer)`, which answer a number so that they
 * can stand in a larger statement. (Postgres skips a `select` in a WITH clause that nothing reads.)
 *
 * No events. Rules: OWASP ASVS 5.0, 16.2 to 16.5; docs/decisions/0005-audit.md.
 */
export { type Action, actionNames, type AuditClass } from './actions.ts'
export { openSequencer, type Sequencer } from './chain/sequencer.ts'
export { type AuditCommandParts, commands } from './commands.ts'
export { jobs } from './jobs.ts'
export { openPartitions } from './open-partitions.ts'
export { forgetPerson } from './persons/forget-person.ts'
export { rewrapPersonKeys } from './persons/rewrap.ts'
export { routes, shown as shownRecord } from './reading/admin.routes.ts'
export { recordLine as auditRecordLine } from './reading/commands.ts'
export { chainStatus, type ChainStatus } from './status/chain-status.ts'
export { listRecords, type ReadRecord, watchRecords } from './reading/list-records.ts'
export { RecordPage } from './reading/schema.ts'
export type { RecordFilter } from './reading/repository.ts'
export { listEventsOf, type SecurityEvent } from './reading/list-events.ts'
export { countMachineIssues, record, recordAll, recordHistory } from './record.ts'
export type { DaysKept } from './retention/drop-old-months.ts'
export { type AuditEntry, type AuditRecord, type Outcome, toRecord } from './to-record.ts'
export { verificationRoutes } from './verifications/admin.routes.ts'
export { verificationJob, type VerificationQueue } from './verifications/queue.ts'
export { runVerification } from './verifications/run-verification.ts'
export { standing as auditStanding } from './verification/repository.ts'
