/**
 * The client of Gatehouse: its API with types, the tokens an application calls it with, and the check of the tokens that an
 * API of yours is called with.
 */
export { expressToken, fetchToken, koaToken, nodeToken, type TokenCheck } from './adapters.ts'
export type { components, paths } from './api.ts'
export { type Client, type ClientOptions, createClient, type Method, type PathsOf } from './client.ts'
export { GatehouseError, type Problem } from './problem.ts'
export { clientCredentials, type Rotated, refreshing, type TokenSource } from './tokens.ts'
export {
  type AccessToken,
  createVerifier,
  TokenRefused,
  type Verifier,
  type VerifierOptions,
  type VerifyOptions,
} from './verify.ts'
