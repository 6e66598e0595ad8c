import { z } from 'zod'

import { sha256 } from '../../../platform/crypto/index.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import {
  beginSecondAssertion,
  SecondAssertionOptions,
  SecondAssertionResponse,
} from '../../passkeys/index.ts'
import type { Parts } from '../parts.ts'
import { mayRemember } from '../second-factor/may-remember.ts'
import { proveSecond } from '../second-factor/prove-second.ts'
import { sendSecond } from '../second-factor/send-second.ts'
import { type Shown, typed } from '../second-factor/shown.ts'
import { BotProof, Client, DeviceToken, MfaToken, SignedIn } from './schema.ts'
import { proceed } from './sign-in.ts'
import { underWay } from './under-way.ts'

const FactorType = z
  .enum(['totp', 'recovery_code', 'sms_code', 'mail_code', 'address_code', 'security_key', 'passkey'])
  .meta({ description: '`type` of one of the `factors` of the `mfa_required`' })

const Challenge = z.strictObject({
  ...Client,
  mfa_token: MfaToken,
  type: z.enum(['sms_code', 'mail_code', 'address_code', 'security_key', 'passkey']),
  id: z.uuid().optional().meta({ description: 'of the factor that a code is to be sent to' }),
  proof: BotProof,
  device_token: DeviceToken,
})

const Challenged = z.object({
  sent_to: z.string().optional().meta({ description: 'where a code went, as its owner may be shown it' }),
  public_key: SecondAssertionOptions.optional().meta({ description: 'what a key is to sign' }),
})

const Verify = z.strictObject({
  ...Client,
  mfa_token: MfaToken,
  type: FactorType,
  id: z.uuid().optional().meta({ description: 'of the factor that a code was sent to' }),
  code: z.string().min(1).max(60).optional().meta({ description: 'as it was typed; not with a key' }),
  credential: SecondAssertionResponse.optional().meta({
    description: 'what a security key or passkey signed, as JSON',
  }),
  remember_device: z
    .boolean()
    .default(false)
    .meta({ description: 'not to be asked on this device again for `mfa.remember_days`, where that may be' }),
  device_token: DeviceToken,
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
        shown: shownIn(body),
        remember: body.remember_device && mayRemember(standing),
      })
      return { status: 200, body: await proceed(parts, by, asked, body.mfa_token) }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/mfa/challenge',
    summary: 'Have a code sent, or get what a key is to sign, for our own applications',
    access: 'public',
    namesClient: true,
    limit: 'second-factor',
    body: Challenge,
    reply: { 200: Challenged },
    async handle({ by, body, authorization }) {
      const { standing } = await underWay(parts, by, { authorization, body }, 'second-factor')
      const { userId } = standing
      const attemptId = sha256(body.mfa_token)
      if (body.type === 'security_key' || body.type === 'passkey') {
        const toSign = await beginSecondAssertion(parts, { userId, bound: attemptId })
        return { status: 200, body: { public_key: toSign } }
      }
      const { available } = standing
      const sending = { attemptId, userId, available, id: body.id ?? '', proof: body.proof ?? null }
      const { hint } = await sendSecond(parts, by, sending)
      return { status: 200, body: { sent_to: hint } }
    },
  }),
]

const codes = {
  totp: 'totp',
  recovery_code: 'recovery-code',
  sms_code: 'sms-code',
  mail_code: 'mail-code',
  address_code: 'address-code',
} as const

function shownIn({ type, id = '', code = '', credential }: z.infer<typeof Verify>): Shown {
  if (type === 'security_key' || type === 'passkey')
    return { factor: 'security-key', response: credential ?? null, place: 'application' }
  return typed({ factor: codes[type], id, code })
}
