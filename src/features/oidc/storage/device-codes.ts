import type { Adapter, AdapterPayload } from 'oidc-provider'

import { secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { mac, seal, unseal } from '../../../platform/crypto/index.ts'
import { intervalSeconds } from '../device/polling.ts'
import * as codes from '../device/repository.ts'
import type { Ids } from './ids.ts'
import { rowName, type UnitOfWork } from './unit-of-work.ts'

interface Parts extends Pick<App, 'config' | 'db' | 'clock'> {
  ids: Ids
  currentUnit(): UnitOfWork | null
}

/** Seconds a code that ran out is still known, so that its device hears `expired_token` (RFC 8628, section 3.5). */
export const keptSeconds = 600

const purpose = 'device-user-code'

/**
 * Device codes: rows like any other, and beside each what a person finds it by. The user code is short enough for all to be
 * tried, so it is looked up by an HMAC and shown again from under a seal; neither yields it without the key from outside.
 */
export function deviceCodeAdapter(parts: Parts, rows: Adapter): Adapter {
  async function opened(payload: AdapterPayload | undefined, expiresAt: Date | undefined) {
    if (!payload) return undefined
    const over = expiresAt === undefined || expiresAt <= parts.clock.now()
    return {
      ...payload,
      userCode: unsealed(keysOf(parts), String(payload.userCode)),
      ...(over && { exp: 1 }), // by our clock; the library goes by the machine's
    }
  }

  return {
    ...rows,

    async upsert(id, payload, expiresIn = 0) {
      const [key] = keysOf(parts)
      if (!key) throw new Error('the configuration holds no key-encryption key')
      const { userCode = '' } = payload
      const made = {
        id: parts.ids.toKey(id),
        userCode: mac(key, purpose, userCode),
        intervalSeconds,
        expiresAt: secondsAfter(parts.clock.now(), expiresIn),
      }
      await register(parts, made)
      const sealed = seal(key, purpose, userCode).toString('base64')
      await rows.upsert(id, { ...payload, userCode: sealed }, expiresIn + keptSeconds)
    },

    async find(id) {
      const found = await rows.find(id)
      return opened(found || undefined, (await codes.find(parts.db, parts.ids.toKey(id)))?.expiresAt)
    },

    async findByUserCode(userCode) {
      const macs = keysOf(parts).map((key) => mac(key, purpose, userCode))
      const row = await codes.findByUserCode(parts.db, macs)
      if (!row) return undefined
      return opened((await rows.find(parts.ids.handleOf(row.id))) || undefined, row.expiresAt)
    },
  }
}

/** A code that was loaded by this request is known already. */
async function register(parts: Parts, made: Parameters<typeof codes.insert>[1]): Promise<void> {
  const unit = parts.currentUnit()
  if (unit?.revisions.has(rowName('DeviceCode', made.id))) return
  if (unit) unit.also.push((tx) => codes.insert(tx, made))
  else await codes.insert(parts.db, made)
}

/** The current one first. */
const keysOf = ({ config }: Parts): Buffer[] => config.keyEncryptionKeys.reveal().map(({ bytes }) => bytes)

/** Empty when none of the keys opens it: it was taken out of use while the code lived, and the person asks for another. */
function unsealed(keys: readonly Buffer[], sealed: string): string {
  for (const key of keys) {
    try {
      return unseal(key, purpose, Buffer.from(sealed, 'base64')).toString()
    } catch {
      // sealed under another of them
    }
  }
  return ''
}
