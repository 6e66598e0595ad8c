import type { App } from '../../../platform/app.ts'
import type { WithSettings } from '../../settings/index.ts'
import { readPolicy } from '../attestation/policy.ts'
import { satisfies } from '../attestation/satisfies.ts'
import { useChallenge } from '../challenges/challenges.ts'
import { challengeIn } from '../client-data.ts'
import { errors } from '../errors.ts'
import { library } from '../library.ts'
import type { KeyPurpose, Passkey } from '../passkey.ts'
import { acceptedOrigins, algorithms, type Place, relyingPartyId } from '../relying-party.ts'
import type { RegistrationResponse } from '../schema.ts'
import type { Registering } from './begin-registration.ts'

/** What an authenticator made, and nobody owns yet. */
export type NewKey = Pick<
  Passkey,
  | 'purpose'
  | 'credentialId'
  | 'publicKey'
  | 'signCount'
  | 'aaguid'
  | 'transports'
  | 'backupEligible'
  | 'backedUp'
>

type Machinery = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

/**
 * Verifies what a browser brought from an authenticator (Web Authentication Level 3, section 7.1). Whatever comes of it, the
 * challenge is used up. Which kind of key it becomes is what the challenge was asked for, and nothing that is sent now.
 *
 * @throws passkey_refused (403): not for our challenge, this person, this session, our origin or host; nobody was verified, of
 * a passkey; another algorithm; or anything else wrong with it.
 * @throws authenticator_not_allowed (403): it is not shown to be one that the policy allows.
 * @throws security_key_synced (403): it may be on several devices, so that it is no thing that somebody holds.
 */
export async function verifyRegistration(
  app: Machinery,
  by: Registering,
  response: RegistrationResponse,
  place: Place = 'page',
): Promise<NewKey> {
  const challenge = challengeIn(response.response.clientDataJSON)
  const purpose = challenge === null ? null : await purposeOf(app, challenge, by)
  if (challenge === null || purpose === null) throw errors.passkey_refused()
  const key = await verified(app, response, { challenge, purpose, place })
  if (purpose === 'security-key' && key.backupEligible) throw errors.security_key_synced()
  return { ...key, purpose, transports: response.response.transports }
}

/** Uses the challenge up, and tells what it was asked for; null when it is not good. */
async function purposeOf(app: Machinery, challenge: string, by: Registering): Promise<KeyPurpose | null> {
  if (await useChallenge(app, challenge, { purpose: 'registration', ...by })) return 'passkey'
  if (await useChallenge(app, challenge, { purpose: 'security-key', ...by })) return 'security-key'
  return null
}

async function verified(
  app: Machinery,
  response: RegistrationResponse,
  { challenge, purpose, place }: { challenge: string; purpose: KeyPurpose; place: Place },
): Promise<Omit<NewKey, 'transports' | 'purpose'>> {
  const { verifyRegistrationResponse } = await library()
  const expectedOrigin = await acceptedOrigins(app, place)
  const { registrationInfo } = await verifyRegistrationResponse({
    response: { ...response, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin,
    expectedRPID: relyingPartyId(app),
    requireUserVerification: purpose === 'passkey',
    supportedAlgorithmIDs: [...algorithms],
  }).catch((cause: unknown) => {
    throw errors.passkey_refused({ cause })
  })
  if (!registrationInfo) throw errors.passkey_refused()
  const policy = await readPolicy(app)
  if (policy !== null && !(await satisfies(policy, registrationInfo, app.clock.now())))
    throw errors.authenticator_not_allowed()
  const { credential, aaguid, credentialDeviceType, credentialBackedUp } = registrationInfo
  return {
    credentialId: Buffer.from(credential.id, 'base64url'),
    publicKey: Buffer.from(credential.publicKey),
    signCount: credential.counter,
    aaguid,
    backupEligible: credentialDeviceType === 'multiDevice',
    backedUp: credentialBackedUp,
  }
}
