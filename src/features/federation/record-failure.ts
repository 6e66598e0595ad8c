import type { App, By } from '../../platform/app.ts'
import type { Problem } from '../../platform/errors.ts'
import * as audit from '../audit/index.ts'
import type { ProviderRecord } from './providers/provider.ts'

/** Writes down that a provider proved nobody: for operators what it was, for administrators that it was. */
export async function recordFailure(
  { clock, db, log }: Pick<App, 'clock' | 'db' | 'log'>,
  by: By,
  { id, slug }: Pick<ProviderRecord, 'id' | 'slug'>,
  { code, options: { cause } }: Problem,
): Promise<void> {
  log.warn(
    { err: cause, provider: slug, requestId: by.origin?.requestId, failed: code },
    'a provider did not prove a person',
  )
  await audit.record(db, clock.now(), by, {
    action: 'upstream.failed',
    outcome: 'failure',
    reason: code,
    target: { type: 'provider', id },
  })
}
