/**
 * Admission: the one question every path asks before it issues or prolongs anything: may this person, at this client, in
 * this session, have it now? And the one that every sign-in asks: how surely must they be recognised? Reads users, subjects,
 * assignments, client sessions and factors in one statement; owns no table.
 */
export { type Admission, admit, type Admitted } from './admit.ts'
export { admitClient, type ClientRefusal } from './admit-client.ts'
export {
  type DemandedAt,
  demandAtSignIn,
  demandInSession,
  isEnoughFor,
  isFactorPostponed,
  mayPostponeFactors,
  missingAcr,
  type SigningIn,
} from './demand-at.ts'
export { type Demand, type DemandFacts, demandOf, fallsShort, type Reason } from './demand.ts'
export {
  acrNamed,
  acrValuesSupported,
  higher,
  type Level,
  levelAsked,
  levelNamed,
  lower,
  reaches,
} from './levels.ts'
export { type PersonFacts, refusalOf, type Refusal } from './refusal.ts'
export type { Asked } from './repository.ts'
