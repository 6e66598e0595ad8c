import { z } from 'zod'

import { epochSeconds } from '../../../lib/clock.ts'
import { sha256 } from '../../../platform/crypto/index.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import type { Parts } from '../parts.ts'
import { beginEnrolment, confirmEnrolment } from '../second-factor/enrol.ts'
import { mayRemember } from '../second-factor/may-remember.ts'
import { proveSecond } from '../second-factor/prove-second.ts'
import { Client, DeviceToken, MfaToken, SignedIn } from './schema.ts'
import { proceed } from './sign-in.ts'
import { underWay } from './under-way.ts'

const Verify = z.strictObject({
  ...Client,
  mfa_token: MfaToken,
  type: z.enum(['totp', 'recovery_code']).meta({ description: 'one of `factors` of the `mfa_required`' }),
  code: z.string().min(1).max(60).meta({ description: 'as it was typed' }),
  remember_device: z
    .boolean()
    .default(false)
    .meta({ description: 'not to be asked on this device again for `mfa.remember_days`, where that may be' }),
  device_token: DeviceToken,
})

const Enrol = z.strictObject({ ...Client, mfa_token: MfaToken, type: z.literal('totp') })

const Enrolling = z.object({
  id: z.uuid(),
  secret: z.string().meta({ description: 'in Base32, for who types it' }),
  otpauth_uri: z.string(),
  qr_svg: z.string(),
  expires_in: z.number().int().meta({ description: 'seconds left to confirm it' }),
})

const Confirm = z.strictObject({
  ...Client,
  mfa_token: MfaToken,
  id: z.uuid(),
  code: z.string().min(1).max(20),
  device_token: DeviceToken,
})

const Enrolled = SignedIn.extend({
  recovery_codes: z
    .array(z.string())
    .nullable()
    .meta({ description: 'shown this once; null: there are some' }),
})

/**
 * The rest of a sign-in whose first factor is proven, for our own applications. The `mfa_token` of the refusal stands for it: good
 * at that application alone, until the sign-in is over.
 */
export const mfaRoutes = (parts: Parts): Route[] => [
  endpoint({
    method: 'post',
    path: '/auth/mfa/verify',
    summary: 'Sign in with a second factor, for our own applications',
    access: 'public',
    namesClient: true,
    limit: 'second-factor',
    body: Verify,
    reply: { 200: SignedIn },
    async handle({ by, body, authorization }) {
      const { asked, standing } = await underWay(parts, by, { authorization, body }, 'second-factor')
      await proveSecond(parts, by, {
        attemptId: sha256(body.mfa_token),
        userId: standing.userId,
        provenAt: standing.provenAt,
        clientId: asked.client.id,
        factor: body.type === 'totp' ? 'totp' : 'recovery-code',
        code: body.code,
        remember: body.remember_device && mayRemember(standing),
      })
      return { status: 200, body: await proceed(parts, by, asked, body.mfa_token) }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/mfa/enrol',
    summary: 'Begin to set up a second factor that a sign-in needs, for our own applications',
    access: 'public',
    namesClient: true,
    limit: 'second-factor',
    body: Enrol,
    reply: { 200: Enrolling },
    async handle({ by, body, authorization }) {
      const { standing } = await underWay(parts, by, { authorization, body }, 'enrol')
      const { id, key, uri, svg, expiresAt } = await beginEnrolment(parts, standing.userId)
      return {
        status: 200,
        body: {
          id,
          secret: key,
          otpauth_uri: uri,
          qr_svg: svg,
          expires_in: epochSeconds(expiresAt) - epochSeconds(parts.clock.now()),
        },
      }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/mfa/enrol/verify',
    summary: 'Set up a second factor by a first code, and sign in, for our own applications',
    access: 'public',
    namesClient: true,
    limit: 'second-factor',
    body: Confirm,
    reply: { 200: Enrolled },
    async handle({ by, body, authorization }) {
      const { asked, standing } = await underWay(parts, by, { authorization, body }, 'enrol')
      const { id, code, mfa_token: handle } = body
      const { userId, provenAt } = standing
      const codes = await confirmEnrolment(parts, by, {
        attemptId: sha256(handle),
        userId,
        provenAt,
        id,
        code,
      })
      const tokens = await proceed(parts, by, asked, handle)
      return { status: 200, body: { ...tokens, recovery_codes: codes } }
    },
  }),
]
