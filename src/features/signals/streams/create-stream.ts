import type { App } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import type { CallingClient } from '../../oidc/index.ts'
import { errors } from '../errors.ts'
import { decidedBy } from './decide.ts'
import * as streams from './repository.ts'
import type { NewStream } from './schema.ts'
import type { Stream } from './stream.ts'
import { summaryOf } from './stream-view.ts'

/**
 * Makes the one stream of a client (SSF 1.0, section 8.1.1.1).
 *
 * @throws stream_invalid (400); stream_exists (409): of two at the same moment one is made.
 */
export async function createStream(
  app: Pick<App, 'config' | 'db' | 'clock' | 'outbound'>,
  by: CallingClient,
  sent: NewStream,
): Promise<Stream> {
  const at = app.clock.now()
  const id = newId(at)
  const { clientId } = by
  const decided = await decidedBy(app, id, sent)
  return transaction(app.db, async (tx) => {
    if (!(await streams.insert(tx, { id, clientId, at, ...decided }))) throw errors.stream_exists()
    const stream = await streams.find(tx, { id })
    if (!stream) throw new Error('a stream that was just made is gone')
    const target = { type: 'stream', id }
    await audit.record(tx, at, by, {
      ...{ action: 'stream.created', target },
      changes: { before: {}, after: summaryOf(stream) },
    })
    return stream
  })
}
