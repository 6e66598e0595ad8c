import { type App, bySystem, type By } from '../../../platform/app.ts'
import { transaction, violatedUnique } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { errors } from '../errors.ts'
import { findProvider } from '../providers/find-providers.ts'
import * as domains from './repository.ts'
import type { DomainRecord } from './repository.ts'

type Machinery = Pick<App, 'db' | 'clock' | 'dns' | 'log'>

/** The DNS record that proves a domain. */
export const recordOf = ({ domain, challenge }: Pick<DomainRecord, 'domain' | 'challenge'>) => ({
  name: `_gatehouse-challenge.${domain}`,
  type: 'TXT' as const,
  value: `gatehouse-domain-verification=${challenge}`,
})

/**
 * Looks now whether the DNS proves a domain.
 *
 * @throws provider_not_found (404); domain_not_found (404); domain_unproven (409): and it counts no more if it did;
 * domain_taken (409): another provider speaks for it; domain_unknown (503): no answer, so nothing changed.
 */
export async function checkDomain(
  app: Machinery,
  by: By,
  slug: string,
  domain: string,
): Promise<DomainRecord> {
  const { id } = await findProvider(app.db, slug)
  const found = await domains.find(app.db, id, domain)
  if (!found) throw errors.domain_not_found()
  const seen = await look(app, found)
  if (seen === 'unknown') throw errors.domain_unknown()
  if (!seen) {
    await noteMissing(app, by, found)
    const { name, value } = recordOf(found)
    throw errors.domain_unproven({ detail: `There is no TXT record ${name} with the value ${value}.` })
  }
  await noteSeen(app, by, found)
  return (await domains.find(app.db, id, domain)) ?? found
}

/**
 * Looks at every proven domain again. A definite answer without the record ends the proof; that name servers fail ends
 * nothing.
 */
export async function checkProvenDomains(app: Machinery): Promise<void> {
  for (const domain of await domains.listProven(app.db)) {
    const seen = await look(app, domain)
    if (seen === 'unknown') continue
    if (seen) await noteSeen(app, bySystem, domain)
    else await noteMissing(app, bySystem, domain)
  }
}

async function look({ dns, log }: Machinery, domain: DomainRecord): Promise<boolean | 'unknown'> {
  const { name, value } = recordOf(domain)
  const answer = await dns.texts(name)
  if (answer.outcome !== 'unknown') return answer.outcome === 'found' && answer.texts.includes(value)
  log.warn({ domain: domain.domain, reason: answer.reason }, 'a domain could not be looked up')
  return 'unknown'
}

async function noteSeen({ db, clock }: Machinery, by: By, domain: DomainRecord): Promise<void> {
  const at = clock.now()
  try {
    await transaction(db, async (tx) => {
      if (!(await domains.markSeen(tx, domain, at))) return
      await audit.record(tx, at, by, {
        action: 'provider.domain_proven',
        target: { type: 'provider', id: domain.providerId },
        details: { domain: domain.domain },
      })
    })
  } catch (error) {
    if (violatedUnique(error) === 'provider_domains_proven') throw errors.domain_taken()
    throw error
  }
}

async function noteMissing({ db, clock, log }: Machinery, by: By, domain: DomainRecord): Promise<void> {
  const at = clock.now()
  const ended = await transaction(db, async (tx) => {
    if (!(await domains.markMissing(tx, domain, at))) return false
    await audit.record(tx, at, by, {
      action: 'provider.domain_lost',
      target: { type: 'provider', id: domain.providerId },
      reason: 'the DNS record is not there any more',
      details: { domain: domain.domain },
    })
    return true
  })
  if (ended)
    log.warn(
      { provider: domain.providerId, domain: domain.domain },
      'a provider speaks for a domain no more: its DNS record is gone',
    )
}
