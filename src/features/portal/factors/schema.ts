import { z } from 'zod'

import { FactorName } from '../../factors/index.ts'

export const FactorView = z.object({
  id: z.uuid(),
  kind: z.enum(['totp', 'sms', 'mail']).meta({ description: 'totp: an authenticator app.' }),
  name: z.string(),
  created_at: z.date(),
  last_used_at: z.date().nullable(),
})

export const FactorList = z.object({
  items: z.array(FactorView),
  recovery_codes_left: z.number().int(),
})

export const FactorParams = z.object({ id: z.uuid() })

export const NewTotp = z.strictObject({ name: FactorName.optional() })

export const TotpEnrolment = z.object({
  id: z.uuid(),
  secret: z.string().meta({ description: 'The seed in Base32, for who types it. It is shown this once.' }),
  otpauth_uri: z.string(),
  qr_svg: z.string().meta({ description: 'The URI as a QR code, an SVG document.' }),
  expires_at: z.date().meta({ description: 'Until when a first code must be brought.' }),
})

export const FirstCode = z.strictObject({
  code: z.string().max(40).meta({ description: 'What the app shows now.' }),
})

const codes = z.array(z.string())

export const Enabled = z.object({
  factor: FactorView,
  recovery_codes: codes
    .nullable()
    .meta({ description: 'Shown this once; null for who has some that are not used.' }),
})

export const FactorChange = z.strictObject({ name: FactorName })

export const RecoveryCodes = z.object({ recovery_codes: codes.meta({ description: 'Shown this once.' }) })
