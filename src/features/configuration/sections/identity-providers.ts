import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import {
  changeProvider,
  checkProvider,
  createProvider,
  deleteProvider,
  issuersOverlap,
  keptSecretOf,
  listProviders,
  mostProviders,
  NewProvider,
  openKeptSecret,
  type ProviderRecord,
  providerPlaceOf,
} from '../../federation/index.ts'
import { type Fault, faultsIn, type Path } from '../document/fault.ts'
import { errors } from '../errors.ts'
import { hidden, unopened } from './hidden.ts'
import { readMap } from './read-map.ts'
import {
  asMap,
  type Fields,
  type Machinery,
  type Present,
  type Section,
  type Wanted,
  without,
} from './section.ts'

const KeptSecret = z.strictObject({
  sealed: z.base64url().max(20_000),
  key: z.string().max(100),
  provider: z.uuid(),
})

const { slug: Slug, secret: Secret, ...decided } = NewProvider.shape
const DeclaredProvider = z.strictObject({ ...decided, secret: z.union([Secret, KeptSecret]).optional() })
type DeclaredProvider = z.infer<typeof DeclaredProvider>

interface PresentProvider extends Present {
  record: ProviderRecord
}

interface WantedProvider extends Wanted {
  /** Null where its options do not fit: then they are what is told. */
  issuer: string | null
  /** What in the document decides the issuer. */
  decidedAt: Path
}

/** Identity providers, by their slugs. A secret is exported sealed: who has not the same key cannot open it. */
export const identityProviders: Section = {
  name: 'identity_providers',
  permission: 'providers:write:any',
  present: async (app) => (await listProviders(app.db)).map((one) => presentOf(app, one)).toSorted(bySlug),
  read(app, said, present) {
    const kept = new Map(present.map((one) => [one.key, one as PresentProvider])) // presentOf made them
    return readMap('identity_providers', said, DeclaredProvider, (slug, declared, path) => {
      demandSlug(slug)
      const secret = secretOf(app, declared)
      const before = kept.get(slug)
      if (before && before.record.connector !== declared.connector)
        throw faultAt('connector', 'cannot be changed: remove the provider first')
      if (!before && secret === null) throw faultAt('secret', 'is needed')
      const wanted: WantedProvider = {
        key: slug,
        path,
        issuer: providerPlaceOf(declared.connector, declared.options)?.issuer ?? null,
        decidedAt: 'issuer' in declared.options ? [...path, 'options', 'issuer'] : path,
        fields: { ...fieldsOf(declared), secret: secret === null ? before?.fields.secret : hidden(secret) },
        async check(outside) {
          await checkProvider(outside, { ...declared, secret: secret ?? undefined })
        },
        async put(inside, by, found) {
          const record = (found as PresentProvider | null)?.record // presentOf made it
          if (record) await changeProvider(inside, by, slug, changeOf(record, declared, secret))
          else await createProvider(inside, by, { ...declared, slug, secret: secret ?? '' }, keptIn(declared))
        },
      }
      return wanted
    })
  },
  clashes: (wanted, staying) =>
    sharedIssuers(wanted as readonly WantedProvider[], staying as readonly PresentProvider[]), // `read` and presentOf made them
  write: asMap,
}

/** Two that speak for the same people: what one says would open the accounts of the other. */
function sharedIssuers(wanted: readonly WantedProvider[], staying: readonly PresentProvider[]): Fault[] {
  const speaking = staying.map(({ key, record: { issuer } }) => ({ key, issuer }))
  const judged = wanted.slice(0, mostProviders) // more are refused anyway
  return judged.flatMap(({ key, issuer, decidedAt }): Fault[] => {
    if (issuer === null) return []
    const other = speaking.find((one) => issuersOverlap(one.issuer, issuer))
    speaking.push({ key, issuer })
    return other ? [{ path: decidedAt, detail: `its issuer is the one of ${other.key} already` }] : []
  })
}

const bySlug = (one: Present, other: Present): number => (one.key < other.key ? -1 : 1)

function demandSlug(slug: string): void {
  const known = Slug.safeParse(slug)
  if (!known.success)
    throw errors.configuration_invalid({ detail: faultsIn(known.error, [])[0]?.detail ?? 'is no slug' })
}

const faultAt = (field: string, detail: string): Error =>
  errors.configuration_invalid({ detail: `${field} ${detail}`, fields: [{ field, detail }] })

/** Null where the document says none. @throws configuration_invalid (422): no key here opens it. */
function secretOf({ config }: Pick<App, 'config'>, { secret }: DeclaredProvider): string | null {
  if (secret === undefined) return null
  if (typeof secret === 'string') return secret
  const opened = openKeptSecret(config, secret)
  if (opened === null)
    throw faultAt(
      'secret',
      `was sealed under the key ${secret.key}, and no key of KEY_ENCRYPTION_KEY here opens it: give it by {env: NAME} or {file: PATH}`,
    )
  return opened
}

/** What is sealed already stays as it is, and so is its own export again. */
function keptIn({ secret }: DeclaredProvider) {
  if (secret === undefined || typeof secret === 'string') return undefined
  const { sealed, key: sealingKeyId, provider: id } = secret
  return { id, secret: { sealed: Buffer.from(sealed, 'base64url'), sealingKeyId } }
}

type Change = Parameters<typeof changeProvider>[3]

/** A document says a provider whole: what it does not say goes back to what is usual. */
function changeOf(before: ProviderRecord, declared: DeclaredProvider, secret: string | null): Change {
  const { policy, options, ...said } = without('connector', without('secret', declared))
  const gone = Object.keys(before.options).filter((name) => !(name in options))
  return {
    ...said,
    revision: before.revision,
    options: { ...options, ...Object.fromEntries(gone.map((name) => [name, null])) },
    policy: { ...policy, trust_email: policy.trust_email ?? null },
    ...(secret !== null && { secret }),
  }
}

function presentOf({ config }: Machinery, record: ProviderRecord): PresentProvider {
  const fields = fieldsOf({
    connector: record.connector,
    name: record.name,
    enabled: record.enabled,
    position: record.position,
    client_id: record.clientId,
    options: record.options,
    policy: record.policy,
    mapping: record.mapping,
    keep_tokens: record.keepTokens,
  })
  const kept = keptSecretOf(record)
  const opened = kept && openKeptSecret(config, kept)
  return {
    key: record.slug,
    record,
    fields: {
      ...fields,
      ...(kept && { secret: opened === null ? unopened(kept.sealed) : hidden(opened) }),
    },
    written: { ...fields, ...(kept && { secret: kept }) },
    remove: (app, by) => deleteProvider(app, by, record.slug),
  }
}

const usual: Fields = {
  enabled: true,
  position: 100,
  options: {},
  policy: NewProvider.shape.policy.parse({}),
  mapping: {},
  keep_tokens: false,
}

const fieldsOf = (declared: DeclaredProvider): Fields =>
  Object.fromEntries(
    Object.entries(without('secret', declared)).filter(
      ([name, value]) => !(name in usual && isDeepStrictEqual(usual[name], value)),
    ),
  )
