import type { App, By } from '../../platform/app.ts'
import { Problem } from '../../platform/errors.ts'
import { networkOf } from '../../platform/limits/index.ts'
import * as audit from '../audit/index.ts'
import type { ProviderRecord } from './providers/provider.ts'

/** Writes down that a provider proved nobody: for operators what it was, for administrators that it was. */
export async function recordFailure(
  { clock, db, limits, log }: Pick<App, 'clock' | 'db' | 'limits' | 'log'>,
  by: By,
  { id, slug }: Pick<ProviderRecord, 'id' | 'slug'>,
  { code, options: { cause } }: Problem,
): Promise<void> {
  log.warn(
    { err: cause, provider: slug, requestId: by.origin?.requestId, failed: code },
    'a provider did not prove a person',
  )
  if (!(await mayBeRecorded(limits, `${id} ${networkOf(by.origin?.ip ?? '')}`))) return
  await audit.record(db, clock.now(), by, {
    action: 'upstream.failed',
    outcome: 'failure',
    reason: code,
    target: { type: 'provider', id },
  })
}

/** Any stranger can make a provider prove nobody: so many of each network are written down, and no more. */
async function mayBeRecorded(limits: App['limits'], key: string): Promise<boolean> {
  try {
    await limits.take('upstream-failures', key)
    return true
  } catch (refusal) {
    if (refusal instanceof Problem && refusal.code === 'too_many_requests') return false
    throw refusal
  }
}
