import { z } from 'zod'

import { epochSeconds } from '../../../lib/clock.ts'
import type { By } from '../../../platform/app.ts'
import { sha256 } from '../../../platform/crypto/index.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { loadProven } from '../attempt.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import * as attempts from '../repository.ts'
import { beginEnrolment, confirmEnrolment } from '../second-factor/enrol.ts'
import { mayRemember } from '../second-factor/may-remember.ts'
import { proveSecond } from '../second-factor/prove-second.ts'
import { type Standing, standingFrom } from '../standing.ts'
import { type CallingClient, callingClient } from './calling-client.ts'
import { Client, DeviceToken, MfaToken, SignedIn } from './schema.ts'
import { type Asked, proceed } from './sign-in.ts'

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

interface Sent {
  authorization: string
  body: {
    client_id?: string | undefined
    client_secret?: string | undefined
    mfa_token: string
    device_token?: string | undefined
  }
}

type Underway = Standing & { userId: string; provenAt: Date }

/**
 * The sign-in that a handle stands for, which must be at this step.
 *
 * @throws mfa_token_invalid (401): unknown, of another application, over, or not at this step; the same for all.
 */
async function underWay(
  parts: Parts,
  by: By,
  sent: Sent,
  step: 'second-factor' | 'enrol',
): Promise<{ asked: Asked; standing: Underway }> {
  const client: CallingClient = await callingClient(parts, by, sent)
  const { mfa_token: handle, device_token: device = null } = sent.body
  const id = sha256(handle)
  const request = await attempts.findRequest(parts.db, id, parts.clock.now())
  if (request?.clientId !== client.id) throw errors.mfa_token_invalid()
  const asked = { client, scope: request.scope, asked: request.asked, device }
  const proven = await loadProven(parts, id)
  const standing = await standingFrom(parts, by, proven, {
    clientId: client.id,
    asked: request.asked,
    device,
  })
  const { userId, provenAt } = standing
  if (standing.step !== step || userId === null || provenAt === null) throw errors.mfa_token_invalid()
  return { asked, standing: { ...standing, userId, provenAt } }
}
