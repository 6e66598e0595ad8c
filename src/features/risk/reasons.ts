/**
 * Everything that can be unusual about a sign-in, with its points. A reason's name is public and never changes: it is stored,
 * published and translated (texts `risk.*`).
 */
const points = {
  /** The person has signed in before, and not on this device. */
  device_new: 25,
  /** The IPv4 /24 or IPv6 /48 is not among those of their last sign-ins. */
  network_new: 10,
  country_new: 25,
  /** Nobody gets from the last sign-in to this one in the time between (travel.ts). By itself worth a second factor. */
  travel_impossible: 70,
  account_failures: 20,
  network_failures: 15,
  password_breached: 20,
  /** The address is on the operator's list of networks that hide where people are. */
  anonymiser: 20,
} as const satisfies Record<string, number>

export type Reason = keyof typeof points

/** Whether each holds; null where it is not known, which counts nothing. */
export type Facts = Readonly<Record<Reason, boolean | null>>

/** What follows, the mildest first. Each contains those before it: who has to prove more is told too. */
export type Verdict = 'allow' | 'notify' | 'factor' | 'refuse'

/** Scores from which on each verdict holds (settings `risk.*`); 101 is never. */
export interface Thresholds {
  notify: number
  factor: number
  refuse: number
}

/** No score is higher. */
export const highest = 100

export interface Assessment {
  /** 0 to 100 */
  score: number
  /** In the order of the table. */
  reasons: Reason[]
  verdict: Verdict
}

const isReason = (text: string): text is Reason => Object.hasOwn(points, text)

/** The reasons of this release among those that are stored somewhere. */
export const reasonsOf = (texts: readonly string[]): Reason[] => texts.filter(isReason)

/** Adds up what holds and says what follows. The strictest verdict that is reached wins, in whatever order they are set. */
export function assess(facts: Facts, thresholds: Thresholds): Assessment {
  const reasons = Object.keys(points)
    .filter(isReason)
    .filter((reason) => facts[reason] === true)
  const sum = reasons.reduce((total, reason) => total + points[reason], 0)
  const score = Math.min(sum, highest)
  return { score, reasons, verdict: verdictOf(score, thresholds) }
}

function verdictOf(score: number, { notify, factor, refuse }: Thresholds): Verdict {
  if (score >= refuse) return 'refuse'
  if (score >= factor) return 'factor'
  return score >= notify ? 'notify' : 'allow'
}
