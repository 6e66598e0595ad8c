import type { By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import * as imports from './repository.ts'

/** Records and announces that an import has ended, with its counts; `failure` is the code of what ended it early. */
export async function tellEnd(
  tx: Db,
  at: Date,
  by: By,
  { id, dryRun }: imports.Import,
  failure: string | null,
): Promise<void> {
  const counts = (await imports.find(tx, id))?.counts
  await audit.record(tx, at, by, {
    action: 'users.import_ended',
    outcome: failure === null ? 'success' : 'failure',
    target: { type: 'import', id },
    details: { ...counts, dryRun, failure },
  })
  if (dryRun) return
  await outbox.publish(tx, at, by, {
    type: 'auth.users.imported',
    subject: id,
    data: { importId: id, ...counts, failure },
  })
}
