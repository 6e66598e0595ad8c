/**
 * How long a record is kept: governance 7 years, sign-ins 1 year, tokens 90 days, unless settings say otherwise. Each class
 * has partitions and a chain of its own, so that a short life never has to be deleted row by row out of a long one.
 */
export type AuditClass = 'governance' | 'sign-in' | 'token'

export const auditClasses: readonly AuditClass[] = ['governance', 'sign-in', 'token']

/** Everything that is audited, with the class it is kept in. `<thing>.<past participle>`. */
const classes = {
  'user.created': 'governance',
  'user.disabled': 'governance',
  'user.enabled': 'governance',
  'user.deleted': 'governance',
  'user.locked': 'governance',
  'user.updated': 'governance',
  'user.email_change_requested': 'governance',
  'user.email_changed': 'governance',
  'user.deletion_requested': 'governance',
  'user.deletion_withdrawn': 'governance',
  'user.erased': 'governance',
  'user.merge_offered': 'governance',
  'user.merged': 'governance',
  'user.merge_undone': 'governance',
  'data.exported': 'governance',
  'credential.password_set': 'governance',
  'role.assigned': 'governance',
  'role.removed': 'governance',
  'client.created': 'governance',
  'client.updated': 'governance',
  'client.enabled': 'governance',
  'client.disabled': 'governance',
  'client.deleted': 'governance',
  'client.secret_rotated': 'governance',
  'key.created': 'governance',
  'key.promoted': 'governance',
  'key.retired': 'governance',
  'key.revoked': 'governance',
  'key.rewrapped': 'governance',
  'key.removed': 'governance',
  'invitation.created': 'governance',
  'invitation.accepted': 'governance',
  'invitation.withdrawn': 'governance',
  'email.verified': 'governance',
  'recovery.completed': 'governance',
  'mail.address_suppressed': 'governance',
  'mail.suppression_lifted': 'governance',
  'setting.changed': 'governance',
  'setting.reset': 'governance',
  'administrator.bootstrapped': 'governance',
  'administrator.reset': 'governance',
  'access.read': 'governance',
  'audit.read': 'governance',
  'audit.exported': 'governance',
  'audit.partition_dropped': 'governance',
  'lockout.lifted': 'governance',
  'lockout.alarm_raised': 'governance',
  'access.denied': 'governance',

  'sign_in.succeeded': 'sign-in',
  'sign_in.failed': 'sign-in',
  'sign_in.refused': 'sign-in',
  'sign_in.throttled': 'sign-in',
  'sign_in.stopped': 'sign-in',
  'credential.password_refused': 'sign-in',
  'device.added': 'sign-in',
  'device.removed': 'sign-in',
  'registration.succeeded': 'sign-in',
  'registration.refused': 'sign-in',
  'recovery.requested': 'sign-in',
  'verification.requested': 'sign-in',
  'consent.granted': 'sign-in',
  'consent.declined': 'sign-in',
  'consent.withdrawn': 'sign-in',
  'session.started': 'sign-in',
  'session.ended': 'sign-in',
  'sign_out.succeeded': 'sign-in',
  'access.throttled': 'sign-in',

  'token.issued': 'token',
  'token.refreshed': 'token',
  'token.refused': 'token',
  'token.revoked': 'token',
  'token.refresh_reused': 'token',
  'code.reused': 'token',
  'client.authentication_failed': 'token',
  'authorization.refused': 'token',
  'userinfo.refused': 'token',
  'sign_out.refused': 'token',
  'grant.revoked': 'token',
} as const satisfies Record<string, AuditClass>

export type Action = keyof typeof classes

export const classOf = (action: Action): AuditClass => classes[action]

export const isAction = (text: string): text is Action => Object.hasOwn(classes, text)
