import type { By } from '../../platform/app.ts'

export interface SealedSecret {
  sealed: Buffer
  sealingKeyId: string
}

/** `paused`: what happens meanwhile waits. `disabled`: it is not told at all. */
export const states = ['enabled', 'paused', 'disabled'] as const
export type WebhookState = (typeof states)[number]

/** Why it gets nothing: somebody said so; it failed for too long; its server said that it is gone for good (410). */
export const reasons = ['asked', 'failing', 'gone'] as const
export type StopReason = (typeof reasons)[number]

/** The type that stands for all. */
export const everyType = '*'

/** A server that wants to hear of events. */
export interface Webhook {
  id: string
  url: string
  description: string
  /** Names of types, or `everyType` alone. */
  eventTypes: readonly string[]
  state: WebhookState
  stoppedBecause: StopReason | null
  secret: SealedSecret
  /** Signs beside the new one until then. */
  previous: { secret: SealedSecret; until: Date } | null
  /** The first failure after the last success. */
  failingSince: Date | null
  createdBy: By['actor']
  createdAt: Date
  updatedAt: Date
}

/** Without its query, which may hold a key. */
export function placeOf({ url }: Pick<Webhook, 'url'>): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
