import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import type { User } from '../../accounts/index.ts'
import { consentNameOf } from '../../apis/index.ts'
import * as audit from '../../audit/index.ts'
import { consentToClaim, rememberConsent } from '../../consents/index.ts'
import type { Ending, Interaction } from '../../oidc/index.ts'

/**
 * Remembers that a person agreed to all the scopes and single claims asked for, or writes down that they declined. A decline is not
 * remembered: they are asked again when they come again. Letting a device in, and what is asked for in detail,
 * is agreed to each time; of our own clients nothing is remembered, since they need no consent.
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
  const { clientId, device, authorizationDetails } = interaction
  const self: By = { ...by, actor: { type: 'user', id: person.id } }
  if (decision === 'approve') {
    const details = authorizationDetails.map(({ type }) => type)
    const agreed = { userId: person.id, clientId, scopes: agreedTo(interaction), details }
    if (!ownClient || details.length > 0)
      await transaction(app.db, (tx) => rememberConsent(app, tx, self, agreed))
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

/** As it is remembered: scopes about the person, single claims, and scopes of registered APIs. */
const agreedTo = ({ requestedScopes, requestedClaims, apiScopes }: Interaction): string[] => [
  ...requestedScopes,
  ...requestedClaims.map(consentToClaim),
  ...apiScopes.map(({ api, scope }) => consentNameOf(api, scope)),
]
