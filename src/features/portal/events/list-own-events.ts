import type { Page } from '../../../platform/http/index.ts'
import { listEventsOf, type SecurityEvent } from '../../audit/index.ts'
import { type LoginEvent, loginEventsOf } from '../../lockout/index.ts'
import { type Reason, reasonsOf } from '../../risk/index.ts'
import type { Parts } from '../parts.ts'

/** What happened, and of a sign-in what was unusual about it. */
export interface OwnEvent extends SecurityEvent {
  /** Null for anything else, and for a sign-in whose days are over. */
  signIn: { reasons: Reason[]; disowned: boolean; canDisown: boolean } | null
}

/** A person's own recent events, newest first; sign-ins go by the id of their record in the audit log. */
export async function listOwnEvents(
  app: Pick<Parts, 'config' | 'db'>,
  userId: string,
  asked: { limit: number; after?: string | undefined },
): Promise<Page<OwnEvent>> {
  const { items, next } = await listEventsOf(app, userId, asked)
  const signIns = items.filter(({ action }) => action.startsWith('sign_in.'))
  const kept = await loginEventsOf(
    app.db,
    userId,
    signIns.map(({ id }) => id),
  )
  return { items: items.map((event) => ({ ...event, signIn: signInOf(kept.get(event.id)) })), next }
}

/** Only what opened something can be taken back, and once. */
export const canDisown = ({ outcome, disownedAt }: LoginEvent): boolean =>
  outcome === 'success' && disownedAt === null

function signInOf(event: LoginEvent | undefined): OwnEvent['signIn'] {
  if (!event) return null
  return {
    reasons: reasonsOf(event.risk?.reasons ?? []),
    disowned: event.disownedAt !== null,
    canDisown: canDisown(event),
  }
}
