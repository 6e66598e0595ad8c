/**
 * Admission: the one question every path asks before it issues or prolongs anything: may this person, at this client, in
 * this session, have it now? Reads users, subjects, assignments and client sessions in one statement; owns no table.
 */
export { type Admission, admit, type Admitted } from './admit.ts'
export { admitClient, type ClientRefusal } from './admit-client.ts'
export { type PersonFacts, refusalOf, type Refusal } from './refusal.ts'
export type { Asked } from './repository.ts'
