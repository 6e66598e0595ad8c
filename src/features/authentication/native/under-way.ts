import type { By } from '../../../platform/app.ts'
import { sha256 } from '../../../platform/crypto/index.ts'
import { loadProven } from '../attempt.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import * as attempts from '../repository.ts'
import { type Standing, standingFrom } from '../standing.ts'
import { type CallingClient, callingClient } from './calling-client.ts'
import type { Asked } from './sign-in.ts'

export interface Sent {
  authorization: string
  body: {
    client_id?: string | undefined
    client_secret?: string | undefined
    mfa_token: string
    device_token?: string | undefined
  }
}

export type Underway = Standing & { userId: string; provenAt: Date }

/**
 * The sign-in that a handle stands for, which must be at this step.
 *
 * @throws mfa_token_invalid (401): unknown, of another application, over, or not at this step; the same for all.
 */
export async function underWay(
  parts: Parts,
  by: By,
  sent: Sent,
  step: 'second-factor' | 'enrol',
): Promise<{ asked: Asked; standing: Underway }> {
  const client: CallingClient = await callingClient(parts, by, sent)
  const { mfa_token: handle, device_token: device = null } = sent.body
  const id = sha256(handle)
  const request = await attempts.findRequest(parts.db, id, parts.clock.now())
  if (request?.clientId !== client.id) throw errors.mfa_token_invalid()
  const asked = { client, scope: request.scope, asked: request.asked, device }
  const proven = await loadProven(parts, id)
  const standing = await standingFrom(parts, by, proven, {
    clientId: client.id,
    asked: request.asked,
    device,
  })
  const { userId, provenAt } = standing
  if (standing.step !== step || userId === null || provenAt === null) throw errors.mfa_token_invalid()
  return { asked, standing: { ...standing, userId, provenAt } }
}
