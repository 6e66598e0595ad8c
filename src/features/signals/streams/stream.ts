import { supportedEvents } from '../event-kinds.ts'

/** SSF 1.0, section 8.1.2: what is held, and what is dropped. */
export const statuses = ['enabled', 'paused', 'disabled'] as const
export type StreamStatus = (typeof statuses)[number]

export const methods = { push: 'urn:ietf:rfc:8935', poll: 'urn:ietf:rfc:8936' } as const
export type Method = keyof typeof methods

/** What a receiver decides about its stream. */
export interface Decided {
  method: Method
  /** Of push alone. */
  endpointUrl: string | null
  /** The header to send with each push, sealed. */
  authorization: { sealed: Buffer; keyId: string } | null
  eventsRequested: readonly string[]
  description: string | null
}

export interface Stream extends Decided {
  id: string
  clientId: string
  status: StreamStatus
  statusReason: string | null
  /** Paused or disabled by an operator, which its receiver cannot undo. */
  stoppedByOperator: boolean
  /** How often it was enabled anew: what was queued in an earlier run is not sent. */
  run: number
  createdAt: Date
  updatedAt: Date
  /** Since when its oldest event waits; null: nothing does. */
  waitingSince: Date | null
}

export const eventsDelivered = ({ eventsRequested }: Pick<Stream, 'eventsRequested'>): string[] =>
  supportedEvents.filter((uri) => eventsRequested.includes(uri))

/** Seconds between two verifications of a stream. */
export const verificationInterval = 60
