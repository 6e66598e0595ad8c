import type { Adapter, AdapterPayload } from 'oidc-provider'

import { secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { admitClient } from '../../admission/index.ts'
import type { WithApis } from '../../apis/index.ts'
import type { WithClients } from '../../clients/index.ts'
import { revoke } from '../../revocations/index.ts'
import type { SigningProfile } from '../signing-profile.ts'
import type { CacheStore } from './cache-store.ts'
import { commitUnit } from './commit.ts'
import { deviceCodeAdapter } from './device-codes.ts'
import type { Ids } from './ids.ts'
import { type ModelName, modelNamed, models } from './models.ts'
import { type Payload, restore, strip } from './payload.ts'
import * as payloads from './repository.ts'
import { mayAskAgain, openSuccessor, sealSuccessor } from './successor.ts'
import { openUnit, put, readOwn, remove, rowName, type UnitOfWork } from './unit-of-work.ts'

export interface StorageParts extends Pick<App, 'bus' | 'config' | 'db' | 'clock'>, WithApis, WithClients {
  profile: SigningProfile
  ids: Ids
  cacheStore: CacheStore
  /** The unit of work of the request that runs now; null outside of one. */
  currentUnit(): UnitOfWork | null
  /** The client that redeems something in the request that runs now; undefined anywhere but at the token endpoint. */
  redeemingClientId(): string | undefined
  /** The key that request is bound by; empty where it is bound by none. */
  redeemingKey(): Promise<string>
  /** Whether a mark is of the DPoP proof of the request that runs now. */
  isOfProof(id: string): boolean
}

/**
 * The provider's storage (the library's contract: Adapter in its documentation; what it leaves open, here).
 *
 * - Ids are bearer values: rows are found by their SHA-256, and no payload holds one (`payload.ts`).
 * - Writes wait in the request's unit of work and are committed by one statement before the answer goes out; outside of a
 *   request each is committed at once.
 * - `consume` cannot lose a race unnoticed: the commit reports who won, and the answer of everyone else is replaced.
 * - Expiry is enforced here, by the application's clock, whatever the sweeper has done.
 */
export function openAdapters(parts: StorageParts): (name: string) => Adapter {
  return (name) => {
    const model = modelNamed(name)
    const { home } = models[model]
    if (home === 'clients') return clientAdapter(parts)
    if (home === 'tokens') return tokenAdapter(parts, model)
    if (home === 'insert-only') return markAdapter(parts, model)
    if (model === 'DeviceCode') return deviceCodeAdapter(parts, rowAdapter(parts, model))
    return rowAdapter(parts, model)
  }
}

/** Runs `work` on the request's unit, or on one of its own that is committed at once. */
async function inUnit(parts: StorageParts, work: (unit: UnitOfWork) => void): Promise<void> {
  const current = parts.currentUnit()
  if (current) {
    work(current)
    return
  }
  const unit = openUnit()
  work(unit)
  if ((await commitUnit(parts, unit)) !== 'written')
    throw new Error('a single write outside of a request lost a race')
}

function rowAdapter(parts: StorageParts, model: ModelName): Adapter {
  const { ids } = parts
  return {
    ...refusing(model),

    async upsert(id, payload, expiresIn) {
      await inUnit(parts, (unit) => {
        if (model === 'RefreshToken' && unit.retry) return // the row of the token given out again is there already
        const key = ids.toKey(id)
        if (model === 'RefreshToken') rememberSuccessor(parts, unit, { id, key })
        put(unit, toPut(parts, { model, id, key, payload, expiresIn }))
      })
    },

    find: (id) => findRow(parts, model, id),

    async findByUid(uid) {
      const found = await payloads.findByUid(parts.db, uid, parts.clock.now())
      return found ? restore(model, ids.handleOf(found.key), found.payload, ids) : undefined
    },

    async consume(id) {
      await inUnit(parts, (unit) => {
        const key = ids.toKey(id)
        if (!unit.retry?.key.equals(key)) unit.used.push({ model, key })
      })
    },

    async destroy(id) {
      await inUnit(parts, (unit) => {
        remove(unit, model, ids.toKey(id))
      })
    },

    async revokeByGrantId(grantId) {
      await endGrantOf(parts, grantId)
    },
  }
}

async function endGrantOf(parts: StorageParts, grantId: string): Promise<void> {
  await inUnit(parts, (unit) => {
    unit.endedGrants.set(grantId, parts.ids.toKey(grantId))
  })
}

interface Write {
  model: ModelName
  id: string
  key: Buffer
  payload: AdapterPayload
  expiresIn: number | undefined
}

/** Seconds a row without a lifetime of its own is kept: longer than anything that refers to it. */
const withoutLifetime = 400 * 24 * 3600

function toPut(parts: StorageParts, { model, id, key, payload, expiresIn }: Write): payloads.Put {
  const { grantId, uid } = payload
  return {
    model,
    key,
    payload: strip(model, id, { ...payload }, parts.ids),
    grantKey: typeof grantId === 'string' && model !== 'Interaction' ? parts.ids.toKey(grantId) : null,
    uid: model === 'Session' && typeof uid === 'string' ? uid : null,
    expiresAt: secondsAfter(parts.clock.now(), expiresIn ?? withoutLifetime),
    revision: parts.currentUnit()?.revisions.get(rowName(model, key)) ?? null,
  }
}

async function findRow(
  parts: StorageParts,
  model: ModelName,
  id: string,
): Promise<AdapterPayload | undefined> {
  const key = parts.ids.toKey(id)
  const unit = parts.currentUnit()
  const stateless = model === 'Grant' ? unit?.statelessGrants.get(id) : undefined
  if (stateless) return { ...stateless, jti: id }
  const own = unit ? readOwn(unit, model, key) : undefined
  if (own !== undefined) return own === null ? undefined : restore(model, id, own, parts.ids)
  return models[model].home === 'cache'
    ? findCached(parts, model, { id, key })
    : findStored(parts, model, { id, key })
}

async function findStored(
  parts: StorageParts,
  model: ModelName,
  { id, key }: { id: string; key: Buffer },
): Promise<AdapterPayload | undefined> {
  const unit = parts.currentUnit()
  const grantId = model === 'Grant' ? id : null
  const found = await payloads.find(parts.db, model, key, parts.clock.now(), grantId)
  if (!found) return undefined
  if (model === 'Session' || model === 'DeviceCode') unit?.revisions.set(rowName(model, key), found.revision)
  if (model === 'RefreshToken' && unit) return findRefreshToken(parts, unit, { id, found })
  return usable(restore(model, id, found.payload, parts.ids), found.consumedAt)
}

/**
 * Redis may have missed a write or a removal while it was away, so Postgres is asked too: it knows whether the row was used
 * up, and of two copies the one that got further counts.
 */
async function findCached(
  parts: StorageParts,
  model: ModelName,
  { id, key }: { id: string; key: Buffer },
): Promise<AdapterPayload | undefined> {
  const [cached, stored] = await Promise.all([
    parts.cacheStore.read(model, key),
    payloads.find(parts.db, model, key, parts.clock.now()),
  ])
  if (stored?.consumedAt) return undefined
  const copies = [cached, stored?.payload].filter((copy) => copy != null)
  const furthest = copies.find((copy) => copy.result !== undefined) ?? copies[0]
  return furthest && restore(model, id, furthest, parts.ids)
}

function usable(payload: Payload, consumedAt: Date | null): AdapterPayload {
  return consumedAt ? { ...payload, consumed: Math.floor(consumedAt.getTime() / 1000) } : payload
}

/**
 * A refresh token that was rotated a moment ago by the same client, and whose successor nobody has used: the answer was
 * lost, so the request is answered again with that successor. Any other use of a rotated token is a replay, also one that
 * is bound by another key than the first or by none, and one by another client ends the family too, although the library would only refuse it (RFC 9700, section 4.14.2).
 */
async function findRefreshToken(
  parts: StorageParts,
  unit: UnitOfWork,
  { id, found }: { id: string; found: payloads.Found },
): Promise<AdapterPayload> {
  const payload = restore('RefreshToken', id, found.payload, parts.ids)
  const redeeming = parts.redeemingClientId()
  const boundBy = redeeming === undefined ? '' : await parts.redeemingKey()
  const presented = boundBy === '' ? id : `${id} ${boundBy}` // so that another key, or none, opens no successor
  unit.presented.set(found.key.toString('hex'), presented)
  if (!found.consumedAt || redeeming === undefined) return usable(payload, found.consumedAt)
  const sameClient = payload.clientId === redeeming
  const successor = sameClient ? successorOf(parts, presented, found) : null
  if (successor !== null) {
    unit.retry = { key: found.key, successor, since: found.consumedAt }
    return payload
  }
  if (!sameClient && typeof payload.grantId === 'string') {
    unit.endedGrants.set(payload.grantId, parts.ids.toKey(payload.grantId))
  }
  return usable(payload, found.consumedAt)
}

/** The refresh token a rotated one was exchanged for, while its answer may still be asked for again. */
export function successorOf(
  { bus, config, clock }: Pick<StorageParts, 'bus' | 'config' | 'clock'>,
  presented: string,
  found: payloads.Found,
): string | null {
  const { consumedAt, sealedSuccessor } = found
  if (!consumedAt || !sealedSuccessor) return null
  if (!mayAskAgain(clock.now().getTime() - consumedAt.getTime(), bus.lastOutage())) return null
  return openSuccessor(sealingKeys(config), presented, sealedSuccessor)
}

function rememberSuccessor(parts: StorageParts, unit: UnitOfWork, next: { id: string; key: Buffer }): void {
  const rotated = unit.used.find((one) => one.model === 'RefreshToken')
  const presented = rotated && unit.presented.get(rotated.key.toString('hex'))
  if (!rotated || presented === undefined) return
  const [current] = sealingKeys(parts.config)
  if (!current) throw new Error('the configuration holds no key-encryption key')
  rotated.successor = { sealed: sealSuccessor(current, presented, next.id), key: next.key }
}

/**
 * Puts off the end of a refresh token that stays. Where it was revoked or used up meanwhile nothing is written: it must not
 * come back.
 */
export function prolongRefreshToken(
  { ids, clock }: Pick<StorageParts, 'ids' | 'clock'>,
  unit: UnitOfWork,
  id: string,
  exp: number,
): void {
  unit.also.push((tx) =>
    payloads.prolong(tx, { model: 'RefreshToken', key: ids.toKey(id), exp }, clock.now()),
  )
}

/** The current one first. */
const sealingKeys = (config: Pick<App['config'], 'keyEncryptionKeys'>): Buffer[] =>
  config.keyEncryptionKeys.reveal().map(({ bytes }) => bytes)

const proofUsed = { error: 'invalid_dpop_proof', error_description: 'a DPoP proof may be used once' }

/** Seconds a DPoP proof is remembered for longer than the library asks: it may have been dated ahead. */
const aheadMargin = 120

/** Marks that may be made once. Nothing is read first: whether a mark is new is what its insert reports. */
function markAdapter(parts: StorageParts, model: ModelName): Adapter {
  return {
    ...refusing(model),
    find: async () => undefined,
    async upsert(id, _payload, expiresIn) {
      const proof = parts.isOfProof(id)
      const seconds = Math.max(expiresIn ?? 0, 1) + (proof ? aheadMargin : 0)
      const expiresAt = secondsAfter(parts.clock.now(), seconds)
      await inUnit(parts, (unit) => {
        unit.once.push({ model, key: parts.ids.toKey(id), expiresAt, ...(proof && { refusal: proofUsed }) })
      })
    },
  }
}

/**
 * Access tokens. A JWT has no row (`stateless-tokens.ts` finds it) and is never handed over to be stored; destroying one stores
 * its `jti` until it expires. An opaque one is a row, and its id a bearer value: destroying it removes the row.
 */
function tokenAdapter(parts: StorageParts, model: ModelName): Adapter {
  const { upsert, find, destroy } = rowAdapter(parts, model)
  return {
    ...refusing(model),
    upsert,
    find,
    async destroy(id) {
      const presented = [...(parts.currentUnit()?.verifiedTokens.values() ?? [])]
      if (!presented.some(({ jti }) => jti === id)) {
        await destroy(id)
        return
      }
      await inUnit(parts, (unit) => {
        unit.also.push(async (tx) => {
          await revoke(tx, parts.clock.now(), { kind: 'jti', key: id })
          return true
        })
      })
    },
    async revokeByGrantId(grantId) {
      await endGrantOf(parts, grantId)
    },
  }
}

function clientAdapter(parts: StorageParts): Adapter {
  return {
    ...refusing('Client'),
    async find(id) {
      const client = await parts.clients.get(id)
      if (!client || admitClient(parts, client) !== null) return undefined
      const metadata = parts.profile.clientMetadata(parts.clients.providerMetadata(client))
      return withKnownTypes(metadata, parts.apis.detailTypes())
    },
  }
}

/** The library refuses a client as a whole that is registered for a type of authorization details which is not there any more. */
function withKnownTypes(
  metadata: Record<string, unknown>,
  known: readonly string[],
): Record<string, unknown> {
  const { authorization_details_types: types } = metadata
  if (!Array.isArray(types)) return metadata
  return { ...metadata, authorization_details_types: types.filter((one) => known.includes(String(one))) }
}

/** What a model has no use for. Being asked all the same means that the library has changed. */
function refusing(model: ModelName): Adapter {
  const refuse = (what: string) => async () => {
    throw new Error(`${what} is not supported for ${model}`)
  }
  return {
    upsert: refuse('upsert'),
    find: refuse('find'),
    findByUserCode: refuse('findByUserCode'),
    findByUid: refuse('findByUid'),
    consume: refuse('consume'),
    destroy: refuse('destroy'),
    revokeByGrantId: refuse('revokeByGrantId'),
  }
}
