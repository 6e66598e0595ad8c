import { type Acting, chainOf } from '../../access-token.ts'
import type { Policy } from './policy.ts'
import type { PresentedToken } from './presented-token.ts'

/** How many may act for one another, and how often a token may be exchanged on: a chain has an end. */
export const longestChain = 4

export interface Exchanging {
  clientId: string
  policy: Pick<Policy, 'mayTake' | 'mayImpersonate'>
  subject: PresentedToken
  actor: PresentedToken | null
}

/** Why it may not be; else who acts by the new token and which clients it came from. */
export type Chain =
  { refused: string } | { refused: null; act: Acting | undefined; via: string[]; acting: string }

/**
 * Who acts by a token that is exchanged for. With an actor token that is its subject; without one the client itself, unless it
 * may impersonate (RFC 8693, section 1.1). Who acted before stays in the chain (section 4.1), also when it is impersonated:
 * nobody disappears from it.
 */
export function chainFor({ clientId, policy, subject, actor }: Exchanging): Chain {
  const unfit = actor ? unfitActor(clientId, policy, actor) : null
  if (unfit !== null) return { refused: unfit }
  const next = nextActor({ clientId, policy, actor })
  const acting = next?.sub ?? clientId
  if (subject.mayAct && subject.mayAct.sub !== acting)
    return { refused: 'the subject token names another who may act (may_act)' }
  const act = next ? chained(next, subject.act) : subject.act
  const via = [...subject.via, subject.clientId]
  if (chainOf(act).length > longestChain || via.length > longestChain)
    return { refused: `a token may be handed on ${longestChain} times` }
  return { refused: null, act, via, acting }
}

const chained = (next: Acting, before: Acting | undefined): Acting =>
  before ? { ...next, act: before } : next

/** Null: nobody does, so that the token looks as if the person had come by themselves. */
function nextActor({ clientId, policy, actor }: Omit<Exchanging, 'subject'>): Acting | null {
  if (!actor) return policy.mayImpersonate ? null : { sub: clientId, client_id: clientId }
  return { sub: actor.subject, client_id: actor.clientId, ...(actor.sid !== undefined && { sid: actor.sid }) }
}

/** Somebody acts by a token of their own sign-in, a client by its own: neither by one that was handed on to them. */
function unfitActor(clientId: string, policy: Pick<Policy, 'mayTake'>, actor: PresentedToken): string | null {
  if (actor.act || actor.via.length > 0) return 'the actor token was exchanged itself'
  if (actor.clientId !== clientId && !policy.mayTake(actor)) return 'the actor token is of another client'
  return actor.sid === undefined && actor.subject !== actor.clientId
    ? 'the actor token is of no session'
    : null
}
