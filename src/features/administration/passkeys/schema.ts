import { z } from 'zod'

import { KeyKind } from '../../passkeys/index.ts'

export const PasskeyView = z.object({
  id: z.uuid(),
  purpose: KeyKind,
  name: z.string(),
  aaguid: z.string().meta({ description: 'The kind of authenticator, by its own word.' }),
  transports: z.array(z.string()),
  backed_up: z.boolean(),
  may_be_copied: z.boolean().meta({ description: 'Its counter went back once: two devices may have it.' }),
  created_at: z.date(),
  last_used_at: z.date().nullable(),
})

export const PasskeyList = z.object({ items: z.array(PasskeyView) })

export const PasskeyParams = z.object({ id: z.string().max(100), passkey: z.uuid() })

export const Taken = z.object({
  way_in_left: z.boolean().meta({
    description: 'False: nobody can sign in to the account now, until its owner gets a new password by mail.',
  }),
})
