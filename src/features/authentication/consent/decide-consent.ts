import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import type { User } from '../../accounts/index.ts'
import { consentNameOf } from '../../apis/index.ts'
import * as audit from '../../audit/index.ts'
import { rememberConsent } from '../../consents/index.ts'
import type { Ending, Interaction } from '../../oidc/index.ts'

/**
 * Remembers that a person agreed to all the scopes asked for, or writes down that they declined. A decline is not
 * remembered, and neither is what was asked for in detail: they are asked again when they come again.
 */
export async function decideConsent(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  {
    interaction,
    person,
    subject,
    decision,
  }: { interaction: Interaction; person: User; subject: string; decision: 'approve' | 'decline' },
): Promise<Ending> {
  const { clientId, requestedScopes, apiScopes, authorizationDetails } = interaction
  const self: By = { ...by, actor: { type: 'user', id: person.id } }
  if (decision === 'approve') {
    const scopes = [...requestedScopes, ...apiScopes.map(({ api, scope }) => consentNameOf(api, scope))]
    const details = authorizationDetails.map(({ type }) => type)
    await transaction(app.db, (tx) =>
      rememberConsent(app, tx, self, { userId: person.id, clientId, scopes, details }),
    )
    return { consent: subject }
  }
  await audit.record(app.db, app.clock.now(), self, {
    action: 'consent.declined',
    outcome: 'denied',
    target: { type: 'client', id: clientId },
  })
  return { refused: 'access_denied', because: 'the End-User did not agree' }
}
