import { createRemoteJWKSet, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { defineErrors } from '../../../platform/errors.ts'
import type { DarkAppId } from '../sample-apps.ts'

export const errors = defineErrors({
  logout_token_invalid: { status: 400, title: 'The logout token cannot be accepted.' },
})

/** The local sessions of the three applications, by the name the issuer gave each. */
export interface DarkSessions {
  begin(session: { app: DarkAppId; clientId: string; sid: string }): void
  /** When the issuer told this application that it is over; null: it has not, undefined: nobody knows it here any more. */
  darkAt(sid: string): Date | null | undefined
  /**
   * Ends what a logout token names (OpenID Connect Back-Channel Logout 1.0, section 2.6).
   *
   * @throws logout_token_invalid (400): it is none, is old, or is for somebody else.
   */
  hear(app: DarkAppId, token: string): Promise<void>
}

interface Local {
  app: DarkAppId
  clientId: string
  darkAt: Date | null
}

const mostSessions = 3_000
const lifetimeMs = 3_600_000

const event = 'http://schemas.openid.net/event/backchannel-logout'

const LogoutClaims = z.looseObject({
  sid: z.string(),
  jti: z.string(),
  events: z.looseObject({ [event]: z.looseObject({}) }),
  nonce: z.undefined().optional(),
})

/** In this process's memory, like all of the demo: with several, a token must reach the one that keeps the browser's visit. */
export function openDarkSessions({ config, clock }: Pick<App, 'config' | 'clock'>): DarkSessions {
  const sessions = new LRUCache<string, Local>({ max: mostSessions, ttl: lifetimeMs })
  const keys = createRemoteJWKSet(new URL(`${config.issuer}/.well-known/jwks.json`))

  async function read(token: string): Promise<{ sid: string; audience: unknown }> {
    const { payload } = await jwtVerify(token, keys, {
      ...{ issuer: config.issuer, typ: 'logout+jwt', algorithms: ['RS256', 'EdDSA'] },
      ...{ currentDate: clock.now(), requiredClaims: ['exp', 'iat', 'aud'] },
    })
    return { sid: LogoutClaims.parse(payload).sid, audience: payload.aud }
  }

  return {
    begin({ sid, ...session }) {
      sessions.set(sid, { ...session, darkAt: null })
    },
    darkAt: (sid) => sessions.get(sid)?.darkAt,
    async hear(app, token) {
      const at = clock.now() // before anything is asked of the issuer: this is when it was told
      const { sid, audience } = await read(token).catch((cause: unknown) => {
        throw errors.logout_token_invalid({ cause })
      })
      const session = sessions.get(sid)
      if (!session) return // over already, or of another process
      if (session.app !== app || session.clientId !== audience) throw errors.logout_token_invalid()
      if (session.darkAt === null) sessions.set(sid, { ...session, darkAt: at })
    },
  }
}
