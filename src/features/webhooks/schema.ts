import { z } from 'zod'

import { eventTypes, isEventType } from '../outbox/index.ts'
import { everyType, reasons, states } from './webhook.ts'

const Url = z
  .url({ protocol: /^https?$/, error: 'must be an https URL' })
  .max(2000)
  .meta({ description: 'https on the public internet, or what OUTBOUND_ALLOW names.' })

const Description = z
  .string()
  .trim()
  .max(300)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'holds a character that is not shown')

const isUnique = (values: readonly string[]): boolean => new Set(values).size === values.length

/** Types of events; what `*` stands for grows with the releases. */
const EventTypes = z
  .array(z.string().max(100))
  .min(1)
  .max(200)
  .refine(isUnique, 'names a type twice')
  .refine(
    (types) => types.every((type) => type === everyType || isEventType(type)),
    `names a type that is none; there are: ${eventTypes.join(', ')}`,
  )
  .refine((types) => types.length === 1 || !types.includes(everyType), '* stands alone')
  .meta({ description: 'Types of events, or `*` alone for every one.' })

const State = z
  .enum(states)
  .meta({ description: 'paused: what happens meanwhile waits; disabled: it is not told at all.' })

export const NewWebhook = z.strictObject({
  url: Url,
  event_types: EventTypes,
  description: Description.default(''),
  state: State.default('enabled'),
})
export type NewWebhook = z.input<typeof NewWebhook>

/** Absent: stays. */
export const ChangeWebhook = z.strictObject({
  url: Url.optional(),
  event_types: EventTypes.optional(),
  description: Description.optional(),
  state: State.optional(),
})
export type ChangeWebhook = z.input<typeof ChangeWebhook>

/** A day. */
const overlapSeconds = 24 * 3600

export const RotateSecret = z.strictObject({
  overlap_seconds: z
    .number()
    .int()
    .min(0)
    .max(30 * 24 * 3600)
    .default(overlapSeconds)
    .meta({ description: 'For how long the old secret signs beside the new one.' }),
})
export type RotateSecret = z.input<typeof RotateSecret>

export const WebhookParams = z.object({ id: z.uuid() })

export const WebhookView = z
  .object({
    id: z.uuid(),
    url: z.string(),
    description: z.string(),
    event_types: z.array(z.string()),
    state: z.enum(states),
    stopped_because: z.enum(reasons).nullable(),
    failing_since: z.date().nullable(),
    previous_secret_until: z.date().nullable(),
    created_by: z.object({ type: z.string(), id: z.string().nullable() }),
    created_at: z.date(),
    updated_at: z.date(),
  })
  .meta({ id: 'Webhook' })
export type WebhookView = z.infer<typeof WebhookView>

const Secret = z.string().meta({ description: 'Messages are signed with it; shown this once.' })

export const CreatedWebhook = WebhookView.extend({ secret: Secret }).meta({ id: 'CreatedWebhook' })

export const deliveryStates = ['waiting', 'delivered', 'refused', 'expired', 'dropped'] as const

export const DeliveryView = z
  .object({
    id: z.uuid(),
    event_id: z.string(),
    event_type: z.string(),
    replay_id: z.string().nullable(),
    state: z.enum(deliveryStates),
    attempts: z.number().int(),
    last_result: z.string().nullable(),
    last_status: z.number().int().nullable(),
    last_ms: z.number().int().nullable(),
    caused_at: z.date(),
    created_at: z.date(),
    next_attempt_at: z.date().nullable(),
    ended_at: z.date().nullable(),
  })
  .meta({ id: 'WebhookDelivery' })
export type DeliveryView = z.infer<typeof DeliveryView>

export const TestView = z
  .object({
    event_id: z.string(),
    result: z.string().meta({ description: 'delivered, or what went wrong' }),
    status: z.number().int().nullable().meta({ description: 'of the answer; null: there was none' }),
    ms: z.number().int(),
  })
  .meta({ id: 'WebhookTest' })
export type TestView = z.infer<typeof TestView>
