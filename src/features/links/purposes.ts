const minute = 60
const day = 24 * 3600

/** What a link may be used for, and the seconds it is good for. A link of one purpose is worth nothing for another. */
export const lifetimeSeconds = {
  'verify-email': day,
  'reset-password': 30 * minute,
  'sign-in': 10 * minute, // as long as a code by mail may live (NIST SP 800-63B-4, section 3.1.3.2)
  'change-email': day,
  'restore-account': 30 * day,
  'undo-merge': 30 * day,
  'disown-sign-in': 7 * day,
  'cancel-factor-reset': 45 * day, // the longest wait, and the days in which it may be carried out
} as const satisfies Record<string, number>

export type LinkPurpose = keyof typeof lifetimeSeconds
