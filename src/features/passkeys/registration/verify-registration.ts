import type { App } from '../../../platform/app.ts'
import type { WithSettings } from '../../settings/index.ts'
import { useChallenge } from '../challenges/challenges.ts'
import { challengeIn } from '../client-data.ts'
import { errors } from '../errors.ts'
import { library } from '../library.ts'
import type { Passkey } from '../passkey.ts'
import { acceptedOrigins, algorithms, relyingPartyId } from '../relying-party.ts'
import type { RegistrationResponse } from '../schema.ts'
import type { Registering } from './begin-registration.ts'

/** What an authenticator made, and nobody owns yet. */
export type NewKey = Pick<
  Passkey,
  'credentialId' | 'publicKey' | 'signCount' | 'aaguid' | 'transports' | 'backupEligible' | 'backedUp'
>

type Machinery = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

/**
 * Verifies what a browser brought from an authenticator (Web Authentication Level 3, section 7.1). Whatever comes of it, the
 * challenge is used up.
 *
 * @throws passkey_refused (403): not for our challenge, this person, this session, our origin or host; nobody was verified;
 * another algorithm; or anything else wrong with it.
 */
export async function verifyRegistration(
  app: Machinery,
  by: Registering,
  response: RegistrationResponse,
): Promise<NewKey> {
  const challenge = challengeIn(response.response.clientDataJSON)
  if (challenge === null || !(await useChallenge(app, challenge, { purpose: 'registration', ...by })))
    throw errors.passkey_refused()
  const key = await verified(app, response, challenge)
  return { ...key, transports: response.response.transports }
}

async function verified(
  app: Machinery,
  response: RegistrationResponse,
  expectedChallenge: string,
): Promise<Omit<NewKey, 'transports'>> {
  const { verifyRegistrationResponse } = await library()
  const expectedOrigin = await acceptedOrigins(app)
  const { registrationInfo } = await verifyRegistrationResponse({
    response: { ...response, clientExtensionResults: {} },
    expectedChallenge,
    expectedOrigin,
    expectedRPID: relyingPartyId(app),
    requireUserVerification: true,
    supportedAlgorithmIDs: [...algorithms],
  }).catch((cause: unknown) => {
    throw errors.passkey_refused({ cause })
  })
  if (!registrationInfo) throw errors.passkey_refused()
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
