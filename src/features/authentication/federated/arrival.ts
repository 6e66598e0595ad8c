import type { Db } from '../../../platform/app.ts'
import type { User } from '../../accounts/index.ts'
import type { NewcomerRefusal, ProviderRecord, UpstreamAnswer } from '../../federation/index.ts'

/** Somebody whom a provider has proven. */
export interface Arriving {
  provider: ProviderRecord
  answer: UpstreamAnswer
  /** The application the person signs in to. */
  clientId: string
  /** The language they read (RFC 5646). */
  language: string | undefined
}

/** Somebody who comes for the first time, with what is believed of their address. */
export interface Newcomer extends Arriving {
  /** Canonical. */
  email: string | null
  emailProven: boolean
  /** Somebody was invited at this address, which is proven. */
  invited: boolean
}

/** What belongs to a sign-in and must commit with it. */
export type Together = (tx: Db, at: Date, proven: FederatedProof) => Promise<void>

export interface FederatedProof {
  userId: string
  /** When they proved who they are: at the provider, where it says so. */
  provenAt: Date
  /** Names the sign-in at the provider; stands in the session. */
  connection: string
  /** What the audit record of the sign-in says of it. */
  details: Readonly<Record<string, string>>
}

/** Who is in. */
export interface Entered {
  user: User
  proof: FederatedProof
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
  /** They proved themselves there before all that they had here was ended: the provider is to ask them again. */
  | { kind: 'stale' }
  | { kind: 'refused'; code: NewcomerRefusal }
