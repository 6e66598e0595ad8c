import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { errors } from './errors.ts'
import * as invitations from './repository.ts'

/**
 * Takes an invitation back: its link makes no account any more.
 *
 * @throws invitation_not_found (404): unknown, or it can no longer be accepted anyway.
 */
export async function withdrawInvitation(app: Pick<App, 'db' | 'clock'>, by: By, id: string): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    if (!(await invitations.withdraw(tx, id, at))) throw errors.invitation_not_found()
    await audit.record(tx, at, by, { action: 'invitation.withdrawn', target: { type: 'invitation', id } })
  })
}
