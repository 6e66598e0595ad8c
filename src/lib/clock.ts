/** The one source of "now". Tests hand in a clock they can move. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** The instant `seconds` after (or, when negative, before) another. */
export const secondsAfter = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000)

/** Whole seconds since 1970, as in a JWT's NumericDate (RFC 7519, section 2). */
export const epochSeconds = (at: Date): number => Math.floor(at.getTime() / 1000)
