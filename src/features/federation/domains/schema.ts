import { z } from 'zod'

import { Domain } from '../providers/provider.ts'
import { recordOf } from './check-domain.ts'
import type { DomainRecord } from './repository.ts'

export const NewDomain = z.strictObject({ domain: Domain })

export const DomainParams = z.object({ slug: z.string().max(100), domain: Domain })

export const DomainView = z.object({
  domain: z.string(),
  proven: z.boolean().meta({ description: 'Only then does the provider speak for it.' }),
  record: z
    .object({ name: z.string(), type: z.literal('TXT'), value: z.string() })
    .meta({ description: 'To be put into the DNS, and to be left there.' }),
  added_at: z.date(),
  proven_at: z.date().nullable(),
  checked_at: z.date().nullable(),
})

export const viewOf = (domain: DomainRecord): z.infer<typeof DomainView> => ({
  domain: domain.domain,
  proven: domain.provenAt !== null,
  record: recordOf(domain),
  added_at: domain.addedAt,
  proven_at: domain.provenAt,
  checked_at: domain.checkedAt,
})
