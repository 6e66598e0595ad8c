import type { Reason } from '../../admission/index.ts'
import type { Standing } from '../standing.ts'

/** Where nobody but the person, and a policy for all, asks for a second factor. */
const excusable: readonly (Reason | null)[] = ['own', 'policy']

/** Whether a device may be remembered, so that it is not asked for a second factor again for a while. */
export const mayRemember = ({ demand }: Pick<Standing, 'demand'>): boolean =>
  excusable.includes(demand.because)
