/** What a fault came to; the bar of each is 0 (see `barsMissed`). */
export interface Tally {
  rounds: number
  /** What clients were told was done. */
  acknowledged: number
  /** Of that, what is not there afterwards. */
  lost: number
  /** Things good for one use that were used twice. */
  twice: number
  /** Honest clients whose newest refresh token was refused. */
  refused: number
  /** What was ended and works again. */
  revived: number
  /** Acknowledged acts without an audit record, and breaks of the chain. */
  gaps: number
  /** Answers that are none of these: a result, a refusal with its reason, 503 with Retry-After. */
  errors: number
  /** 503 with Retry-After: an answer that says when to come back. */
  shed: number
  /** Milliseconds from the end of the fault until every replica was ready and no request failed any more. */
  recoveryMs: number | null
  /** Bars of this fault alone that were missed, in words. */
  missed: string[]
  /** What else is worth knowing. */
  notes: string[]
}

export const openTally = (): Tally => ({
  rounds: 0,
  ...{ acknowledged: 0, lost: 0, twice: 0, refused: 0, revived: 0, gaps: 0, errors: 0, shed: 0 },
  recoveryMs: null,
  missed: [],
  notes: [],
})

const counted = ['lost', 'twice', 'refused', 'revived', 'gaps', 'errors'] as const
export type Counted = (typeof counted)[number]

/** Milliseconds. */
export const recoveryBar = 5_000

/** Of one kind, this many are told in words; the rest is in the number. */
const mostTold = 5

/** Counts one, and says what it was. */
export function count(tally: Tally, what: Counted, words: string): void {
  tally[what]++
  if (tally[what] <= mostTold) tally.notes.push(`${what}: ${words}`)
}

/** `unhurried`: no time is a bar. */
export function barsMissed(tally: Tally, { unhurried = false } = {}): string[] {
  const { recoveryMs } = tally
  return [
    ...counted.filter((name) => tally[name] > 0).map((name) => `${name} ${tally[name]} instead of 0`),
    ...(!unhurried && recoveryMs !== null && recoveryMs > recoveryBar
      ? [`recovery ${(recoveryMs / 1000).toFixed(1)} s instead of ${recoveryBar / 1000} s`]
      : []),
    ...tally.missed,
  ]
}
