import type { App, By, Db } from '../../platform/app.ts'
import { canonicalEmail } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import { addressHash, addressHashes } from './address-hash.ts'
import { errors } from './errors.ts'
import * as mails from './repository.ts'
import type { SuppressionReason } from './repository.ts'

type Keys = Pick<App, 'config'>

/**
 * Sends nothing more to an address until that is lifted, in the caller's transaction. False when it was so before.
 *
 * Whoever lets somebody ask for this compares their rank with the owner's: it silences the notices of an account.
 *
 * @throws mail_address_invalid (422): no canonical form.
 */
export const suppressAddress = async (
  app: Keys,
  tx: Db,
  at: Date,
  by: By,
  { address, reason }: { address: string; reason: SuppressionReason },
): Promise<boolean> => suppressHash(tx, at, by, { addressHash: addressHash(app, canonical(address)), reason })

/** The same for what a row knows of an address. */
export async function suppressHash(
  tx: Db,
  at: Date,
  by: By,
  given: { addressHash: Buffer; reason: SuppressionReason },
): Promise<boolean> {
  const changed = await mails.suppress(tx, { ...given, at })
  const target = targetOf(given.addressHash)
  const { reason } = given
  if (changed)
    await audit.record(tx, at, by, { action: 'mail.address_suppressed', target, details: { reason } })
  return changed
}

/**
 * Lets mail go to an address again, in the caller's transaction. False when nothing stood in its way.
 *
 * @throws mail_address_invalid (422): no canonical form.
 */
export async function unsuppressAddress(
  app: Keys,
  tx: Db,
  at: Date,
  by: By,
  address: string,
): Promise<boolean> {
  const known = canonical(address)
  const changed = await mails.unsuppress(tx, addressHashes(app, known))
  const target = targetOf(addressHash(app, known))
  if (changed) await audit.record(tx, at, by, { action: 'mail.suppression_lifted', target })
  return changed
}

function canonical(address: string): string {
  const found = canonicalEmail(address)
  if (found === null) throw errors.mail_address_invalid()
  return found
}

const targetOf = (hash: Buffer) => ({ type: 'mail-address', id: hash.toString('hex').slice(0, 16) })
