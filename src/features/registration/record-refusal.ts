import type { App, By } from '../../platform/app.ts'
import { Problem } from '../../platform/errors.ts'
import * as audit from '../audit/index.ts'

/**
 * Writes down that an application was refused, and by which rule; what it sent stands nowhere. How often one network may ask
 * is limited before.
 */
export async function recordingRefusal<Result>(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Problem && error.status < 500)
      await audit.record(app.db, app.clock.now(), by, {
        action: 'client.registration_refused',
        outcome: 'denied',
        reason: error.code,
        details: { fields: fieldsOf(error) },
      })
    throw error
  }
}

/** Their names only: of ours there are few, and a list begins where a number stands. */
const fieldsOf = ({ options }: Problem): string =>
  [...new Set((options.fields ?? []).map(({ field }) => field.split('.')[0] ?? ''))].join(' ').slice(0, 200)
