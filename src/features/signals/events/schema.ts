import { z } from 'zod'

const Jti = z.string().min(1).max(100)

/** A name of the registry of RFC 8935, section 7.1, or one of the receiver's. It goes to the log. */
const SetError = z.object({
  err: z.string().regex(/^[\w.:/-]{1,100}$/, 'is no error code'),
  description: z.string().max(1_000).optional(),
})

/** RFC 8936, section 2.2. */
export const PollRequest = z.object({
  maxEvents: z
    .number()
    .int()
    .min(0)
    .default(25)
    .transform((asked) => Math.min(asked, 100)),
  returnImmediately: z.boolean().default(false),
  ack: z.array(Jti).max(1_000).default([]),
  setErrs: z
    .record(Jti, SetError)
    .refine((errors) => Object.keys(errors).length <= 100, 'has more than 100 entries')
    .default({}),
})
export type PollRequest = z.infer<typeof PollRequest>

/** RFC 8936, section 2.3. */
export const PollReply = z.object({
  sets: z.record(z.string(), z.string()),
  moreAvailable: z.boolean(),
})
export type PollReply = z.infer<typeof PollReply>
