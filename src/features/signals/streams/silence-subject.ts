import type { App } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import type { CallingClient } from '../../oidc/index.ts'
import { errors } from '../errors.ts'
import { personNamed } from '../person-named.ts'
import * as streams from './repository.ts'
import type { SubjectId } from './schema.ts'

interface Asked {
  streamId: string
  subject: SubjectId
  /** Whether the receiver wants to hear of them. */
  wanted: boolean
}

/**
 * Lets a receiver hear no more of a person whom its client knows, or again. The answer is the same where it knows nobody of that
 * name (SSF 1.0, section 9.2): adding a person makes nobody known.
 *
 * @throws stream_not_found (404): unknown, or another client's. @throws subject_invalid (400)
 */
export async function silenceSubject(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  by: CallingClient,
  { streamId, subject, wanted }: Asked,
): Promise<void> {
  const { clientId } = by
  if (!(await streams.find(app.db, { id: streamId, clientId }))) throw errors.stream_not_found()
  const person = await personNamed(app, clientId, subject)
  if (!person) return
  const at = app.clock.now()
  const row = { streamId, userId: person.id, at }
  await transaction(app.db, async (tx) => {
    if (!(await streams.lock(tx, { id: streamId, clientId }))) throw errors.stream_not_found()
    const changed = wanted ? await streams.unsilence(tx, row) : await streams.silence(tx, row)
    if (!changed) return
    await audit.record(tx, at, by, {
      action: wanted ? 'stream.subject_added' : 'stream.subject_removed',
      target: { type: 'stream', id: streamId },
      details: { userId: person.id },
    })
  })
}
