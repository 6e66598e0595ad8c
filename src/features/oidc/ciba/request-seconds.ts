import type { Configuration } from 'oidc-provider'

type Lifetime = NonNullable<NonNullable<Configuration['ttl']>['BackchannelAuthenticationRequest']>

/** Seconds a request lives when its client does not say how long, and the most and least it may ask for. */
const expiry = { usual: 600, longest: 600, shortest: 30 }

/** `requested_expiry`, within limits (CIBA Core 1.0, section 7.1: the answer says what was made of it). Seconds. */
export const requestSeconds: Lifetime = (ctx) => {
  const asked = Number(ctx.oidc.params?.requested_expiry ?? expiry.usual)
  return Math.min(expiry.longest, Math.max(expiry.shortest, asked))
}
