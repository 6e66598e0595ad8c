/**
 * Deliveries: what is to be told to other people's servers. A row is written in the transaction of its cause; a pump in every
 * process that works takes rows for one attempt each and tries again, ever later, for two days.
 *
 * Owns table `deliveries`. Each destination has a queue of its own: one that is slow or dead holds up no other. What a message
 * says, where it goes, and whether order matters there, is a channel's (see channel.ts); this floor knows none of them.
 * Rules: docs/decisions/0038-logout-propagation.md; RFC 9110, section 15 (what a status means).
 */
export { attempt, type Timed } from './attempt.ts'
export type { Channel, Delivery, DeliveryData, Message, NewDelivery } from './channel.ts'
export { errors as deliveryErrors } from './errors.ts'
export { jobs } from './jobs.ts'
export { countDead as countDeadDeliveries } from './repository.ts'
export { queueDeliveries } from './queue.ts'
export { openPump } from './pump.ts'
export { retry as retryDeliveries, retrySilenced } from './retry.ts'
export {
  type DeliveryRecord,
  list as listDeliveries,
  removeOfUser as forgetDeliveriesOf,
} from './repository.ts'
export { type Attempted, type DeliveryState, deliveryStates } from './schedule.ts'
