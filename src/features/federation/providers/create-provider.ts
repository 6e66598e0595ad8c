import type { App, By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction, violatedUnique } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { errors } from '../errors.ts'
import { checkProvider } from './check-provider.ts'
import { overlap } from './issuers.ts'
import { announceChange } from './memory.ts'
import type { ProviderRecord, SealedSecret } from './provider.ts'
import * as providers from './repository.ts'
import { mostProviders, type NewProvider } from './schema.ts'
import { sealValue } from './sealed-secret.ts'

export interface SavedProvider {
  provider: ProviderRecord
  /** For the administrator: no fault, and may become one. */
  notes: string[]
}

/**
 * Sets a provider up. Its addresses are looked at before the transaction begins: no call to the network inside one.
 *
 * `kept` is a secret that was sealed for a provider of this id before, and stays sealed as it was.
 *
 * @throws provider_options_invalid (422); provider_exists (409): slug or issuer; too_many_providers (409).
 */
export async function createProvider(
  app: Pick<App, 'config' | 'db' | 'clock' | 'outbound'>,
  by: By,
  given: NewProvider,
  kept?: { id: string; secret: SealedSecret },
): Promise<SavedProvider> {
  const { issuer, notes } = await checkProvider(app, given)
  const at = app.clock.now()
  const id = kept?.id ?? newId(at)
  const row = {
    id,
    at,
    slug: given.slug,
    connector: given.connector,
    name: given.name,
    enabled: given.enabled,
    position: given.position,
    issuer,
    clientId: given.client_id,
    secret: kept?.secret ?? sealValue(app.config, `identity-provider:${id}`, given.secret),
    options: given.options,
    policy: given.policy,
    mapping: given.mapping,
    keepTokens: given.keep_tokens,
  }

  return withUniqueness(() =>
    transaction(app.db, async (tx) => {
      await providers.lockChanges(tx)
      await demandRoom(tx)
      await demandOwnIssuer(tx, { id, issuer })
      await providers.insert(tx, row)
      await audit.record(tx, at, by, {
        action: 'provider.created',
        target: { type: 'provider', id },
        details: { slug: given.slug, connector: given.connector, issuer, enabled: given.enabled },
      })
      await announceChange(tx)
      return { provider: await stored(tx, given.slug), notes }
    }),
  )
}

async function demandRoom(tx: Db): Promise<void> {
  if ((await providers.list(tx)).length >= mostProviders) throw errors.too_many_providers()
}

/**
 * Demands that nobody else speaks for people of this issuer: the pair of issuer and subject is a person's identity. Call
 * it after `lockChanges`.
 *
 * @throws provider_exists (409)
 */
export async function demandOwnIssuer(
  tx: Db,
  { id, issuer }: Pick<ProviderRecord, 'id' | 'issuer'>,
): Promise<void> {
  const others = (await providers.list(tx)).filter((one) => one.id !== id)
  const other = others.find((one) => overlap(one.issuer, issuer))
  if (other) throw exists('issuer', `Its issuer is the one of ${other.slug}.`)
}

const exists = (field: string, detail: string): Error =>
  errors.provider_exists({ detail, fields: [{ field, detail: 'is taken' }] })

/** The database has the last word on slugs and issuers. */
export async function withUniqueness<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const violated = violatedUnique(error)
    if (violated === 'identity_providers_slug') throw exists('slug', 'The slug is taken.')
    if (violated === 'identity_providers_issuer') throw exists('issuer', 'The issuer is taken.')
    throw error
  }
}

export async function stored(tx: Db, slug: string): Promise<ProviderRecord> {
  const provider = await providers.findBySlug(tx, slug)
  if (!provider) throw new Error('the provider that was just written is not there')
  return provider
}
