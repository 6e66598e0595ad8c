import type { SettingKey } from '../../settings/index.ts'

/** What is counted by the minute to tell that machines are at it. */
export type Trigger = 'sign-in' | 'registration' | 'mail' | 'code'

/** What a person who may be a machine does at a form: a proof is good for one of these. */
export type Path = 'sign-in' | 'register' | 'password-reset' | 'sign-in-by-mail' | 'verify-email' | 'code'

/** A setting that holds a number a minute. */
type Threshold = Extract<SettingKey, `${string}_per_minute` | `${string}_per_minute_of_block`>

interface Counted {
  /** What of it is counted. */
  counts: string
  /** How many a minute are too many, from everywhere together. */
  everywhere: Threshold
  /** How many are too many from one IPv4 /24 or IPv6 /48; then only that block is asked for more. */
  ofBlock: Threshold | null
}

export const triggers: Record<Trigger, Counted> = {
  'sign-in': {
    counts: 'wrong passwords; what one network tries is bounded by rules.ts',
    everywhere: 'lockout.alarm_failures_per_minute',
    ofBlock: null,
  },
  registration: {
    counts: 'accounts asked for, made or not: a farm of them comes from few blocks',
    everywhere: 'bots.registrations_per_minute',
    ofBlock: 'bots.registrations_per_minute_of_block',
  },
  mail: {
    counts: 'mails asked for by strangers, of all kinds together: each is read by somebody else',
    everywhere: 'bots.mails_per_minute',
    ofBlock: null,
  },
  code: {
    counts:
      'codes sent in sign-ins whose first factor was right: with bought passwords, messages that are paid for',
    everywhere: 'bots.codes_per_minute',
    ofBlock: null,
  },
}

/** What turns the defence of a path on. */
export const triggerOf: Record<Path, Trigger> = {
  'sign-in': 'sign-in',
  register: 'registration',
  'password-reset': 'mail',
  'sign-in-by-mail': 'mail',
  'verify-email': 'mail',
  code: 'code',
}
