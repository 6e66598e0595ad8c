import { type Demand, fallsShort, reaches } from '../admission/index.ts'
import { type Factor, factors, levelOf } from './factors.ts'

/** What the service knows about one sign-in attempt. Written by the steps, read only here. */
export interface Attempt {
  /** What the client is owed: a fresh proof of who it is, or an agreement. */
  owed: 'login' | 'consent' | 'select_account'
  proven: readonly Factor[]
  /** An identity elsewhere was proven that is nobody's: its person may link it to the account they sign in to. */
  offered: boolean
  /** How surely the person must be recognised. */
  demand: Demand
  /** What the person could prove besides. */
  available: readonly Factor[]
  /** The sign-in is unusual, they have no second factor, and can be asked for a code that is mailed to them. */
  addressOwed: boolean
  /** They are to be asked whether they want a second factor. */
  enrolmentOffered: boolean
}

export type Step = 'identify' | 'second-factor' | 'enrol' | 'connect' | 'consent' | 'select-account' | 'done'

/**
 * The one place that decides where a sign-in goes next. Steps never send a person to each other: each records what it
 * proved and comes back here, so there is no path around a factor or a consent.
 */
export function nextStep(attempt: Attempt): Step {
  const { proven, demand, offered, owed, addressOwed } = attempt
  if (owed === 'consent') return 'consent'
  if (owed === 'select_account') return 'select-account'
  if (levelOf(proven) === 'none') return 'identify' // nothing, or what is worth something only after something else
  if (addressOwed) return 'second-factor'
  if (fallsShort(levelOf(proven), demand)) return lift(attempt)
  if (offered) return 'connect'
  return attempt.enrolmentOffered ? 'enrol' : 'done'
}

/**
 * What somebody has comes before what they could set up: nobody sets up a new factor without showing that they have the old
 * one. A first factor that nothing could lift that high is to be another one.
 */
function lift({ proven, demand, available }: Attempt): Step {
  const enough = available.some((factor) => reaches(levelOf([...proven, factor]), demand.level))
  if (enough) return 'second-factor'
  if (fallsShort(levelOf([...proven, 'totp']), demand)) return 'identify'
  const isSecond = (factor: Factor): boolean => factors[factor].second !== null
  if (available.length > 0 && !proven.some(isSecond)) return 'second-factor'
  return 'enrol'
}
