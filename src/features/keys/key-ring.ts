import type { KeyObject } from 'node:crypto'

import { type App, bySystem } from '../../platform/app.ts'
import { type SigningAlgorithm, signingAlgorithms, type SigningJwk } from '../../platform/crypto/index.ts'
import { topic } from './announce.ts'
import { completeSet } from './complete-set.ts'
import { errors } from './errors.ts'
import { follow } from './follow.ts'
import { emptySet, fingerprintOf, type LoadedKey, privateJwksOf, publicJwksOf, setOf } from './key-set.ts'
import { isShown } from './life-cycle.ts'
import * as keys from './repository.ts'
import type { SealedRecord } from './repository.ts'
import { doesNotOpen, openSealedKey } from './sealed-keys.ts'

export interface VerificationKey {
  kid: string
  /** From our record: a token's own header has no say in how it is verified (RFC 8725, section 3.1). */
  alg: SigningAlgorithm
  key: KeyObject
}

/** The keys of one process, following the database. */
export interface KeyRing {
  /** For the provider: private keys; the ones that only verify carry `key_ops: ["verify"]`. Never to be shown. */
  jwks(): { keys: SigningJwk[] }
  /** What the JWKS endpoint shows: public members of published, active and retired keys, in a stable order. */
  publicJwks(): { keys: SigningJwk[] }
  /**
   * The key a token names in its `kid`, of whatever form that is; null when it is unknown, revoked or long retired.
   *
   * @throws keys_unavailable (503): memory may have missed a revocation, and Postgres does not answer.
   */
  verificationKey(kid: unknown): Promise<VerificationKey | null>
  /** Rises whenever `jwks()` or `publicJwks()` changed. */
  version(): number
  onChange(listener: () => void): void
  /** Whether there is a key to sign with for every algorithm. */
  ready(): boolean
  close(): Promise<void>
}

export interface WithKeys {
  keys: KeyRing
}

type Machinery = Pick<App, 'db' | 'config' | 'clock' | 'log' | 'bus'>

/**
 * Opens the ring, and makes the first keys when there are none. A running process keeps the keys it has opened, whatever
 * becomes of the key-encryption key; a starting one needs them all.
 *
 * @throws StartupError when a key does not open: which one, and what to do.
 */
export async function openKeyRing(app: Machinery): Promise<KeyRing> {
  const listeners: (() => void)[] = []
  const complained = new Set<string>()
  let set = emptySet
  let fingerprint = ''
  let version = 0

  function open(record: SealedRecord): LoadedKey | null {
    const key = set.keys.get(record.kid)?.key ?? openSealedKey(app.config, record)
    if (key) return { record, key }
    const { kid, sealingKeyId } = record
    if (!complained.has(kid))
      app.log.error({ kid, sealingKeyId }, 'a signing key does not open; going on without it')
    complained.add(kid)
    return null
  }

  function apply(records: SealedRecord[]): void {
    const loaded = records.map(open).filter((one) => one !== null)
    set = setOf(loaded, set)
    const next = fingerprintOf(set, app.clock.now())
    if (next === fingerprint) return
    fingerprint = next
    version++
    for (const listener of listeners) listener()
  }

  await refuseUnopened(app)
  await completeSet(app, bySystem)
  await refuseUnopened(app) // another process that started at this moment may have made the set under another key
  const memory = follow(app, topic, { read: () => keys.listSealed(app.db), apply })
  await memory.refresh()

  return {
    jwks: () => ({ keys: privateJwksOf(set, app.clock.now()) }),
    publicJwks: () => ({ keys: publicJwksOf(set, app.clock.now()) }),
    verificationKey: async (kid) => {
      if (typeof kid !== 'string' || !thumbprint.test(kid)) return null
      await memory.prove().catch((cause: unknown) => {
        throw errors.keys_unavailable({ cause, retryAfterSeconds: 1 })
      })
      const found = set.keys.get(kid)
      if (!found || !isShown(found.record, app.clock.now())) return null
      return { kid, alg: found.key.alg, key: found.key.publicKey }
    },
    version: () => version,
    onChange: (listener) => void listeners.push(listener),
    ready: () => signingAlgorithms.every((algorithm) => set.signers.has(algorithm)),
    close: async () => {
      memory.close()
    },
  }
}

/** The form of every `kid` of ours: a SHA-256 in base64url. Anything else is not worth a look. */
const thumbprint = /^[\w-]{43}$/

async function refuseUnopened(app: Pick<App, 'db' | 'config'>): Promise<void> {
  const records = await keys.listSealed(app.db)
  const closed = records.find((record) => !openSealedKey(app.config, record))
  if (closed) throw doesNotOpen(app.config, closed)
}
