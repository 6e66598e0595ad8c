import { z } from 'zod'

import { methods, statuses } from './stream.ts'

/** A header is one line of visible text (RFC 9110, section 5.5). */
const HeaderValue = z.string().regex(/^[\x21-\x7e]([\x20-\x7e]{0,1998}[\x21-\x7e])?$/, 'is no header')

const Push = z.object({
  method: z.literal(methods.push),
  endpoint_url: z.string().max(2_000),
  authorization_header: HeaderValue.nullish(),
})

/** The address to poll is ours to say: one that is sent back must be the same. */
const Poll = z.object({ method: z.literal(methods.poll), endpoint_url: z.string().max(2_000).nullish() })

const Delivery = z.discriminatedUnion('method', [Push, Poll])
export type Delivery = z.infer<typeof Delivery>

const EventsRequested = z.array(z.string().min(1).max(300)).max(50)
const Description = z.string().max(500)

/** What we say of a stream: a receiver may send it back, unchanged (SSF 1.0, section 8.1.1). */
const Ours = {
  iss: z.unknown().optional(),
  aud: z.unknown().optional(),
  events_supported: z.unknown().optional(),
  events_delivered: z.unknown().optional(),
  min_verification_interval: z.unknown().optional(),
}

export const NewStream = z.object({
  ...Ours,
  delivery: Delivery.default({ method: methods.poll }),
  events_requested: EventsRequested.optional(),
  description: Description.nullish(),
})
export type NewStream = z.infer<typeof NewStream>

export const ReplaceStream = z.object({ stream_id: z.uuid(), ...NewStream.shape })
export type ReplaceStream = z.infer<typeof ReplaceStream>

export const ChangeStream = z.object({
  ...Ours,
  stream_id: z.uuid(),
  delivery: Delivery.optional(),
  events_requested: EventsRequested.optional(),
  description: Description.nullish(),
})
export type ChangeStream = z.infer<typeof ChangeStream>

export const Named = z.object({ stream_id: z.uuid() })
export const MaybeNamed = z.object({ stream_id: z.uuid().optional() })

/** SSF 1.0, section 8.1.1. The authorization header is never shown. */
export const StreamView = z.object({
  stream_id: z.uuid(),
  iss: z.string(),
  aud: z.string(),
  delivery: z.object({ method: z.string(), endpoint_url: z.string() }),
  events_supported: z.array(z.string()),
  events_requested: z.array(z.string()),
  events_delivered: z.array(z.string()),
  min_verification_interval: z.number().int(),
  description: z.string().optional(),
})
export type StreamView = z.infer<typeof StreamView>

const Reason = z.string().max(500)

export const StatusView = z.object({
  stream_id: z.uuid(),
  status: z.enum(statuses),
  reason: z.string().optional(),
})
export type StatusView = z.infer<typeof StatusView>

export const NewStatus = z.object({
  stream_id: z.uuid(),
  status: z.enum(statuses),
  reason: Reason.nullish(),
})

export const AdminStatus = z.strictObject({ status: z.enum(statuses), reason: Reason.optional() })

/** RFC 9493, section 3; only what can name a person here is looked at. */
export const SubjectId = z.looseObject({ format: z.string().min(1).max(100) })
export type SubjectId = z.infer<typeof SubjectId>

export const Subject = z.object({
  stream_id: z.uuid(),
  subject: SubjectId,
  verified: z.boolean().optional(),
})

export const Verification = z.object({ stream_id: z.uuid(), state: z.string().max(1_000).optional() })

export const AdminStream = z.object({
  id: z.uuid(),
  client_id: z.string(),
  method: z.enum(['push', 'poll']),
  endpoint_url: z.string().nullable(),
  events_requested: z.array(z.string()),
  events_delivered: z.array(z.string()),
  description: z.string().nullable(),
  status: z.enum(statuses),
  status_reason: z.string().nullable(),
  waiting_since: z
    .date()
    .nullable()
    .meta({ description: 'When its oldest event that is not taken was told.' }),
  created_at: z.date(),
  updated_at: z.date(),
})
export type AdminStream = z.infer<typeof AdminStream>

export const StreamParams = z.object({ id: z.uuid() })
