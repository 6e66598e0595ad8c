import { z } from 'zod'

/** Every text message there is, with what it tells beside its texts (`sms.<message>` in views/texts). */
export const messages = {
  code: z.strictObject({ code: z.string().regex(/^\d{4,10}$/) }),
  'factor-reset': z.strictObject({}),
  'factors-changed': z.strictObject({}),
} as const satisfies Record<string, z.ZodType>

export type MessageName = keyof typeof messages

/** Those that tell somebody of what they may not have done, and hold nothing to type. */
export type NoticeName = Exclude<MessageName, 'code'>

export type MessageLocals<Name extends MessageName> = z.input<(typeof messages)[Name]>
