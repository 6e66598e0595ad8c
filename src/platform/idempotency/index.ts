/** Idempotency: what is asked twice under one key is done once. Owns table `idempotent_requests`. */
export { errors as idempotencyErrors } from './errors.ts'
export { type Answer, once } from './once.ts'
export { removeExpired as sweepIdempotentRequests } from './repository.ts'
