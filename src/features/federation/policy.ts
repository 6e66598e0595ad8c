import { connectorNamed } from './connectors/connectors.ts'
import type { Policy, ProviderRecord } from './providers/provider.ts'

/** Whether the provider's word that an address is verified is taken: as its record says, or else as its connector does. */
export const trustsEmail = ({ policy, connector }: Pick<ProviderRecord, 'policy' | 'connector'>): boolean =>
  policy.trust_email ?? connectorNamed(connector).trustEmail

/** Who comes for the first time. */
export interface Newcomer {
  policy: Policy
  /** The setting `registration.mode`: what it closes, and whatever is not known here, no provider opens. */
  registrationMode: string
  /** Canonical; null where the provider names none. */
  email: string | null
  /** The provider's word that it is theirs was taken; see `provesEmail`. */
  emailProven: boolean
  /** An invitation that is good for this person was found. */
  invited: boolean
  /** The setting `registration.require_verified_email`: an account begins only with the proof of its address. */
  proofDemanded: boolean
}

export type NewcomerRefusal =
  'creation_closed' | 'invitation_needed' | 'domain_not_allowed' | 'email_unverified' | 'email_missing'

/** Why somebody who comes for the first time gets no account; null when they do. */
export function newcomerRefusal(newcomer: Newcomer): NewcomerRefusal | null {
  const { policy, registrationMode, invited } = newcomer
  const closed = registrationMode !== 'open' && registrationMode !== 'invitation'
  if (closed || policy.creation === 'never') return 'creation_closed'
  const refusal = emailRefusal(newcomer)
  if (refusal !== null) return refusal
  const needed = registrationMode === 'invitation' || policy.creation === 'invitation'
  return needed && !invited ? 'invitation_needed' : null
}

/** Limits on addresses count only for addresses that are proven: anybody can write down another one. */
function emailRefusal({ policy, email, emailProven, proofDemanded }: Newcomer): NewcomerRefusal | null {
  const { allowed_domains: domains, require_verified_email: demanded, creation } = policy
  const free = domains.length === 0 && !demanded && creation !== 'invitation'
  if (email === null) return free && !proofDemanded ? null : 'email_missing'
  if (free) return null
  if (domains.length > 0 && !domains.includes(domainOf(email))) return 'domain_not_allowed'
  return emailProven ? null : 'email_unverified'
}

/** The domain of a canonical address. */
export const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1)
