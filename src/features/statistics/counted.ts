import type { Action, AuditClass } from '../audit/index.ts'

/** The classes of the audit log that hold what is counted. */
export const countedClasses = ['sign-in', 'token'] as const satisfies AuditClass[]
export type CountedClass = (typeof countedClasses)[number]

export const names = ['sign_ins', 'failures', 'registrations', 'tokens', 'active_users'] as const
export type Name = (typeof names)[number]

/** What each action counts as. Names are stored and never change. */
export const counted: readonly { action: Action; name: Name }[] = [
  { action: 'sign_in.succeeded', name: 'sign_ins' },
  { action: 'sign_in.failed', name: 'failures' },
  { action: 'sign_in.refused', name: 'failures' },
  { action: 'sign_in.throttled', name: 'failures' },
  { action: 'sign_in.second_factor_failed', name: 'failures' },
  { action: 'registration.succeeded', name: 'registrations' },
  { action: 'token.issued', name: 'tokens' },
  { action: 'token.refreshed', name: 'tokens' },
]

/** By which of them a person is active on a day: who is signed in and comes back shows by the refresh. */
export const showsActive: readonly Action[] = ['sign_in.succeeded', 'token.issued', 'token.refreshed']
