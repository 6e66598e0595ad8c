import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { errors } from './errors.ts'
import * as issuers from './repository.ts'

/**
 * Trusts an issuer no more: its next assertion is refused everywhere. Tokens that one was exchanged for run out in minutes.
 *
 * @throws issuer_not_found (404)
 */
export async function removeIssuer(app: Pick<App, 'db' | 'clock'>, by: By, issuer: string): Promise<void> {
  await transaction(app.db, async (tx) => {
    if (!(await issuers.remove(tx, issuer))) throw errors.issuer_not_found()
    await audit.record(tx, app.clock.now(), by, {
      action: 'issuer.removed',
      target: { type: 'issuer', id: issuer },
    })
  })
}
