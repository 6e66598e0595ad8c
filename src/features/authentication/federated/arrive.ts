import type { By, Db } from '../../../platform/app.ts'
import { findIdentity, findUser, type Identity, type User } from '../../accounts/index.ts'
import type { UpstreamAnswer } from '../../federation/index.ts'
import type { Parts } from '../parts.ts'
import type { Arrival, Arriving, Together } from './arrival.ts'
import { enter } from './enter.ts'
import { newcomer } from './newcomer.ts'

/** As often as two may make the same account at the same moment, and a third. */
const mostTries = 3

/**
 * Recognises somebody by issuer and subject, and by nothing else (CASES RG-03); makes an account for who comes for the
 * first time, as far as the provider's policy and the setting `registration.mode` allow. An address that an account has
 * already is never a reason to open that account.
 *
 * @throws account_disabled, account_deletion_pending (403): recognised, and not let in.
 * @throws too_many_requests (429): too many new accounts from this network.
 */
export async function arrive(app: Parts, by: By, arriving: Arriving, together: Together): Promise<Arrival> {
  for (let tries = 1; ; tries++) {
    const known = await recognise(app.db, arriving.answer)
    const arrival = known
      ? await enter(app, by, { ...arriving, ...known }, together)
      : await newcomer(app, by, arriving, together)
    if (arrival !== 'overtaken') return 'user' in arrival ? { kind: 'entered', ...arrival } : arrival
    if (tries === mostTries) throw new Error('somebody was overtaken again and again')
  }
}

async function recognise(
  db: Db,
  { issuer, subject }: UpstreamAnswer,
): Promise<{ identity: Identity; user: User } | null> {
  const identity = await findIdentity(db, issuer, subject)
  const user = identity && (await findUser(db, identity.userId))
  return identity && user ? { identity, user } : null
}
