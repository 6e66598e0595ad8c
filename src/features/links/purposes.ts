const minute = 60
const day = 24 * 3600

/** What a link may be used for, and the seconds it is good for. A link of one purpose is worth nothing for another. */
export const lifetimeSeconds = {
  'verify-email': day,
  'reset-password': 30 * minute,
  'change-email': day,
  'restore-account': 30 * day,
  'undo-merge': 30 * day,
} as const satisfies Record<string, number>

export type LinkPurpose = keyof typeof lifetimeSeconds
