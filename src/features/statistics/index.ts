/**
 * Statistics: what happened by day, counted out of the audit log as it is chained.
 *
 * Owns tables `statistics_days`, `statistics_people` and `statistics_progress`. Reads `audit_chain` and `audit_records`.
 * docs/decisions/0044-management-api.md says why every record counts exactly once.
 */
export { adminRoutes } from './admin.routes.ts'
export { commands } from './commands.ts'
export { countEvents } from './count-events.ts'
export { jobs } from './jobs.ts'
export { type Now, showNow, showStatistics, type Statistics } from './show-statistics.ts'
