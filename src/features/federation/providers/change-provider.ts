import { isDeepStrictEqual } from 'node:util'

import type { App, By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { demandMatch, demandSeen } from '../../../platform/http/index.ts'
import * as audit from '../../audit/index.ts'
import { dropProofs } from '../domains/drop-proofs.ts'
import { errors } from '../errors.ts'
import * as tokens from '../tokens/repository.ts'
import { checkProvider, placeOf } from './check-provider.ts'
import { demandOwnIssuer, type SavedProvider, stored, withUniqueness } from './create-provider.ts'
import { findProvider } from './find-providers.ts'
import { announceChange } from './memory.ts'
import type { Policy, ProviderRecord } from './provider.ts'
import { tagOf } from './provider-view.ts'
import * as providers from './repository.ts'
import type { Decided } from './repository.ts'
import type { ChangeProvider } from './schema.ts'
import { sealValue } from './sealed-secret.ts'

interface Seen {
  /** The header; empty or absent: whichever state it is in. */
  ifMatch?: string
}

/**
 * Changes a provider from the revision that was looked at. A change of where the secret goes, or of whose it is, wants the
 * secret anew: else whoever may change an address could have the stored one sent to a server of theirs. With another
 * issuer the provider is another, and speaks for none of its domains any more.
 *
 * @throws provider_not_found (404); provider_changed (409): it is of another revision by now; provider_options_invalid
 * (422); secret_demanded (422); provider_exists (409): the issuer.
 */
export async function changeProvider(
  app: Pick<App, 'config' | 'db' | 'clock' | 'outbound'>,
  by: By,
  slug: string,
  change: ChangeProvider,
  { ifMatch = '' }: Seen = {},
): Promise<SavedProvider> {
  demandSeen(ifMatch, change.revision)
  const before = await findProvider(app.db, slug)
  demandMatch(ifMatch, tagOf(app.config, before)) // and it is that one which is changed, or none: `update` looks at the revision
  if (change.revision !== undefined && before.revision !== change.revision) throw errors.provider_changed()
  const options = withChanges(before.options, change.options)
  const { issuer, notes } = await checkProvider(app, { ...before, options, secret: change.secret })
  const secret = sealed(app, before, change.secret)
  const after = decided(before, change, { options, issuer, secret })
  const fields = [...changedFields(before, after), ...(change.secret === undefined ? [] : ['secret'])]
  if (change.secret === undefined) demandNoSecret(before, after, fields)
  if (fields.length === 0) return { provider: before, notes }

  return withUniqueness(() =>
    transaction(app.db, async (tx) => {
      await providers.lockChanges(tx)
      await demandOwnIssuer(tx, { id: before.id, issuer })
      const at = app.clock.now()
      if (!(await providers.update(tx, { id: before.id, revision: before.revision, at, ...after })))
        throw errors.provider_changed()
      await record(tx, at, by, { before, after, fields })
      if (issuer !== before.issuer) await dropProofs(tx, at, by, before.id)
      if (before.keepTokens && !after.keepTokens) await tokens.removeOfProvider(tx, before.id)
      await announceChange(tx)
      return { provider: await stored(tx, slug), notes }
    }),
  )
}

/**
 * Lets people sign in by a provider, or no more. Already so: nothing happens.
 *
 * @throws provider_not_found (404)
 */
export async function switchProvider(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  slug: string,
  enabled: boolean,
): Promise<void> {
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    const { id } = await findProvider(tx, slug)
    if (!(await providers.setEnabled(tx, id, enabled, at))) return
    await audit.record(tx, at, by, { action: switchedTo(enabled), target: { type: 'provider', id } })
    await announceChange(tx)
  })
}

const switchedTo = (enabled: boolean) => (enabled ? 'provider.enabled' : 'provider.disabled')

const sealed = ({ config }: Pick<App, 'config'>, before: ProviderRecord, secret: string | undefined) =>
  secret === undefined ? before.secret : sealValue(config, `identity-provider:${before.id}`, secret)

function decided(
  before: ProviderRecord,
  change: ChangeProvider,
  checked: Pick<Decided, 'options' | 'issuer' | 'secret'>,
): Decided {
  return {
    ...checked,
    name: change.name ?? before.name,
    enabled: change.enabled ?? before.enabled,
    position: change.position ?? before.position,
    clientId: change.client_id ?? before.clientId,
    policy: policyAfter(before.policy, change.policy),
    mapping: change.mapping ?? before.mapping,
    keepTokens: change.keep_tokens ?? before.keepTokens,
  }
}

/** Absent stays, null goes. */
function withChanges(
  before: Record<string, unknown>,
  change: Record<string, unknown> = {},
): Record<string, unknown> {
  const all = Object.entries({ ...before, ...change })
  return Object.fromEntries(all.filter(([, value]) => value !== null && value !== undefined))
}

function policyAfter(before: Policy, change: ChangeProvider['policy'] = {}): Policy {
  const { trust_email: trustBefore, ...rest } = before
  const trust = change.trust_email === undefined ? trustBefore : change.trust_email
  return {
    creation: change.creation ?? rest.creation,
    allowed_domains: change.allowed_domains ?? rest.allowed_domains,
    require_verified_email: change.require_verified_email ?? rest.require_verified_email,
    ...(typeof trust === 'boolean' && { trust_email: trust }),
  }
}

const simple = {
  name: 'name',
  enabled: 'enabled',
  position: 'position',
  clientId: 'client_id',
  keepTokens: 'keep_tokens',
} as const

/** What differs, by the names of the API. */
function changedFields(before: ProviderRecord, after: Decided): string[] {
  const plain = Object.entries(simple).filter(
    ([key]) => before[key as keyof typeof simple] !== after[key as keyof typeof simple],
  ) // keys of that table
  return [
    ...plain.map(([, name]) => name),
    ...differing('options', before.options, after.options),
    ...differing('policy', before.policy, after.policy),
    ...differing('mapping', before.mapping, after.mapping),
  ]
}

function differing(within: string, before: object, after: object): string[] {
  const [one, other] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  const names = [...new Set([...one.keys(), ...other.keys()])]
  const changed = names.filter((name) => !isDeepStrictEqual(one.get(name), other.get(name)))
  return changed.map((name) => `${within}.${name}`)
}

/** @throws secret_demanded (422): the stored secret would go elsewhere, or belong to another client. */
function demandNoSecret(before: ProviderRecord, after: Decided, fields: readonly string[]): void {
  const movedClient = before.clientId !== after.clientId
  const moved = !isDeepStrictEqual(
    placeOf(before.connector, before.options),
    placeOf(before.connector, after.options),
  )
  if (!moved && !movedClient) return
  const because = fields.filter((name) => (moved && name.startsWith('options.')) || name === 'client_id')
  throw errors.secret_demanded({
    detail: `${because.join(' and ')} changed.`,
    fields: [{ field: 'secret', detail: `must be given again, for ${because.join(' and ')} changed` }],
  })
}

async function record(
  tx: Db,
  at: Date,
  by: By,
  { before, after, fields }: { before: ProviderRecord; after: Decided; fields: readonly string[] },
): Promise<void> {
  const target = { type: 'provider', id: before.id }
  const others = fields.filter((name) => name !== 'enabled')
  await audit.recordAll(tx, at, by, [
    ...(others.length === 0
      ? []
      : [{ action: 'provider.updated' as const, target, details: { fields: others.join(' ') } }]),
    ...(before.enabled === after.enabled ? [] : [{ action: switchedTo(after.enabled), target } as const]),
  ])
}
