import { z } from 'zod'

import { sha256 } from '../../../platform/crypto/index.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { askForReset, carryOutReset } from '../lost-factor/lost-factor.ts'
import type { Parts } from '../parts.ts'
import { Client, DeviceToken, MfaToken, SignedIn } from './schema.ts'
import { proceed } from './sign-in.ts'
import { underWay } from './under-way.ts'

const Lost = z.strictObject({
  ...Client,
  mfa_token: MfaToken,
  remove: z.boolean().default(false).meta({
    description:
      'true: the wait is over, and all second factors are to be removed now. false: ask for it, or how long it is',
  }),
  device_token: DeviceToken,
})

const Waiting = z.object({
  ready_at: z
    .date()
    .meta({ description: 'from when on a sign-in that begins after the request may remove them' }),
})

/** Somebody lost all that could come second, in one of our own applications. */
export const lostFactorRoutes = (parts: Parts): Route[] => [
  endpoint({
    method: 'post',
    path: '/auth/mfa/lost',
    summary: 'Have lost second factors removed after a wait, for our own applications',
    access: 'public',
    namesClient: true,
    limit: 'second-factor',
    body: Lost,
    reply: { 200: SignedIn, 202: Waiting },
    async handle({ by, body, authorization }) {
      const { asked, standing } = await underWay(parts, by, { authorization, body }, 'second-factor')
      const losing = { attemptId: sha256(body.mfa_token), userId: standing.userId }
      if (!body.remove) {
        const { readyAt } = await askForReset(parts, by, losing)
        return { status: 202, body: { ready_at: readyAt } }
      }
      await carryOutReset(parts, by, losing)
      return { status: 200, body: await proceed(parts, by, asked, body.mfa_token) }
    },
  }),
]
