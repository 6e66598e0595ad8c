import { type Configuration, errors } from 'oidc-provider'

import { requestSeconds } from '../ciba/request-seconds.ts'
import type { SettingKey, WithSettings } from '../../settings/index.ts'

/** Seconds. */
export interface Lifetimes {
  access: number
  id: number
  refreshIdle: number
  refreshAbsolute: number
  sessionIdle: number
  sessionAbsolute: number
}

const keys = {
  access: 'token.access_seconds',
  id: 'token.id_seconds',
  refreshIdle: 'token.refresh_idle_seconds',
  refreshAbsolute: 'token.refresh_absolute_seconds',
  sessionIdle: 'session.idle_seconds',
  sessionAbsolute: 'session.absolute_seconds',
} as const satisfies Record<keyof Lifetimes, SettingKey>

/** The lifetimes in force, read once a request: the library asks for them without waiting. */
export function openLifetimes(parts: WithSettings): () => Promise<Lifetimes> {
  let kept: { lifetimes: Lifetimes; of: object } | null = null
  return async () => {
    const before = parts.settings.unchanged()
    if (before !== null && kept?.of === before) return kept.lifetimes
    const lifetimes = await readLifetimes(parts)
    if (before !== null && before === parts.settings.unchanged()) kept = { lifetimes, of: before }
    return lifetimes
  }
}

async function readLifetimes({ settings }: WithSettings): Promise<Lifetimes> {
  const [access, id, refreshIdle, refreshAbsolute, sessionIdle, sessionAbsolute] = await Promise.all([
    settings.get(keys.access),
    settings.get(keys.id),
    settings.get(keys.refreshIdle),
    settings.get(keys.refreshAbsolute),
    settings.get(keys.sessionIdle),
    settings.get(keys.sessionAbsolute),
  ])
  return { access, id, refreshIdle, refreshAbsolute, sessionIdle, sessionAbsolute }
}

/** Seconds a sign-in may take from its first page to its last. */
export const interactionSeconds = 3600

/** What is left of `absolute` after `used`, at most `idle`; one second at least, since the library takes no zero. */
export const remaining = (idle: number, absolute: number, used: number): number =>
  Math.max(1, Math.min(idle, Math.floor(absolute - used)))

/** Outlives everything that refers to it. */
export const grantSeconds = (refreshAbsolute: number): number => refreshAbsolute + 24 * 3600

/** Lifetimes by model. `current` gives those of the request that runs now. */
export function lifetimes(
  current: () => Lifetimes,
  nowSeconds: () => number,
): NonNullable<Configuration['ttl']> {
  return {
    AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? current().access,
    ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? current().access,
    AuthorizationCode: 60, // RFC 9700 asks for a short life; section 4.1.2 of RFC 6749 for ten minutes at most
    IdToken: () => current().id,
    Interaction: interactionSeconds,
    // A refresh token ends when it is not used, and at the absolute end of its family however often it is rotated.
    RefreshToken: (_ctx, token) => {
      const { refreshIdle, refreshAbsolute } = current()
      const used = nowSeconds() - (token.iiat ?? nowSeconds())
      if (used >= refreshAbsolute) throw new errors.InvalidGrant('the refresh token is at its absolute end')
      return remaining(refreshIdle, refreshAbsolute, used)
    },
    Grant: () => grantSeconds(current().refreshAbsolute),
    // Nobody has signed in yet: it only carries a sign-out or sign-in that has begun.
    Session: (_ctx, session) => {
      const { sessionIdle, sessionAbsolute } = current()
      if (session.accountId === undefined) return interactionSeconds
      return remaining(sessionIdle, sessionAbsolute, nowSeconds() - (session.loginTs ?? nowSeconds()))
    },
    DeviceCode: 600,
    BackchannelAuthenticationRequest: requestSeconds,
  }
}
