import type { Field } from './acts.ts'

const hour = 3600

/** Seconds that the secret before goes on working. */
const overlaps = [0, hour, 24 * hour, 7 * 24 * hour, 30 * 24 * hour]

/** Asked wherever a secret is replaced. */
export const overlapField: Field = {
  name: 'overlap',
  type: 'select',
  required: true,
  value: String(24 * hour),
  options: overlaps.map((seconds) => ({
    value: String(seconds),
    labelKey: `console.words.overlap_${seconds / hour}`,
  })),
}
