import type { By, Db } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { carriedCause } from '../../platform/telemetry/index.ts'
import { withCause } from './caused-payload.ts'
import type { DomainEvent } from './envelope.ts'
import { versionOf } from './event-types.ts'
import { tellFresh } from './fresh.ts'
import * as events from './repository.ts'

/**
 * Announces what the caller's transaction does; heard after it commits, and never when it rolls back. Publishing is the
 * last thing a transaction does: it waits for others that publish about the same subject until they end. The request that it
 * follows from, be it by way of a job, is its cause where no other is named.
 *
 * @returns the event's id.
 */
export async function publish(db: Db, at: Date, by: By, event: DomainEvent): Promise<string> {
  const id = newId(at)
  const { requestId, traceparent } = carriedCause()
  await events.insert(db, {
    id,
    type: event.type,
    version: versionOf(event.type),
    at,
    organizationId: event.organizationId ?? null,
    actor: by.actor,
    subject: event.subject,
    cause: event.cause ?? requestId,
    traceparent,
    data: event.data,
  })
  tellFresh(db)
  return id
}

/** Announces things about any number of subjects in one statement, of each in their order; see `publish`. */
export async function publishAll(db: Db, at: Date, by: By, announced: readonly DomainEvent[]): Promise<void> {
  if (announced.length === 0) return
  const { requestId, traceparent } = carriedCause()
  await events.insertAll(
    db,
    announced.map(({ type, subject, organizationId = null, cause = requestId, data }) => ({
      id: newId(at),
      ...{ type, version: versionOf(type), subject, organizationId, cause, data },
    })),
    { at, actor: by.actor, traceparent },
  )
  tellFresh(db)
}

export interface When {
  /** Not before then; absent: at once. */
  at?: Date | undefined
  /** Of the same key there is one in the queue: a later one takes the place of what has not begun. */
  key?: string
}

/** Queues work for the job of that name, in the caller's transaction. It goes on with what the caller follows from. */
export async function enqueue(db: Db, name: string, payload: unknown, { at, key }: When = {}): Promise<void> {
  await events.addJob(db, { name, payload: withCause(payload), at: at ?? null, key: key ?? null })
}
