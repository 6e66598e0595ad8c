import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import type { User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { consentToClaim, rememberConsent } from '../../consents/index.ts'
import type { Ending, Interaction } from '../../oidc/index.ts'

/**
 * Remembers that a person agreed to all the scopes and single claims asked for, or writes down that they declined. A decline is not
 * remembered: they are asked again when they come again. Letting a device in is agreed to each time; of our own clients nothing
 * is remembered, since they need no consent.
 */
export async function decideConsent(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  {
    interaction,
    person,
    ownClient,
    decision,
  }: { interaction: Interaction; person: User; ownClient: boolean; decision: 'approve' | 'decline' },
): Promise<Ending> {
  const { clientId, requestedScopes, requestedClaims, device } = interaction
  const scopes = [...requestedScopes, ...requestedClaims.map(consentToClaim)]
  const self: By = { ...by, actor: { type: 'user', id: person.id } }
  if (decision === 'approve') {
    if (!ownClient)
      await transaction(app.db, (tx) =>
        rememberConsent(app, tx, self, { userId: person.id, clientId, scopes }),
      )
    return { consent: { subject: interaction.subject ?? '' } }
  }
  await audit.record(app.db, app.clock.now(), self, {
    action: device ? 'device_authorization.denied' : 'consent.declined',
    outcome: 'denied',
    target: { type: 'client', id: clientId },
    ...(device && { details: { request: device.request } }),
  })
  return { refused: 'access_denied', because: 'the End-User did not agree' }
}
