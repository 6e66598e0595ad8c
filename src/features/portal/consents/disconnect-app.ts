import type { App, By } from '../../../platform/app.ts'
import { withdrawConsent } from '../../consents/index.ts'
import { endClientOfUser } from '../../sessions/index.ts'

/**
 * Takes back what a person let an application have, and ends what it holds on the strength of it, in every session.
 *
 * @throws consent_not_found (404): there is none, or it was withdrawn already.
 */
export const disconnectApp = (
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  what: { userId: string; clientId: string },
): Promise<void> =>
  withdrawConsent(app, by, what, async (tx, at) => {
    await endClientOfUser(tx, at, what)
  })
