import type { App, By, Db } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { errors } from './errors.ts'
import * as consents from './repository.ts'

interface ConsentTo {
  userId: string
  clientId: string
}

type EndGrants = (tx: Db, at: Date) => Promise<void>

/**
 * Takes back what a person let a client have: it is asked for again next time. What the client holds (grants, refresh
 * tokens) ends by `endGrants`, in the same transaction, so that no token outlives the consent it stands on.
 *
 * @throws consent_not_found (404): there is none, or it was withdrawn already.
 */
export async function withdrawConsentWithin(
  tx: Db,
  at: Date,
  by: By,
  { userId, clientId }: ConsentTo,
  endGrants: EndGrants,
): Promise<void> {
  if (!(await consents.withdraw(tx, userId, clientId, at))) throw errors.consent_not_found()
  await endGrants(tx, at)
  await tell(tx, at, by, { userId, clientId })
}

/** `withdrawConsentWithin` in a transaction of its own. */
export const withdrawConsent = (
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  what: ConsentTo,
  endGrants: EndGrants,
): Promise<void> =>
  transaction(app.db, (tx) => withdrawConsentWithin(tx, app.clock.now(), by, what, endGrants))

/** Takes back all that was agreed to in a person's name, in the caller's transaction, which also ends their sessions. */
export async function withdrawConsentsOfUser(tx: Db, at: Date, by: By, userId: string): Promise<void> {
  for (const clientId of await consents.withdrawAll(tx, userId, at))
    await tell(tx, at, by, { userId, clientId })
}

async function tell(tx: Db, at: Date, by: By, { userId, clientId }: ConsentTo): Promise<void> {
  await audit.record(tx, at, by, {
    action: 'consent.withdrawn',
    target: { type: 'client', id: clientId },
    details: { userId },
  })
  await outbox.publish(tx, at, by, { type: 'auth.consent.withdrawn', subject: userId, data: { clientId } })
}
