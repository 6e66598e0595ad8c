import { z } from 'zod'

import { after, limit } from '../../../platform/http/index.ts'
import { clientTypes, ClientView, longestOverlapSeconds } from '../../clients/index.ts'

export const ListClients = z.strictObject({
  type: z.enum(clientTypes).optional(),
  owner: z.enum(['system', 'organization', 'user', 'self']).optional(),
  owner_id: z.string().min(1).max(100).optional(),
  state: z.enum(['enabled', 'disabled']).optional(),
  first_party: z.enum(['true', 'false']).optional(),
  search: z.string().trim().min(1).max(100).optional().meta({ description: 'Part of the name, or the id.' }),
  limit,
  after,
})
export type ListClients = z.infer<typeof ListClients>

export const ClientPage = z.object({ items: z.array(ClientView), next: z.string().nullable() })

/** Ids of ours, and the address of a client that is described by a document. */
export const ClientParams = z.object({ id: z.string().min(1).max(600) })

export const SecretParams = z.object({ id: z.string().min(1).max(600), secret_id: z.uuid() })

export const Switch = z.strictObject({
  reason: z.string().trim().min(1).max(300).optional().meta({ description: 'Stands in the audit log.' }),
})

export const Rotate = z.strictObject({
  overlap_seconds: z
    .number()
    .int()
    .min(0)
    .max(longestOverlapSeconds)
    .default(86_400)
    .meta({ description: 'How long the one before goes on working; 0 after a leak.' }),
})

export const Rotated = z.object({
  id: z.uuid(),
  client_secret: z.string().meta({ description: 'Shown this once, and kept nowhere.' }),
  previous_expires_at: z.date(),
})
