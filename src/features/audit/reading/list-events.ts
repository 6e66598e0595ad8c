import type { App } from '../../../platform/app.ts'
import { openList, type Page } from '../../../platform/http/index.ts'
import type { Action } from '../actions.ts'
import { holderOf } from '../persons/holder-keys.ts'
import type { StoredRecord } from '../stored-record.ts'
import type { Outcome } from '../to-record.ts'
import { type Personal, personalOf } from './personal-of.ts'
import * as reading from './repository.ts'

/** Something that happened to a person's account, as they are told of it. */
export interface SecurityEvent {
  id: string
  at: Date
  action: Action
  outcome: Outcome
  /** They did it themselves; otherwise somebody else did it to their account, or somebody who did not prove to be them. */
  byYou: boolean
  /** The application it happened at, where there was one. */
  clientId: string | null
  /** Where it came from. Of what an administrator did a person is not told from where. */
  ip: string | null
  userAgent: string | null
}

/** What people understand, and can do something about. A record of any other action is for operators. */
const told: readonly Action[] = [
  'sign_in.succeeded',
  'sign_in.failed',
  'sign_in.refused',
  'sign_in.stopped',
  'sign_in.disowned',
  'device.added',
  'device.removed',
  'sign_in.mail_requested',
  'recovery.requested',
  'recovery.completed',
  'email.verified',
  'registration.succeeded',
  'session.started',
  'session.ended',
  'session.foreign_device',
  'session.moved',
  'consent.granted',
  'consent.withdrawn',
  'authentication_request.asked',
  'authentication_request.approved',
  'authentication_request.denied',
  'authentication_request.expired',
  'credential.password_set',
  'passkey.added',
  'passkey.removed',
  'factor.added',
  'factor.removed',
  'recovery_codes.regenerated',
  'recovery_code.used',
  'factor_reset.requested',
  'factor_reset.restarted',
  'factor_reset.cancelled',
  'factor_reset.completed',
  'factors.reset',
  'identity.linked',
  'identity.unlinked',
  'user.merge_offered',
  'user.merged',
  'user.merge_undone',
  'invitation.accepted',
  'user.disabled',
  'user.enabled',
  'user.locked',
  'role.assigned',
  'role.removed',
  'permission.assigned',
  'permission.removed',
  'token.refresh_reused',
  'user.updated',
  'user.email_change_requested',
  'user.email_changed',
  'user.deletion_requested',
  'user.deletion_withdrawn',
  'data.exported',
]

/**
 * A person's own recent security events, newest first, from the moment each commits.
 *
 * @throws invalid_input (400): `after` was not given out for this list.
 */
export async function listEventsOf(
  app: Pick<App, 'db' | 'config'>,
  userId: string,
  asked: { limit: number; after?: string | undefined },
): Promise<Page<SecurityEvent>> {
  const list = openList(app, ['security events', userId], asked)
  const found = await reading.listOfPerson(app.db, userId, told, { from: list.from, limit: list.rows })
  const personal = await personalOf(app, found)
  return list.page(
    found,
    ({ recorded_at: key, id }) => ({ key, id }),
    (record) => eventOf(record, userId, personal.get(record.id)),
  )
}

function eventOf(record: StoredRecord, userId: string, personal: Personal | undefined): SecurityEvent {
  const at = new Date(record.recorded_at)
  const theirs = personal?.holder === holderOf(userId, at) ? personal.fields : {}
  return {
    id: record.id,
    at,
    action: record.action as Action, // the query names these actions only
    outcome: record.outcome,
    byYou: record.actor_type === 'user' && record.actor_id === userId,
    clientId: clientOf(record),
    ip: theirs.ip ?? null,
    userAgent: theirs.user_agent ?? null,
  }
}

function clientOf({ target_type, target_id, details }: StoredRecord): string | null {
  if (target_type === 'client') return target_id
  const { clientId } = Object(details) as { clientId?: unknown } // an object of what the action chose to tell, or null
  return typeof clientId === 'string' ? clientId : null
}
