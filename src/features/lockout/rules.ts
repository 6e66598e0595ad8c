/** What is counted, and how far it may go before an attempt is refused unseen. */
export interface Rule {
  /** Seconds to wait after the `free`th failure in a row; doubled by each further one up to `longest`. */
  delay: { free: number; first: number; longest: number } | null
  /** Passwords that are looked at in one window. */
  window: { points: number; seconds: number } | null
  /** Failures in a row after which nothing is looked at any more until it is lifted. */
  stopAt: number | null
  /** Seconds after the last attempt until all is forgotten: up to the free failures, and beyond. */
  remembered: { few: number; many: number }
  /**
   * `ahead`: before the password is looked at, so that of any number at once no more are looked at than may fail; the right
   * one ends the row. `failures`: afterwards, so that a crowd that signs in at one moment does not stand in its own way.
   */
  counted: 'ahead' | 'failures'
  why: string
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/**
 * Every bucket there is. An attempt is held against one of each kind that concerns it.
 *
 * An account has two names, an address and a user name, and they are counted apart: to count them together would tell
 * that they belong to one. So what stands here for a name is half of what holds for an account: 30 passwords an hour, 100
 * in a row (NIST SP 800-63B-4, section 3.2.2).
 */
export const rules = {
  'account-network': {
    delay: { free: 5, first: 2, longest: 15 * minute },
    window: null,
    stopAt: null,
    remembered: { few: day, many: day },
    counted: 'ahead',
    why: 'one attacker at one name: slowed at once, and nobody else with them',
  },
  'account-strangers': {
    delay: { free: 10, first: 2, longest: 15 * minute },
    window: { points: 15, seconds: hour },
    stopAt: 50,
    remembered: { few: 30 * day, many: 180 * day },
    counted: 'ahead',
    why: 'many attackers at one name: all unknown devices together; the owner has their own device, or a reset',
  },
  device: {
    delay: { free: 10, first: 2, longest: 5 * minute },
    window: { points: 30, seconds: hour },
    stopAt: 100,
    remembered: { few: 30 * day, many: 180 * day },
    counted: 'ahead',
    why: 'a known device of the account: what strangers do elsewhere does not count here, a stolen device does',
  },
  'network-minute': {
    delay: null,
    window: { points: 60, seconds: minute },
    stopAt: null,
    remembered: { few: minute, many: minute },
    counted: 'failures',
    why: 'one password at many names from one address or /64; an office signs in freely, for successes do not count',
  },
  'network-hour': {
    delay: null,
    window: { points: 600, seconds: hour },
    stopAt: null,
    remembered: { few: hour, many: hour },
    counted: 'failures',
    why: 'the same, slowly',
  },
  'block-hour': {
    delay: null,
    window: { points: 2_400, seconds: hour },
    stopAt: null,
    remembered: { few: hour, many: hour },
    counted: 'failures',
    why: 'the same from all addresses of a /24 or /48 in turn',
  },
  person: {
    delay: { free: 5, first: 2, longest: 15 * minute },
    window: { points: 20, seconds: hour },
    stopAt: 100,
    remembered: { few: 30 * day, many: 180 * day },
    counted: 'ahead',
    why: 'somebody signed in who proves their password again: perhaps a thief of the session',
  },
} as const satisfies Record<string, Rule>

export type Kind = keyof typeof rules
