import type { App, By, Db } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { errors } from './errors.ts'
import * as consents from './repository.ts'

/**
 * Takes back what a person let a client have: it is asked for again next time. What the client holds (grants, refresh
 * tokens) ends by `endGrants`, in the same transaction, so that no token outlives the consent it stands on.
 *
 * @throws consent_not_found (404): there is none, or it was withdrawn already.
 */
export async function withdrawConsent(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  { userId, clientId }: { userId: string; clientId: string },
  endGrants: (tx: Db, at: Date) => Promise<void>,
): Promise<void> {
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    if (!(await consents.withdraw(tx, userId, clientId, at))) throw errors.consent_not_found()
    await endGrants(tx, at)
    await audit.record(tx, at, by, {
      action: 'consent.withdrawn',
      target: { type: 'client', id: clientId },
      details: { userId },
    })
    await outbox.publish(tx, at, by, { type: 'auth.consent.withdrawn', subject: userId, data: { clientId } })
  })
}
