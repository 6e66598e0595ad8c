import type { App, By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { demandAuthorityOver } from '../../authorization/index.ts'
import type { CallingClient } from '../../oidc/index.ts'
import { errors } from '../errors.ts'
import * as streams from './repository.ts'
import type { Stream } from './stream.ts'
import { summaryOf } from './stream-view.ts'

type Machinery = Pick<App, 'db' | 'clock'>

/**
 * Ends the stream of a client, with all that waits for it.
 *
 * @throws stream_not_found (404): unknown, or another client's.
 * @throws stream_stopped (403): by an operator; the next one it makes would begin anew.
 */
export const deleteOwnStream = (app: Machinery, by: CallingClient, id: string): Promise<void> =>
  transaction(app.db, async (tx) => {
    const stream = await streams.lock(tx, { id, clientId: by.clientId })
    if (stream?.stoppedByOperator) throw errors.stream_stopped()
    await remove(tx, app.clock.now(), by, stream)
  })

/** The same by an operator. @throws stream_not_found (404); role_beyond_own (403) */
export const deleteStream = (app: Machinery, by: By, id: string): Promise<void> =>
  transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const stream = await streams.lock(tx, { id })
    if (stream) await demandAuthorityOver(tx, at, by, { type: 'client', id: stream.clientId })
    await remove(tx, at, by, stream)
  })

async function remove(tx: Db, at: Date, by: By, stream: Stream | null): Promise<void> {
  if (!stream || !(await streams.remove(tx, stream.id))) throw errors.stream_not_found()
  await audit.record(tx, at, by, {
    action: 'stream.deleted',
    target: { type: 'stream', id: stream.id },
    changes: { before: { client_id: stream.clientId, ...summaryOf(stream) }, after: {} },
  })
}
