import { z } from 'zod'

import { Scope, Tokens } from '../mappings/schema.ts'
import { tokenKinds } from '../tokens.ts'

export const failureModes = ['open', 'closed'] as const

export const NewHook = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'must be an https URL' }).max(2000),
  client_id: z.string().max(100).nullable().default(null),
  scope: Scope.nullable().default(null),
  tokens: Tokens,
  timeout_ms: z.number().int().min(50).max(2000).default(500),
  cache_seconds: z.number().int().min(0).max(3600).default(60),
  /** Whoever is let in for want of a claim is let in by a service that is down, so a token is refused unless told otherwise. */
  on_failure: z.enum(failureModes).default('closed'),
})
export type NewHook = z.input<typeof NewHook>

export const HookView = z
  .object({
    id: z.uuid(),
    url: z.string(),
    client_id: z.string().nullable(),
    scope: z.string().nullable(),
    tokens: z.array(z.enum(tokenKinds)),
    timeout_ms: z.number().int(),
    cache_seconds: z.number().int(),
    on_failure: z.enum(failureModes),
    created_at: z.date(),
  })
  .meta({ id: 'ClaimHook' })
export type HookView = z.infer<typeof HookView>

export const AddedHook = HookView.extend({
  secret: z.string().meta({ description: 'requests are signed with it; shown this once' }),
}).meta({ id: 'AddedClaimHook' })
