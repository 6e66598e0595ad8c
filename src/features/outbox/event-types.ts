/** Every event there is, with the version of its data. A version changes when a field changes its meaning or goes. */
const versions = {
  'auth.user.created': 1,
  'auth.user.disabled': 1,
  'auth.user.enabled': 1,
  'auth.user.deleted': 1,
  'auth.user.locked': 1,
  'auth.user.updated': 1,
  'auth.user.erased': 1,
  'auth.user.merged': 1,
  'auth.user.merge_undone': 1,
  'auth.email.changed': 1,
  'auth.profile.changed': 1,
  'auth.session.started': 1,
  'auth.session.ended': 1,
  'auth.session.copied': 1,
  'auth.password.changed': 1,
  'auth.client.created': 1,
  'auth.client.deleted': 1,
  'auth.client.disabled': 1,
  'auth.key.rotated': 1,
  'auth.key.revoked': 1,
  'auth.consent.granted': 1,
  'auth.consent.withdrawn': 1,
  'auth.setting.changed': 1,
  'auth.role.assigned': 1,
  'auth.role.removed': 1,
  'auth.refresh.reused': 1,
  'auth.invitation.accepted': 1,
  'auth.email.verified': 1,
  'auth.identity.linked': 1,
  'auth.identity.unlinked': 1,
  'auth.passkey.added': 1,
  'auth.passkey.removed': 1,
  'auth.passkey.counter_reversed': 1,
  'auth.factor.added': 1,
  'auth.factor.removed': 1,
  'auth.recovery_codes.regenerated': 1,
  'auth.recovery_code.used': 1,
  'auth.factor_reset.requested': 1,
  'auth.factor_reset.restarted': 1,
  'auth.factor_reset.cancelled': 1,
  'auth.factor_reset.completed': 1,
  'auth.factors.reset': 1,
  'auth.device.added': 1,
  'auth.sign_in.stopped': 1,
  'auth.sign_in.unusual': 1,
  'auth.sign_in.disowned': 1,
  'auth.alarm.raised': 1,
  'auth.bots.suspected': 1,
  'auth.webhook.paused': 1,
  'auth.webhook.disabled': 1,
} as const satisfies Record<`auth.${string}`, number>

export type EventType = keyof typeof versions

export const eventTypes = Object.keys(versions) as EventType[] // keys of that table

export const versionOf = (type: EventType): number => versions[type]

/** False for what only another release of this program publishes. */
export const isEventType = (type: string): type is EventType => Object.hasOwn(versions, type)
