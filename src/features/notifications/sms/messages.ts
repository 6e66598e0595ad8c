import { z } from 'zod'

/** Every text message there is, with what it tells beside its texts (`sms.<message>` in views/texts). */
export const messages = {
  code: z.strictObject({ code: z.string().regex(/^\d{4,10}$/) }),
} as const satisfies Record<string, z.ZodType>

export type MessageName = keyof typeof messages

export type MessageLocals<Name extends MessageName> = z.input<(typeof messages)[Name]>
