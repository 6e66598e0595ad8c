import { secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import type { CallingClient } from '../../oidc/index.ts'
import { errors } from '../errors.ts'
import { holdEvents } from '../events/hold-events.ts'
import * as streams from './repository.ts'
import { verificationInterval } from './stream.ts'

/**
 * Sends a verification event over a stream, so that its receiver sees that it works (SSF 1.0, section 8.1.4.2).
 *
 * @throws stream_not_found (404): unknown, or another client's.
 * @throws stream_disabled (409); verification_too_soon (429)
 */
export async function verifyStream(
  app: Pick<App, 'db' | 'clock'>,
  { clientId }: CallingClient,
  { id, state }: { id: string; state: string | undefined },
): Promise<void> {
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    const stream = await streams.lock(tx, { id, clientId })
    if (!stream) throw errors.stream_not_found()
    if (stream.status === 'disabled') throw errors.stream_disabled()
    const notSince = secondsAfter(at, -verificationInterval)
    if (!(await streams.noteVerification(tx, id, { at, notSince })))
      throw errors.verification_too_soon({ retryAfterSeconds: verificationInterval })
    const { method, status, run } = stream
    await holdEvents(
      tx,
      at,
      [{ streamId: id, method, status, run, userId: null, subject: null, sid: null }],
      {
        kind: 'verification',
        data: { ...(state !== undefined && { state }) },
        ...{ cause: null, causedAt: at },
      },
    )
  })
}
