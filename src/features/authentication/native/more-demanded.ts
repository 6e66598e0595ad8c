import type { By } from '../../../platform/app.ts'
import { errors } from '../errors.ts'
import { attemptSeconds } from '../attempt.ts'
import type { Parts } from '../parts.ts'
import { noteDemand } from '../note-demand.ts'
import type { Available } from '../second-factor/available.ts'
import { mayAdd } from '../second-factor/may-add.ts'
import type { Standing } from '../standing.ts'
import { sha256 } from '../../../platform/crypto/index.ts'

/**
 * Tells an application what is owed still, and hands it what the rest of the sign-in goes by: good for this sign-in alone, at
 * this application alone, and for nothing but its next steps.
 *
 * @throws mfa_required, mfa_enrolment_required (401)
 */
export async function refuseMore(
  parts: Parts,
  by: By,
  { handle, standing, clientId }: { handle: string; standing: Standing; clientId: string },
): Promise<never> {
  await noteDemand(parts, by, { id: sha256(handle), standing, clientId })
  const { step, available } = standing
  const members = { mfa_token: handle, expires_in: attemptSeconds }
  if (step === 'second-factor')
    throw errors.mfa_required({ members: { ...members, factors: available.map(shown) } })
  if (step === 'enrol')
    throw errors.mfa_enrolment_required({ members: { ...members, types: await mayAdd(parts, standing) } })
  throw errors.stronger_sign_in_needed()
}

const shown = ({ factor, id, label }: Available) => ({
  type: factor.replaceAll('-', '_'),
  ...(id !== null && { id }),
  ...(label !== null && { label }),
})
