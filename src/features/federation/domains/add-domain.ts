import type { App, By } from '../../../platform/app.ts'
import { randomToken } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { errors } from '../errors.ts'
import { findProvider } from '../providers/find-providers.ts'
import { isTemplate } from '../providers/issuers.ts'
import { lockChanges } from '../providers/repository.ts'
import * as domains from './repository.ts'
import type { DomainRecord } from './repository.ts'

const mostDomains = 100

/**
 * Says that a provider is to speak for a domain. It does not yet: the challenge has to stand in the DNS first. Said twice,
 * the same challenge holds. Providers by which several organizations speak are refused: each of them could name an address
 * in the domain.
 *
 * @throws provider_not_found (404); domain_impossible (409); too_many_domains (409).
 */
export async function addDomain(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  slug: string,
  domain: string,
): Promise<DomainRecord> {
  const at = app.clock.now()
  return transaction(app.db, async (tx) => {
    await lockChanges(tx)
    const { id: providerId, issuer } = await findProvider(tx, slug)
    if (isTemplate(issuer)) throw errors.domain_impossible()
    const known = await domains.list(tx, providerId)
    const same = known.find((one) => one.domain === domain)
    if (same) return same
    if (known.length >= mostDomains) throw errors.too_many_domains()
    const added = { providerId, domain, challenge: randomToken(), addedAt: at }
    await domains.insert(tx, added)
    await audit.record(tx, at, by, {
      action: 'provider.domain_added',
      target: { type: 'provider', id: providerId },
      details: { domain },
    })
    return { ...added, provenAt: null, checkedAt: null }
  })
}

/**
 * Takes a domain away from a provider, and at once what it proved.
 *
 * @throws provider_not_found (404); domain_not_found (404).
 */
export async function removeDomain(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  slug: string,
  domain: string,
): Promise<void> {
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    const { id: providerId } = await findProvider(tx, slug)
    if (!(await domains.remove(tx, { providerId, domain }))) throw errors.domain_not_found()
    await audit.record(tx, at, by, {
      action: 'provider.domain_removed',
      target: { type: 'provider', id: providerId },
      details: { domain },
    })
  })
}

/** @throws provider_not_found (404) */
export async function listDomains({ db }: Pick<App, 'db'>, slug: string): Promise<DomainRecord[]> {
  const { id } = await findProvider(db, slug)
  return domains.list(db, id)
}
