import { verificationJob, type VerificationQueue } from './features/audit/index.ts'
import { enqueue, type JobState, jobStates, listJobs } from './features/outbox/index.ts'

/** Where verifications of the audit log wait: audit stands beside the outbox and is handed it. */
export const verificationQueue: VerificationQueue = {
  add: (tx, id) => enqueue(tx, verificationJob, { id }, { key: verificationJob }),
  async state(db) {
    const [job] = await listJobs(db, { states: jobStates, name: verificationJob }, { from: null, limit: 1 })
    return job ? known[job.state] : null
  },
}

const known: Record<JobState, 'waiting' | 'running' | 'dead'> = {
  waiting: 'waiting',
  scheduled: 'waiting',
  failing: 'waiting', // it is tried again
  running: 'running',
  dead: 'dead',
}
