/**
 * Outbox: what has happened, written in the transaction of its cause and delivered afterwards: at least once to the
 * outside, with effect exactly once in this house. Also the queue of jobs, recurring and single.
 *
 * Owns tables `outbox_events` and `outbox_deliveries`; schema `graphile_worker` belongs to the library.
 * Events: event-types.ts lists all there are. Rules: docs/decisions/0006-outbox-and-jobs.md.
 */
export type { DomainEvent, Envelope, EventData } from './envelope.ts'
export { type EventType, eventTypes, isEventType } from './event-types.ts'
export { outboxLag } from './lag.ts'
export { enqueue, publish, publishAll } from './publish.ts'
export { find as findEvent, listByTime as listEvents, type TimeRange } from './repository.ts'
export type { Job, Reaction } from './work.ts'
export { openWorker, type Work } from './worker.ts'
export {
  depth as queueDepth,
  discard as discardJob,
  type GivenUp,
  type JobState,
  jobStates,
  letGo as letGoOfReaction,
  list as listJobs,
  listGivenUp,
  oldestDue as oldestDueJob,
  type QueueDepth,
  type QueuedJob,
  retry as retryJob,
  revive as reviveReaction,
} from './queue/repository.ts'
