import type { By } from '../../platform/app.ts'
import type { EventType } from './event-types.ts'

/** What a use case says has happened. */
export interface DomainEvent {
  type: EventType
  /** What it happened to: a user, client or key id. Events of one subject are delivered in order. */
  subject: string
  organizationId?: string | null
  /** The event or request this one follows from; absent: the request that runs now, or began it all. */
  cause?: string | null
  /** Ids and enumerations; no personal data and no secret, for events outlive a deletion and leave the house. */
  data: EventData
}

export type EventData = Record<string, Scalar | readonly Record<string, Scalar>[]>

type Scalar = string | number | boolean | null

/** An event as reactions and receivers see it. The id is the same at every delivery. */
export interface Envelope {
  id: string
  type: EventType
  version: number
  time: Date
  organization: string | null
  actor: By['actor']
  subject: string
  /** Grows with time; within one subject in the order of commits. */
  sequence: number
  cause: string | null
  data: EventData
}
