import type { App, By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import * as consents from './repository.ts'

interface Given {
  userId: string
  clientId: string
  /** A scope of a registered API goes by a name that says which (features/apis). */
  scopes: readonly string[]
  /** Types of authorization details that were agreed to besides, this once: they are written down, not remembered. */
  details?: readonly string[]
}

/**
 * Remembers, in the caller's transaction, that a person let a client have these scopes, beside those it had. Scopes the
 * person did not tick are not handed in: what is remembered is what was agreed to, never what was asked for.
 */
export async function rememberConsent(
  app: Pick<App, 'clock'>,
  tx: Db,
  by: By,
  { userId, clientId, scopes, details = [] }: Given,
): Promise<void> {
  const at = app.clock.now()
  const agreed = [...new Set(scopes)].sort()
  await consents.remember(tx, { userId, clientId, scopes: agreed, at })
  await audit.record(tx, at, by, {
    action: 'consent.granted',
    target: { type: 'client', id: clientId },
    details: {
      userId,
      scopes: agreed.join(' '),
      ...(details.length > 0 && { authorizationDetails: details.join(' ') }),
    },
  })
  await outbox.publish(tx, at, by, { type: 'auth.consent.granted', subject: userId, data: { clientId } })
}
