import { z } from 'zod'

import { after, limit } from '../../platform/http/index.ts'
import { type DeliveryRecord, deliveryStates } from '../deliveries/index.ts'
import { type GivenUp, jobStates, type QueuedJob } from '../outbox/index.ts'

const word = z.string().min(1).max(300)

export const ListJobs = z.strictObject({
  state: z
    .enum([...jobStates, 'failed', 'all'])
    .default('failed')
    .meta({ description: '`failed`: dead, and failing but tried again.' }),
  name: word.optional(),
  limit,
  after,
})

/** Of the words of the query, the states that are meant. */
export const statesOf = (asked: z.infer<typeof ListJobs>['state']) =>
  asked === 'all' ? jobStates : asked === 'failed' ? (['failing', 'dead'] as const) : [asked]

export const JobParams = z.object({ id: z.string().regex(/^\d{1,18}$/) })

export const JobView = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(jobStates),
  attempts: z.number().int(),
  most_attempts: z.number().int(),
  last_error: z.string().nullable(),
  created_at: z.date(),
  due_at: z.date(),
})

export const jobView = ({ mostAttempts, lastError, createdAt, dueAt, ...job }: QueuedJob) => ({
  ...job,
  most_attempts: mostAttempts,
  last_error: lastError,
  created_at: createdAt,
  due_at: dueAt,
})

export const ReactionParams = z.object({ event_id: z.uuid(), reaction: z.string().min(1).max(200) })

export const ReactionView = z.object({
  event_id: z.uuid(),
  reaction: z.string(),
  type: z.string(),
  subject: z.string(),
  published_at: z.date(),
  given_up_at: z.date(),
})

export const reactionView = ({ eventId, publishedAt, at, ...one }: GivenUp) => ({
  ...one,
  event_id: eventId,
  published_at: publishedAt,
  given_up_at: at,
})

export const ListDeliveries = z.strictObject({
  kind: word.optional(),
  destination: word.optional(),
  state: z
    .enum([...deliveryStates, 'dead', 'all'])
    .default('dead')
    .meta({ description: '`dead`: refused by the destination, or tried for too long.' }),
  limit,
  after,
})

export const deliveryStatesOf = (asked: z.infer<typeof ListDeliveries>['state']) =>
  asked === 'all' ? undefined : asked === 'dead' ? (['refused', 'expired'] as const) : [asked]

export const RetryDeliveries = z
  .strictObject({ kind: word, destination: word.optional(), id: z.uuid().optional() })
  .meta({ description: 'One delivery, all to a destination, or all of a kind.' })

export const DeliveryView = z.object({
  id: z.uuid(),
  kind: z.string(),
  destination: z.string(),
  state: z.enum(deliveryStates),
  attempts: z.number().int(),
  last_result: z.string().nullable(),
  last_status: z.number().int().nullable(),
  caused_at: z.date(),
  next_attempt_at: z.date().nullable(),
  ended_at: z.date().nullable(),
})

export const deliveryView = (one: DeliveryRecord) => ({
  id: one.id,
  kind: one.kind,
  destination: one.destination,
  state: one.state,
  attempts: one.attempts,
  last_result: one.result,
  last_status: one.status,
  caused_at: one.causedAt,
  next_attempt_at: one.state === 'waiting' ? one.dueAt : null,
  ended_at: one.endedAt,
})
