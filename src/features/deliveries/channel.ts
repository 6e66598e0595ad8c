import type { Attempted } from './schedule.ts'

/** Ids and enumerations: what a channel needs to word a message. No secret, since rows are kept. */
export type DeliveryData = Record<string, string | number | boolean | null>

export interface NewDelivery {
  kind: string
  destination: string
  /** What it tells: of one kind and key there is one delivery, however often it is queued. */
  key: string
  /** Whom it is about, so that it can be forgotten with them. */
  userId: string | null
  data: DeliveryData
  causedAt: Date
}

/** One message to one destination, as a channel sees it. */
export interface Delivery {
  id: string
  destination: string
  data: DeliveryData
  /** When that happened which it tells of. */
  causedAt: Date
  /** How often it was tried, this time included. */
  attempts: number
}

/** What is posted. */
export interface Message {
  url: string
  contentType: string
  body: string
  /** Besides the content type. May hold secrets: they are sent and kept nowhere. */
  headers?: Readonly<Record<string, string>>
}

/** A way to tell something: who the destinations are, what they are told and how it is signed. */
export interface Channel {
  /** Stored with every delivery: it never changes. */
  kind: string
  /**
   * The message as of now: made anew for every attempt, so that what is signed is never old. Null when there is nobody to tell
   * any more, which ends the delivery.
   */
  compose(delivery: Delivery): Promise<Message | null>
  /**
   * A destination gets its deliveries in the order in which they were queued: the next one is tried when the one before it was
   * taken, or has become a dead letter. Without it many go at once.
   */
  inOrder?: true
  /** Destinations of a channel in order that get nothing for now; what is for them waits. */
  held?(): Promise<readonly string[]>
  /** Called after every attempt of a channel in order, whatever came of it. */
  attempted?(delivery: Delivery, attempted: Attempted, at: Date): Promise<void>
  /** Called when the destination has taken it. */
  delivered(delivery: Delivery, at: Date): void
}
