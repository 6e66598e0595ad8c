import { secondsAfter } from '../../lib/clock.ts'
import type { App, Caller } from '../../platform/app.ts'
import type { Allowance, CallerLimits } from '../../platform/http/index.ts'
import { limitErrors } from '../../platform/limits/index.ts'
import type { WithLockout } from '../lockout/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { type Counted, openCounters } from './counters.ts'
import { isScanning, type Kind, kindOf, rateOf, type Rates } from './rates.ts'

export interface RequestLimits extends CallerLimits {
  /**
   * Counts a call of an application that has proven which one it is.
   *
   * @throws too_many_requests (429): the answer says when to come back.
   */
  takeClient(clientId: string): Promise<void>
}

export interface WithRequestLimits {
  requestLimits: RequestLimits
}

/** Seconds that somebody who looked for what they may not see is slowed. */
const slowedSeconds = 5 * 60

const minuteMs = 60_000

/** Asks memory and, where there is one, Redis; never PostgreSQL, while the channel of changed settings is alive. */
export function openRequestLimits(
  app: Pick<App, 'cache' | 'clock'> & WithLockout & WithSettings,
): RequestLimits {
  const counters = openCounters(app)

  async function allowanceFor(name: string, kindAmong: (rates: Rates) => Kind): Promise<Allowance> {
    const rates = await app.settings.get('limits.by_role')
    const kind = kindAmong(rates)
    const counted = await counters.request(name)
    const circumstances = { alarm: app.lockout.isRaised('sign-in'), scanning: isSlowed(counted) }
    return allowanceOf(kind, rateOf(rates, kind, circumstances), counted.requests, app.clock.now())
  }

  const isSlowed = ({ slowedUntil }: Counted): boolean => slowedUntil > app.clock.now()

  return {
    take: (caller) => allowanceFor(nameOf(caller), (rates) => kindOfCaller(rates, caller)),
    async refused(caller) {
      const name = nameOf(caller)
      const counted = await counters.refusal(name)
      const { requests: answers, refusals } = counted
      if (isSlowed(counted) || !isScanning({ answers, refusals })) return
      await counters.slow(name, secondsAfter(app.clock.now(), slowedSeconds))
    },
    async takeClient(clientId) {
      const { allowed, resetSeconds } = await allowanceFor(`client ${clientId}`, () => 'client')
      if (!allowed) throw limitErrors.too_many_requests({ retryAfterSeconds: resetSeconds })
    },
  }
}

const nameOf = ({ actor }: Caller): string => `${actor.type} ${actor.id}`

const kindOfCaller = (rates: Rates, { actor, role }: Caller): Kind =>
  actor.type === 'client' ? 'client' : kindOf(rates, role)

function allowanceOf(kind: Kind, quota: number, requests: number, now: Date): Allowance {
  const resetSeconds = Math.ceil((minuteMs - (now.getTime() % minuteMs)) / 1000)
  const remaining = Math.max(0, quota - requests)
  return { policy: kind, quota, windowSeconds: 60, remaining, resetSeconds, allowed: requests <= quota }
}
