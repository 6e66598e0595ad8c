import type { App } from '../../../platform/app.ts'
import { errors } from '../errors.ts'
import * as streams from './repository.ts'
import type { Stream } from './stream.ts'

/** For operators. @throws stream_not_found (404) */
export async function findStream({ db }: Pick<App, 'db'>, id: string): Promise<Stream> {
  const stream = await streams.find(db, { id })
  if (!stream) throw errors.stream_not_found()
  return stream
}
