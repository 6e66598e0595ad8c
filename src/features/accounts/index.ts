/**
 * Accounts: one canonical user a person, what relying parties know them by, the identities they may be recognised by,
 * and what they tell about themselves. Passwords are not here (features/credentials).
 *
 * Owns tables `users`, `subjects`, `kept_subjects`, `user_identities`, `linked_issuers`, `profiles`, `custom_fields`. Publishes `auth.user.created`, `auth.user.updated`,
 * `auth.user.enabled`, `auth.user.locked`, `auth.user.disabled`, `auth.user.deleted`, `auth.profile.changed`,
 * `auth.email.changed`, `auth.email.verified`, `auth.identity.linked` and
 * `auth.identity.unlinked`.
 *
 * Rules: OpenID Connect Core 1.0, sections 5.1, 5.7 and 8; docs/decisions/0009-identifiers.md.
 */
export { changeEmail } from './change-email.ts'
export { confirmEmail } from './confirm-email.ts'
export { createUser, type NewAccount } from './create-user.ts'
export {
  changeFields,
  type CustomChange,
  type CustomValues,
  fieldFromText,
} from './custom-fields/custom-fields.ts'
export { findCustomFields } from './custom-fields/repository.ts'
export { changeCustomFields, ownCustomFields } from './custom-fields/change-custom-fields.ts'
export {
  cancelDeletion,
  deleteAccount,
  deleteIfDue,
  requestDeletion,
  restoreDeleted,
  scheduleDeletion,
} from './delete-account.ts'
export { changeDetails, changeDetailsWithin, findSelf, type Self } from './details/change-details.ts'
export { type DetailsChange, merge as mergeDetails, ProfileDetails, UserDetails } from './details/details.ts'
export { canonicalEmail } from './email.ts'
export { errors as accountErrors } from './errors.ts'
export { findUser, findUserByLogin, findUserBySubject, subjectOf } from './find-user.ts'
export type { Identity } from './identities/identity.ts'
export { linkIdentities, linkIdentity, type NewIdentity } from './identities/link-identity.ts'
export {
  find as findIdentity,
  list as listIdentities,
  noteUse as noteIdentityUse,
  wasLinkedTo,
} from './identities/repository.ts'
export { removeForeignIdentities, unlinkIdentity } from './identities/unlink-identity.ts'
export { importAccounts, type ImportedAccount, updateImported } from './imports/import-accounts.ts'
export { findHolders } from './imports/repository.ts'
export { canonicalLogin } from './login.ts'
export { moveAccount, type MovedAccount, returnAccount } from './merges/move-account.ts'
export {
  forgetKeptSubjects,
  hastenDeletion,
  type KnownAs,
  listClientsWithSubject,
  listKnownAs,
  lockAll as lockAccounts,
  reinstate as reinstateAccount,
  retire as retireAccount,
} from './merges/repository.ts'
export { isReadable, LanguageTag, line as oneLine } from './person-text.ts'
export { acceptableProfile } from './profiles/acceptable-profile.ts'
export {
  changeProfile,
  emptyProfile,
  Profile,
  profileMembers,
  type StoredProfile,
} from './profiles/profile.ts'
export { findProfile, saveProfile } from './profiles/repository.ts'
export { standardClaims } from './profiles/standard-claims.ts'
export { erase as eraseAccount, listDue as listDueForDeletion, listSubjects } from './repository.ts'
export { lock as lockAccount, mergedAway, wantedDeletion } from './repository.ts'
export { isNativeIdentity } from './native-issuer.ts'
export { routes } from './routes.ts'
export { makeSectorSubject } from './sector-subject.ts'
export { changeUserStatus, setUserStatus, type StatusChange } from './set-user-status.ts'
export type { NextStatus } from './status.ts'
export type { User, UserStatus } from './user.ts'
export { canonicalUsername } from './username.ts'
