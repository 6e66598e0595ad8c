import { type Configuration, errors } from 'oidc-provider'

import { epochSeconds } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'

/** Seconds an assertion may still be good for. An hour covers every library there is; a stolen one is not good for years. */
const longestLifeSeconds = 3600

type Check = NonNullable<Configuration['assertJwtClientAuthClaimsAndHeader']>

/** Refuses an assertion that expires unreasonably far in the future (RFC 7523, section 3, point 4). */
export const refuseLongAssertions =
  ({ clock }: Pick<App, 'clock'>): Check =>
  (_ctx, { exp }) => {
    if (typeof exp === 'number' && exp <= epochSeconds(clock.now()) + longestLifeSeconds) return
    throw new errors.InvalidClientAuth('the assertion is valid for too long')
  }
