/**
 * Jobs: what an operator does about work that failed: jobs of the queue, reactions that were given up, dead letters.
 *
 * Owns no table: the queue and events belong to features/outbox, letters to other servers to features/deliveries.
 */
export { adminRoutes, deliveryRoutes } from './admin.routes.ts'
export { commands } from './commands.ts'
export { deliveryCommands } from './deliveries/commands.ts'
export { discardFailedJob, discardReaction, retryFailedJob, retryReaction } from './work-again.ts'
