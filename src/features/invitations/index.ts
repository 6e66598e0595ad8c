/**
 * Invitations: one link, good for one account, where accounts are not open to everybody.
 *
 * Owns table `invitations`. Publishes `auth.invitation.accepted`.
 * The link holds 256 random bits and is known here by its SHA-256 only; showing it changes nothing, using it is a
 * conditional update; a newer invitation of the same address replaces the older ones.
 */
export { routes } from './admin.routes.ts'
export { acceptInvitation, acceptMailedTo, spendInvitation } from './accept-invitation.ts'
export { commands } from './commands.ts'
export { createInvitation, type NewInvitation, sendInvitation } from './create-invitation.ts'
export { errors as invitationErrors } from './errors.ts'
export { findOpenInvitation, hasOpenInvitation } from './find-invitation.ts'
export { forgetAddresses as forgetInvitationsOf } from './repository.ts'
export { withdrawInvitation } from './withdraw-invitation.ts'
