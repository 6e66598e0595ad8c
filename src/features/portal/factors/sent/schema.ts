import { z } from 'zod'

import { FactorName } from '../../../factors/index.ts'

export const NewPhone = z.strictObject({
  phone_number: z
    .string()
    .max(50)
    .meta({ description: 'With its country, like +4915112345678. A code is sent there by text message.' }),
  name: FactorName.optional(),
})

export const CodeSent = z.object({
  id: z.uuid(),
  sent_to: z.string().meta({ description: 'The end of the number, or the masked address.' }),
  expires_at: z.date().meta({ description: 'Until when the code is good, unless a newer one is sent.' }),
})

export const SentCode = z.strictObject({ code: z.string().max(40) })
