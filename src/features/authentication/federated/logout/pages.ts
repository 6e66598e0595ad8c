import { z } from 'zod'

import { type By, bySystem } from '../../../../platform/app.ts'
import { transaction } from '../../../../platform/db/index.ts'
import { Problem } from '../../../../platform/errors.ts'
import { page, type PageRoute } from '../../../../platform/http/index.ts'
import * as audit from '../../../audit/index.ts'
import { federationErrors, readLogout, takeLogout, type UpstreamLogout } from '../../../federation/index.ts'
import { endConnectedSessions } from '../../../sessions/index.ts'
import { errors } from '../../errors.ts'
import type { Parts } from '../../parts.ts'

/** A provider tells that a session of its own has ended: ours that it began end with it. */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'post',
    path: '/federation/:provider/backchannel-logout',
    summary: 'Hear from a provider that somebody has signed out there',
    params: z.object({ provider: z.string().max(50) }),
    form: z.object({ logout_token: z.string().min(1).max(20_000) }),
    async handle({ by, params, form }) {
      const provider = await parts.federation.providers.bySlug(params.provider)
      if (!provider?.enabled) throw federationErrors.provider_not_found()
      const logout = await readLogout(parts, provider, form.logout_token).catch((error: unknown) => {
        if (error instanceof Problem && error.code !== 'upstream_unavailable')
          throw errors.logout_token_invalid({ cause: error })
        throw error
      })
      await end(parts, { ...bySystem, origin: by.origin }, provider.id, logout)
      return { done: true }
    },
  }),
]

/** Once for one token: who repeats it gets the same answer, and nothing happens (Back-Channel Logout 1.0, section 2.6). */
async function end({ db, clock }: Parts, by: By, providerId: string, logout: UpstreamLogout): Promise<void> {
  await transaction(db, async (tx) => {
    const at = clock.now()
    const signIns = await takeLogout(tx, at, logout)
    if (signIns === null) return
    const ended = await endConnectedSessions(
      tx,
      at,
      by,
      signIns.map(({ id }) => id),
    )
    await audit.record(tx, at, by, {
      action: 'upstream.logged_out',
      target: { type: 'provider', id: providerId },
      details: { sessions: ended },
    })
  })
}
