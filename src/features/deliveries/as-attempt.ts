import type { App } from '../../platform/app.ts'
import { inCause } from '../../platform/telemetry/index.ts'
import type { Claimed } from './repository.ts'

/** Makes an attempt as part of what caused its delivery; one that breaks down is told of, and its error thrown on. */
export async function asAttempt<Result>(
  app: Pick<App, 'log' | 'tracing'>,
  { id, kind, destination, attempts, cause }: Claimed,
  make: () => Promise<Result>,
): Promise<Result> {
  const attributes = {
    ...{ 'gatehouse.delivery.id': id, 'gatehouse.delivery.kind': kind },
    'gatehouse.delivery.attempt': attempts,
  }
  return inCause(app.tracing, { name: `deliver ${kind}`, attributes, cause }, async () => {
    try {
      return await make()
    } catch (error) {
      const fields = { err: error, delivery: id, kind, destination }
      app.log.warn(fields, 'an attempt broke down; it is made again later')
      throw error
    }
  })
}
