/**
 * Sessions: where a person is signed in, at which clients, and how that ends.
 *
 * Owns tables `sessions`, `client_sessions`, `session_epochs`, `session_copies` and `last_sign_ins`. Publishes `auth.session.started`,
 * `auth.session.ended` and, once for each session that another device presented, `auth.session.copied` {sessionId}.
 * Reacts to `auth.user.disabled` and `auth.user.deleted` by ending what the person has.
 * Rules: OpenID Connect Back-Channel Logout 1.0 (what a `sid` is); ARCHITECTURE decision 12 (what ends what).
 */
export { endClientOfUser, endGrant } from './end-grant.ts'
export {
  endConnectedSessions,
  endOtherSessions,
  endSession,
  endSessionsOnDevice,
  endSessionsOfUser,
  holdSignIns,
  signInMoment,
  type SessionName,
  signOut,
  signOutAtClient,
} from './end-session.ts'
export { listSessionsOf, type SessionView } from './list-sessions.ts'
export { errors as sessionErrors } from './errors.ts'
export { jobs } from './jobs.ts'
export { reactions } from './reactions.ts'
export { lockSignIns, type MovedSessions, moveSessions, returnSessions } from './move-sessions.ts'
export { refuseCopy, type RefusedCopy } from './refuse-copy.ts'
export { countLive as countLiveSessions, removeOfUser as forgetSessionsOf } from './repository.ts'
export { type ClientSession, recordSignIn, type SignedIn } from './record-sign-in.ts'
export { openSessionUses, type SessionUses } from './session-uses.ts'
export { findByName as findSession, type NamedSession } from './repository.ts'
export { findProof, type Proof } from './repository.ts'
export { type StillAlive, stillAlive } from './session-life.ts'
