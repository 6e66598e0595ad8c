import type { Db } from '../../../platform/app.ts'

/** The name of the job that verifies. It is stored, and never changes. */
export const verificationJob = 'audit.verify'

/** The queue of jobs: the outbox's, which stands on this floor and so is handed in. */
export interface VerificationQueue {
  /** In the transaction of its cause. */
  add(tx: Db, id: string): Promise<void>
  /** Of the newest that is there; null: none is. `waiting` to be tried again, too; `dead`: it failed for the last time. */
  state(db: Db): Promise<'waiting' | 'running' | 'dead' | null>
}
