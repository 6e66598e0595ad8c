import { z } from 'zod'

import { KeyKind, PasskeyName, RegistrationResponse } from '../../passkeys/index.ts'

export const PasskeyView = z.object({
  id: z.uuid(),
  purpose: KeyKind.meta({
    description: 'A passkey signs in by itself; a security key is a second factor beside something else.',
  }),
  name: z.string(),
  aaguid: z.string().meta({ description: 'The kind of authenticator, by its own word.' }),
  transports: z.array(z.string()),
  backed_up: z
    .boolean()
    .meta({ description: 'A passkey provider keeps it, so that it is on several devices.' }),
  may_be_copied: z.boolean().meta({ description: 'Its counter went back once: two devices may have it.' }),
  last_way_in: z.boolean().meta({ description: 'It cannot be deleted: nothing else opens the account.' }),
  created_at: z.date(),
  last_used_at: z.date().nullable(),
})

export const PasskeyAdded = PasskeyView.extend({
  recovery_codes: z
    .array(z.string())
    .optional()
    .meta({ description: 'With a first security key, for who has none yet; shown this once.' }),
})

export const PasskeyWanted = z.strictObject({ purpose: KeyKind.default('passkey') }).optional()

export const PasskeyList = z.object({ items: z.array(PasskeyView) })

export const PasskeyParams = z.object({ id: z.uuid() })

export const NewPasskey = z.strictObject({
  name: PasskeyName.optional(),
  credential: RegistrationResponse.meta({ description: 'What toJSON() of the new credential gave.' }),
})

export const PasskeyChange = z.strictObject({ name: PasskeyName })
