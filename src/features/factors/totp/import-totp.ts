import { Secret, TOTP, URI } from 'otpauth'

import type { App, By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import * as audit from '../../audit/index.ts'
import * as factors from '../repository.ts'
import { openValue, type Sealed, sealValue } from '../sealed.ts'

/** Bytes of a seed: 80 bits is what some old systems gave (RFC 4226, section 4, asks for 128), 64 bytes the most any app takes. */
const shortest = 10
const longest = 64

/** How an app is called that its owner has not named here. */
const importedName = 'Authenticator app'

/**
 * The seed in what another system kept of an authenticator app: Base32, or a link as apps read it. Null for what is neither, and
 * for a link to codes of another kind than are looked at here (SHA-1, six digits, thirty seconds).
 */
export function readSeed(text: string): Buffer | null {
  if (text.length > 500) return null
  try {
    const secret = text.startsWith('otpauth:')
      ? ofLink(text)
      : Secret.fromBase32(text.replaceAll(/[\s=-]/g, ''))
    const seed = secret ? Buffer.from(secret.bytes) : null
    return seed && seed.length >= shortest && seed.length <= longest ? seed : null
  } catch {
    return null
  }
}

function ofLink(text: string): Secret | null {
  const app = URI.parse(text)
  const usual = app instanceof TOTP && app.algorithm === 'SHA1' && app.digits === 6 && app.period === 30
  return usual ? app.secret : null
}

/** A seed, or what this service itself sealed of one under this id. */
export type ImportedTotp = { userId: string } & ({ seed: Buffer } | (Sealed & { id: string; name: string }))

/** Gives accounts that were just made the authenticator apps their owners have; in the caller's transaction. */
export async function importTotp(
  app: Pick<App, 'config'>,
  tx: Db,
  at: Date,
  by: By,
  seeds: readonly ImportedTotp[],
): Promise<void> {
  if (seeds.length === 0) return
  const rows = seeds.map(({ userId, ...one }) => {
    if ('sealed' in one) return { userId, ...one }
    const id = newId(at)
    return { id, userId, name: importedName, ...sealValue(app.config, id, one.seed) }
  })
  await factors.insertConfirmedTotp(tx, rows, at)
  await audit.recordAll(
    tx,
    at,
    by,
    rows.map(({ id, userId }) => ({
      action: 'factor.added',
      target: { type: 'user', id: userId },
      details: { factorId: id, kind: 'totp' },
    })),
  )
}

/** Whether a configured key opens what was sealed of this id. */
export const opensTotp = (config: App['config'], id: string, sealed: Buffer): boolean =>
  openValue(config, id, { sealed }) !== null
