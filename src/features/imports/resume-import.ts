import type { App, By, Db } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import {
  demandAuthorityOver,
  demandPermissions,
  holdAssignments,
  permissions,
} from '../authorization/index.ts'
import { enqueue } from '../outbox/index.ts'
import { errors } from './errors.ts'
import { findImport } from './find-import.ts'
import { importJob } from './receive-import.ts'
import * as imports from './repository.ts'

/**
 * Lets an import that was given up go on with the batch that failed. It goes on in the name of whoever began it, so whoever
 * lets it must be allowed all that they are.
 *
 * @throws import_not_found (404); role_beyond_own (403)
 * @throws import_not_resumable (409): it was not given up, or its rows are gone.
 */
export async function resumeImport(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  id: string,
): Promise<imports.Import> {
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await holdAssignments(tx) // nobody rises between this question and the act
    const one = await findImport({ db: tx }, id)
    await demandAuthority(tx, at, by, one.by)
    if (!(await imports.reopen(tx, one.id, at))) throw errors.import_not_resumable()
    await audit.record(tx, at, by, {
      action: 'users.import_resumed',
      target: { type: 'import', id: one.id },
      details: { failure: one.failureDetail },
    })
    await enqueue(tx, importJob, { id: one.id }, { key: `${importJob}:${one.id}` })
    return findImport({ db: tx }, one.id)
  })
}

/** One that the command line began may do all. */
async function demandAuthority(tx: Db, at: Date, by: By, { type, id }: By['actor']): Promise<void> {
  if (id !== null && (type === 'user' || type === 'client'))
    await demandAuthorityOver(tx, at, by, { type, id })
  else await demandPermissions(tx, at, by, new Set(permissions))
}
