/** What the database says about a person and, where one is named, the session at a client. */
export interface PersonFacts {
  status: 'pending' | 'active' | 'locked' | 'disabled' | 'deleted'
  /** Undefined when the question names no session. Null: there is none of that name. */
  session?: { ended: boolean; samePerson: boolean; sameClient: boolean } | null
  /** Whether all sign-ins of the time of this one were ended. Undefined when the question names no sign-in. */
  signInEnded?: boolean
}

export type Refusal =
  | 'user_unknown'
  | 'user_pending'
  | 'user_locked'
  | 'user_disabled'
  | 'user_deleted'
  | 'session_unknown'
  | 'session_ended'
  | 'session_of_another'

/** `locked` bars signing in by password, which its own step refuses; what a person already has keeps working. */
const byStatus: Record<PersonFacts['status'], Refusal | null> = {
  pending: 'user_pending',
  active: null,
  locked: null,
  disabled: 'user_disabled',
  deleted: 'user_deleted',
}

/** Why a person gets nothing; null when nothing speaks against it. */
export function refusalOf(person: PersonFacts | null): Refusal | null {
  if (!person) return 'user_unknown'
  if (person.signInEnded) return byStatus[person.status] ?? 'session_ended'
  return byStatus[person.status] ?? refusalOfSession(person.session)
}

function refusalOfSession(session: PersonFacts['session']): Refusal | null {
  if (session === undefined) return null
  if (session === null) return 'session_unknown'
  if (session.ended) return 'session_ended'
  return session.samePerson && session.sameClient ? null : 'session_of_another'
}
