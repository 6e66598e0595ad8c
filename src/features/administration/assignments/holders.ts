import type { Db } from '../../../platform/app.ts'
import { defineErrors } from '../../../platform/errors.ts'
import { accountErrors } from '../../accounts/index.ts'
import type { Principal } from '../../authorization/index.ts'
import { clientErrors, readClient } from '../../clients/index.ts'
import { findPerson } from '../users/find-users.ts'

export const errors = defineErrors({
  not_a_service_account: {
    status: 409,
    title: 'Only an application of yours that acts for itself, by client credentials, can hold rights.',
  },
})

/** Demands that whoever rights are about is there. @throws user_not_found, client_not_found (404) */
export async function demandHolder(db: Db, now: Date, { type, id }: Principal): Promise<void> {
  if (type === 'user') {
    const { status } = await findPerson(db, id, now)
    if (status === 'deleted') throw accountErrors.user_not_found()
    return
  }
  if (!(await readClient({ db }, id))) throw clientErrors.client_not_found()
}

/**
 * Demands that a client may be given rights: it authenticates and acts for itself, and who decides about its keys is not whoever
 * registered it.
 *
 * @throws not_a_service_account (409)
 */
export async function demandServiceAccount(db: Db, { type, id }: Principal): Promise<void> {
  if (type !== 'client') return
  const client = await readClient({ db }, id)
  const { grant_types: grants = [], token_endpoint_auth_method: method = 'none' } = client?.metadata ?? {}
  const actsForItself = grants.includes('client_credentials') && method !== 'none'
  if (client?.ownerType === 'self' || !actsForItself) throw errors.not_a_service_account()
}
