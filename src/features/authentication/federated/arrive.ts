import type { By, Db } from '../../../platform/app.ts'
import { findIdentity, findUser, type Identity, type User } from '../../accounts/index.ts'
import type { NewcomerRefusal, ProviderRecord, UpstreamAnswer } from '../../federation/index.ts'
import type { Parts } from '../parts.ts'
import { type Entered, enter } from './enter.ts'
import { newcomer } from './newcomer.ts'

/** Somebody whom a provider has proven. */
export interface Arriving {
  provider: ProviderRecord
  answer: UpstreamAnswer
  /** The application the person signs in to. */
  clientId: string
  /** The value that this browser or application presents as a device; null when it has none. */
  device: string | null
  /** The language they read (RFC 5646). */
  language: string | undefined
}

/** What belongs to a sign-in and must commit with it. */
export type Together = (tx: Db, at: Date, proven: FederatedProof) => Promise<void>

export interface FederatedProof {
  userId: string
  /** When they proved who they are: at the provider, where it says so. */
  provenAt: Date
  /** Names the sign-in at the provider; stands in the session. */
  connection: string
}

/** Where somebody stands whom a provider has proven. */
export type Arrival =
  | ({ kind: 'entered' } & Entered)
  /** An account has their address: they may sign in to it and link this identity. Nothing was made. */
  | { kind: 'account-exists'; email: string }
  /** An account was made, or its owner was told of the attempt: the mail says which. */
  | { kind: 'address-unproven'; email: string; userId: string | null }
  /** Recognised, and not let in before the address is proven. It is their account: they made it, or proved both sides. */
  | { kind: 'pending'; email: string; userId: string }
  | { kind: 'refused'; code: NewcomerRefusal }

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
