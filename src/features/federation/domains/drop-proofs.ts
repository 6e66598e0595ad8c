import type { By, Db } from '../../../platform/app.ts'
import * as audit from '../../audit/index.ts'
import * as domains from './repository.ts'

/** Ends what a provider proved, in the transaction in which it becomes another one: each domain has to be checked anew. */
export async function dropProofs(tx: Db, at: Date, by: By, providerId: string): Promise<void> {
  const lost = await domains.endProofs(tx, providerId)
  await audit.recordAll(
    tx,
    at,
    by,
    lost.map((domain) => ({
      action: 'provider.domain_lost',
      target: { type: 'provider', id: providerId },
      reason: 'the provider has another issuer',
      details: { domain },
    })),
  )
}
