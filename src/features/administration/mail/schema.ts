import { z } from 'zod'

export const Bounce = z.object({
  address: z.string().max(320),
  reason: z.enum(['bounced', 'complained']),
})
export type Bounce = z.infer<typeof Bounce>
