import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { canonicalEmail } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import { addressHash, addressHashes } from './address-hash.ts'
import { errors } from './errors.ts'
import * as mails from './repository.ts'
import type { SuppressionReason } from './repository.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

/**
 * Sends nothing more to an address until that is lifted. False when it was so before.
 *
 * @throws mail_address_invalid (422): no canonical form.
 */
export const suppressAddress = (
  app: Machinery,
  by: By,
  address: string,
  reason: SuppressionReason,
): Promise<boolean> =>
  change(app, by, address, (tx, at, canonical) =>
    mails.suppress(tx, { addressHash: addressHash(app, canonical), reason, at }),
  )

/**
 * Lets mail go to an address again. False when nothing stood in its way.
 *
 * @throws mail_address_invalid (422): no canonical form.
 */
export const unsuppressAddress = (app: Machinery, by: By, address: string): Promise<boolean> =>
  change(
    app,
    by,
    address,
    (tx, _at, canonical) => mails.unsuppress(tx, addressHashes(app, canonical)),
    'lifted',
  )

async function change(
  app: Machinery,
  by: By,
  address: string,
  work: (tx: App['db'], at: Date, canonical: string) => Promise<boolean>,
  what: 'suppressed' | 'lifted' = 'suppressed',
): Promise<boolean> {
  const canonical = canonicalEmail(address)
  if (canonical === null) throw errors.mail_address_invalid()
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const changed = await work(tx, at, canonical)
    if (!changed) return false
    const id = addressHash(app, canonical).toString('hex').slice(0, 16)
    const action = what === 'suppressed' ? 'mail.address_suppressed' : 'mail.suppression_lifted'
    await audit.record(tx, at, by, { action, target: { type: 'mail-address', id } })
    return true
  })
}
