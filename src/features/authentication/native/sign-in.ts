import { randomToken, sha256 } from '../../../platform/crypto/index.ts'
import type { By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { subjectOf } from '../../accounts/index.ts'
import { fallsShort, type Level } from '../../admission/index.ts'
import type { PresentedClient } from '../../oidc/index.ts'
import { loadProven, type NewProof, recordProof } from '../attempt.ts'
import { completeSignIn } from '../complete-sign-in.ts'
import { acrOf, amrOf, levelOf } from '../factors.ts'
import { provePassword, type TypedLogin } from '../login/prove-password.ts'
import type { Parts } from '../parts.ts'
import * as attempts from '../repository.ts'
import { type Standing, standingFrom } from '../standing.ts'
import { errors } from '../errors.ts'
import { refuseMore } from './more-demanded.ts'
import type { SignedIn } from './schema.ts'

/** What an application asks for, and where it runs. */
export interface Asked {
  client: PresentedClient
  scope: string | undefined
  /** How surely it wants the person recognised. */
  asked: Level | null
  /** What this device presents; null when it is new. */
  device: string | null
  /** The person's device that this is, where that was looked up already; null when it is none of theirs. */
  deviceId?: string | null
}

/**
 * Signs somebody in at one of our own applications by what they typed into it.
 *
 * @throws what `provePassword` and `proceed` throw.
 */
export async function signIn(
  parts: Parts,
  by: By,
  { client, scope, asked, ...typed }: Asked & TypedLogin,
): Promise<SignedIn> {
  const provenAt = parts.clock.now() // from before the password is looked at: changed meanwhile, it opens nothing any more
  const { user, details, deviceId } = await provePassword(parts, by, typed, null)
  const { device } = typed
  return begin(
    parts,
    by,
    { client, scope, asked, device, deviceId },
    { userId: user.id, factor: 'password', provenAt, details },
  )
}

/**
 * Goes on with somebody whose first factor is proven.
 *
 * @throws what `proceed` throws.
 */
export async function begin(
  parts: Parts,
  by: By,
  asked: Asked,
  proof: NewProof & { provenAt: Date },
): Promise<SignedIn> {
  const { userId, factor, provenAt, connection = null, details = {} } = proof
  const proofs = [{ factor, at: provenAt, connection, details }]
  const proven = { proofs, proven: [factor], userId, provenAt, connection }
  const known = { ...proven, offered: false, remember: false }
  const standing = await standingFrom(parts, by, known, { ...asked, clientId: asked.client.id })
  if (isDone(standing)) return finish(parts, by, asked, standing, null)
  const handle = randomToken()
  const id = sha256(handle)
  await transaction(parts.db, async (tx) => {
    await recordProof(tx, parts.clock.now(), id, proof)
    await attempts.keepRequest(tx, id, {
      clientId: asked.client.id,
      scope: asked.scope,
      asked: asked.asked,
    })
  })
  return refuseMore(parts, by, { handle, standing, clientId: asked.client.id })
}

/**
 * Goes on with a sign-in to which something more was proven.
 *
 * @throws mfa_required, mfa_enrolment_required (401): another factor is owed still.
 * @throws what issuing does (`Native.issue`).
 */
export async function proceed(parts: Parts, by: By, asked: Asked, handle: string): Promise<SignedIn> {
  const id = sha256(handle)
  const proven = await loadProven(parts, id)
  const standing = await standingFrom(parts, by, proven, { ...asked, clientId: asked.client.id })
  if (isDone(standing)) return finish(parts, by, asked, standing, id)
  return refuseMore(parts, by, { handle, standing, clientId: asked.client.id })
}

/** Offering what nobody demands is for pages. */
const isDone = ({ step, demand, proven }: Standing): boolean =>
  step !== 'identify' && step !== 'second-factor' && !fallsShort(levelOf(proven), demand)

async function finish(
  parts: Parts,
  by: By,
  { client, scope, device: presented }: Asked,
  { userId, provenAt, proofs, proven, connection, remember, demand, risk }: Standing,
  id: Buffer | null,
): Promise<SignedIn> {
  if (!by.origin || userId === null || provenAt === null || risk === null)
    throw new Error('a sign-in came from nowhere, or proved nobody')
  const device = await completeSignIn(parts, by, {
    attemptId: id,
    userId,
    clientId: client.id,
    device: presented,
    proofs,
    risk,
    remember: remember && demand.because !== 'administrator',
  })
  if (device === null) throw errors.mfa_token_invalid() // used by another request, a moment ago
  const subject = await subjectOf(parts.db, userId)
  const login = {
    subject,
    at: provenAt,
    acr: acrOf(proven),
    amr: amrOf(proven),
    deviceId: device.id,
    connection,
  }
  const tokens = await parts.oidc.native.issue({ origin: by.origin, client, scope, login })
  return { ...tokens, device_token: device.value }
}
