import { z } from 'zod'

import { epochSeconds } from '../../../lib/clock.ts'
import type { By } from '../../../platform/app.ts'
import { sha256 } from '../../../platform/crypto/index.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { beginSms, factorErrors } from '../../factors/index.ts'
import { demandProof } from '../../lockout/index.ts'
import {
  beginRegistration,
  passkeyErrors,
  RegistrationOptions,
  RegistrationResponse,
} from '../../passkeys/index.ts'
import type { Parts } from '../parts.ts'
import { beginEnrolment, confirmEnrolment } from '../second-factor/enrol.ts'
import { addKey } from '../second-factor/enrol-key.ts'
import { confirmPhone } from '../second-factor/enrol-phone.ts'
import { mayAddKey, mayAddPhone } from '../second-factor/may-add.ts'
import { boundTo } from '../second-factor/shown.ts'
import { BotProof, Client, DeviceToken, MfaToken, SignedIn } from './schema.ts'
import { type Asked, proceed } from './sign-in.ts'
import { type Sent, type Underway, underWay } from './under-way.ts'

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
    .meta({ description: 'shown this once; null: there are some, or a passkey was made' }),
})

const NewPhone = z.strictObject({
  ...Client,
  mfa_token: MfaToken,
  phone_number: z.string().max(50).meta({ description: 'with its country, like +4915112345678' }),
  proof: BotProof,
  device_token: DeviceToken,
})

const CodeSent = z.object({
  sent_to: z.string().meta({ description: 'the end of the number' }),
  expires_in: z.number().int().meta({ description: 'seconds the code is good for' }),
})

const SentCode = z.strictObject({
  ...Client,
  mfa_token: MfaToken,
  code: z.string().min(1).max(40),
  device_token: DeviceToken,
})

const NewKey = z.strictObject({
  ...Client,
  mfa_token: MfaToken,
  type: z.enum(['passkey', 'security_key']),
  device_token: DeviceToken,
})

const KeyAsked = z.object({
  public_key: RegistrationOptions.meta({ description: 'what the device is to make' }),
})

const MadeKey = z.strictObject({
  ...Client,
  mfa_token: MfaToken,
  credential: RegistrationResponse.meta({ description: 'what the device made, as JSON' }),
  device_token: DeviceToken,
})

const enrolling = { access: 'public', namesClient: true, limit: 'second-factor' } as const

const kinds = { passkey: 'passkey', security_key: 'security-key' } as const

/**
 * Setting up what a sign-in demands and its person does not have, for our own applications: an app, a phone, or a key. What is set
 * up is the proof of this sign-in as well.
 */
export const enrolRoutes = (parts: Parts): Route[] => [
  endpoint({
    method: 'post',
    path: '/auth/mfa/enrol',
    summary: 'Begin to set up a second factor that a sign-in needs, for our own applications',
    ...enrolling,
    body: Enrol,
    reply: { 200: Enrolling },
    async handle({ by, body, authorization }) {
      const { standing } = await atEnrolment(parts, by, { authorization, body })
      const { id, key, uri, svg, expiresAt } = await beginEnrolment(parts, standing.userId)
      return {
        status: 200,
        body: {
          id,
          secret: key,
          otpauth_uri: uri,
          qr_svg: svg,
          expires_in: secondsUntil(parts, expiresAt),
        },
      }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/mfa/enrol/verify',
    summary: 'Set up a second factor by a first code, and sign in, for our own applications',
    ...enrolling,
    body: Confirm,
    reply: { 200: Enrolled },
    async handle({ by, body, authorization }) {
      const { asked, standing, attemptId } = await atEnrolment(parts, by, { authorization, body })
      const { id, code, mfa_token: handle } = body
      const { userId, provenAt } = standing
      const codes = await confirmEnrolment(parts, by, { attemptId, userId, provenAt, id, code })
      const tokens = await proceed(parts, by, asked, handle)
      return { status: 200, body: { ...tokens, recovery_codes: codes } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/mfa/enrol/phone',
    summary: 'Begin to set up a phone that a sign-in needs, for our own applications',
    ...enrolling,
    body: NewPhone,
    reply: { 200: CodeSent },
    async handle({ by, body, authorization }) {
      const { standing, attemptId } = await atEnrolment(parts, by, { authorization, body })
      if (!(await mayAddPhone(parts, standing))) throw factorErrors.sms_not_offered()
      const { userId } = standing
      await demandProof(parts, by, { path: 'code', name: userId, proof: body.proof ?? null })
      const adding = { userId, session: boundTo(attemptId), number: body.phone_number }
      const { hint, expiresAt } = await beginSms(parts, by, adding)
      return { status: 200, body: { sent_to: hint, expires_in: secondsUntil(parts, expiresAt) } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/mfa/enrol/phone/verify',
    summary: 'Set up the phone by the code sent there, and sign in, for our own applications',
    ...enrolling,
    body: SentCode,
    reply: { 200: Enrolled },
    async handle({ by, body, authorization }) {
      const { asked, standing, attemptId } = await atEnrolment(parts, by, { authorization, body })
      if (!(await mayAddPhone(parts, standing))) throw factorErrors.sms_not_offered()
      const { userId, provenAt } = standing
      const codes = await confirmPhone(parts, by, { attemptId, userId, provenAt, code: body.code })
      const tokens = await proceed(parts, by, asked, body.mfa_token)
      return { status: 200, body: { ...tokens, recovery_codes: codes } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/mfa/enrol/key',
    summary: 'Begin to set up a passkey or security key, for our own applications',
    ...enrolling,
    body: NewKey,
    reply: { 200: KeyAsked },
    async handle({ by, body, authorization }) {
      const { standing, attemptId } = await atEnrolment(parts, by, { authorization, body })
      if (!mayAddKey(standing)) throw passkeyErrors.passkey_refused()
      const registering = { userId: standing.userId, session: boundTo(attemptId) }
      return {
        status: 200,
        body: { public_key: await beginRegistration(parts, registering, kinds[body.type]) },
      }
    },
  }),

  endpoint({
    method: 'post',
    path: '/auth/mfa/enrol/key/verify',
    summary: 'Set up the key that was made, and sign in, for our own applications',
    ...enrolling,
    body: MadeKey,
    reply: { 200: Enrolled },
    async handle({ by, body, authorization }) {
      const { asked, standing, attemptId } = await atEnrolment(parts, by, { authorization, body })
      if (!mayAddKey(standing)) throw passkeyErrors.passkey_refused()
      const { userId, provenAt } = standing
      const made = { attemptId, userId, provenAt, response: body.credential }
      const codes = await addKey(parts, by, made, 'application')
      const tokens = await proceed(parts, by, asked, body.mfa_token)
      return { status: 200, body: { ...tokens, recovery_codes: codes } }
    },
  }),
]

async function atEnrolment(
  parts: Parts,
  by: By,
  sent: Sent,
): Promise<{ asked: Asked; standing: Underway; attemptId: Buffer }> {
  return { ...(await underWay(parts, by, sent, 'enrol')), attemptId: sha256(sent.body.mfa_token) }
}

const secondsUntil = ({ clock }: Pick<Parts, 'clock'>, at: Date): number =>
  epochSeconds(at) - epochSeconds(clock.now())
