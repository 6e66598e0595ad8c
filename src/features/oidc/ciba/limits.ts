import { errors, type KoaContextWithOIDC } from 'oidc-provider'

import { Problem } from '../../../platform/errors.ts'
import type { LimitName, Limits } from '../../../platform/limits/index.ts'

/** Requests that wait for one person at a time; and of these, of one application. */
export const mostPending = { all: 5, ofClient: 2 } as const

/** Counts one, and refuses what is too many as the other endpoints of the protocol do. */
export async function take(
  { limits }: { limits: Limits },
  ctx: KoaContextWithOIDC,
  name: LimitName,
  key: string,
): Promise<void> {
  try {
    await limits.take(name, key)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw tooMany(ctx, error.options.retryAfterSeconds ?? 60)
  }
}

export function tooMany(ctx: KoaContextWithOIDC, retryAfterSeconds: number): errors.OIDCProviderError {
  ctx.set('retry-after', String(retryAfterSeconds))
  const refusal = new errors.OIDCProviderError(429, 'temporarily_unavailable')
  return Object.assign(refusal, { error_description: 'too many requests of this kind; try again later' })
}
