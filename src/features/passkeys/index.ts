/**
 * Passkeys: key pairs on people's devices that open an account without a password. Each holds two factors, the device and
 * whatever unlocks it, since user verification is asked for and checked every time. And security keys, which need not verify
 * anybody, open nothing by themselves, and prove a person a second time.
 *
 * What signs is verified by `verifyAssertion`, or `verifySecondAssertion` where the person is known, and used by `notePasskeyUse`
 * in the transaction of what it proves.
 *
 * Owns tables `passkeys` and `passkey_challenges`. Publishes `auth.passkey.added`, `auth.passkey.removed` {passkeyId} and,
 * once for each key that looks copied, `auth.passkey.counter_reversed` {passkeyId}; of security keys `auth.factor.added` and
 * `auth.factor.removed` {factorId, kind}.
 * Rules: Web Authentication Level 3, sections 7.1 and 7.2; NIST SP 800-63B-4, section 3.1.7; docs/decisions/0022-passkeys.md.
 */
export { errors as passkeyErrors } from './errors.ts'
export { jobs } from './jobs.ts'
export type { KeyPurpose, Passkey } from './passkey.ts'
export { readJson } from './read-json.ts'
export { addPasskey } from './registration/add-passkey.ts'
export { beginRegistration } from './registration/begin-registration.ts'
export { verifyRegistration } from './registration/verify-registration.ts'
export { removePasskey, removePasskeysOf } from './remove-passkey.ts'
export { renamePasskey } from './rename-passkey.ts'
export {
  forgetUser as forgetPasskeysOf,
  hasPasskey,
  list as listPasskeys,
  move as movePasskeys,
  moveBack as returnPasskeys,
  type SecondFactors,
  secondFactorsOf,
} from './repository.ts'
export { type Place, relyingPartyId } from './relying-party.ts'
export { routes } from './routes.ts'
export {
  AssertionOptions,
  AssertionResponse,
  KeyKind,
  PasskeyName,
  RegistrationOptions,
  RegistrationResponse,
  SecondAssertionOptions,
  SecondAssertionResponse,
} from './schema.ts'
export { beginSecondAssertion } from './second-factor/begin-second-assertion.ts'
export {
  type SecondProven,
  type SecondUnproven,
  verifySecondAssertion,
} from './second-factor/verify-second-assertion.ts'
export { type AcceptedSignal, acceptedSignals, type OwnerSignal, ownerSignal } from './signals.ts'
export { beginAssertion } from './sign-in/begin-assertion.ts'
export { notePasskeyUse, type Use } from './sign-in/note-use.ts'
export { type Proven, type Unproven, verifyAssertion } from './sign-in/verify-assertion.ts'
