import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import type { User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { consentToClaim, rememberConsent } from '../../consents/index.ts'
import type { Ending, Interaction } from '../../oidc/index.ts'

/**
 * Remembers that a person agreed to all the scopes and single claims asked for, or writes down that they declined. A decline is not
 * remembered: they are asked again when they come again.
 */
export async function decideConsent(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  {
    interaction,
    person,
    decision,
  }: { interaction: Interaction; person: User; decision: 'approve' | 'decline' },
): Promise<Ending> {
  const { clientId, requestedScopes, requestedClaims } = interaction
  const scopes = [...requestedScopes, ...requestedClaims.map(consentToClaim)]
  const self: By = { ...by, actor: { type: 'user', id: person.id } }
  if (decision === 'approve') {
    await transaction(app.db, (tx) => rememberConsent(app, tx, self, { userId: person.id, clientId, scopes }))
    return { consent: true }
  }
  await audit.record(app.db, app.clock.now(), self, {
    action: 'consent.declined',
    outcome: 'denied',
    target: { type: 'client', id: clientId },
  })
  return { refused: 'access_denied', because: 'the End-User did not agree' }
}
