import { z } from 'zod'

import { isEventType } from '../../outbox/index.ts'
import type { Replay } from './repository.ts'

const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

const Types = z
  .array(z.string().max(100).refine(isEventType, 'is no type of event'))
  .min(1)
  .max(200)
  .meta({ description: 'Absent: those that the webhook hears of.' })

/** Either everything since a time, or one event. */
export const StartReplay = z
  .strictObject({
    since: Instant.optional(),
    until: Instant.optional().meta({ description: 'Not included. Absent: now.' }),
    types: Types.optional(),
    event_id: z.uuid().optional(),
  })
  .refine(({ since, event_id }) => (since === undefined) !== (event_id === undefined), {
    path: ['since'],
    message: 'either since or event_id must be given',
  })
  .refine(({ event_id, until, types }) => event_id === undefined || (!until && !types), {
    path: ['event_id'],
    message: 'stands alone',
  })
  .refine(({ since, until }) => !since || !until || since < until, {
    path: ['until'],
    message: 'must be after since',
  })
export type StartReplay = z.output<typeof StartReplay>

export const ReplayParams = z.object({ id: z.uuid(), replay: z.uuid() })

export const ReplayView = z
  .object({
    id: z.uuid(),
    webhook_id: z.uuid(),
    since: z.date(),
    until: z.date(),
    event_types: z.array(z.string()),
    state: z.enum(['running', 'ended']),
    queued: z.number().int().meta({ description: 'events queued until now' }),
    looked_until: z
      .date()
      .nullable()
      .meta({ description: 'time of the last event queued; go on from here after the most' }),
    created_at: z.date(),
    ended_at: z.date().nullable(),
  })
  .meta({ id: 'WebhookReplay' })
export type ReplayView = z.infer<typeof ReplayView>

export const replayViewOf = (replay: Replay): ReplayView => ({
  id: replay.id,
  webhook_id: replay.webhookId,
  since: replay.since,
  until: replay.until,
  event_types: [...replay.eventTypes],
  state: replay.endedAt ? 'ended' : 'running',
  queued: replay.queued,
  looked_until: replay.position?.at ?? null,
  created_at: replay.createdAt,
  ended_at: replay.endedAt,
})
